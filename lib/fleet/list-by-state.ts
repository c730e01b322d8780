import type { FleetReport, FleetSpace } from "./fleet-report.ts";

/** A place, as the outputs of a look name it for a script. */
export interface ListedPlace {
  instance: string;
  space: string;
  spaceId: string;
  tenant: string;
  /** Of a copy, its template and name. */
  template?: string;
  copy?: string;
  text: string;
}

/** What alerts are about: spaces that cannot be reached, those where something failed, copies that are behind and in conflict. */
export type ListedStates = Record<"Offline" | "Failing" | "Behind" | "Conflicts", ListedPlace[]>;

export function listByState({ spaces }: FleetReport): ListedStates {
  const findings = (...states: string[]): ListedPlace[] =>
    spaces.flatMap((space) =>
      space.findings.filter(({ state }) => states.includes(state)).map(({ text }) => ({ ...placeOf(space), text })),
    );
  const copies = (wanted: string, textOf: (copy: FleetSpace["copies"][number]) => string): ListedPlace[] =>
    spaces.flatMap((space) =>
      space.copies
        .filter(({ inStep }) => inStep === wanted)
        .map((copy) => ({ ...placeOf(space), template: copy.template, copy: copy.name, text: textOf(copy) })),
    );
  return {
    Offline: findings("offline", "keyRefused", "notThere"),
    Failing: findings("failing"),
    Behind: copies("behind", ({ version = "", behind }) => `${version}, ${behind} behind`),
    Conflicts: copies("conflict", ({ conflicts = [] }) => conflicts.join(" ")),
  };
}

function placeOf({ instance, name, id = "", tenant }: FleetSpace): Omit<ListedPlace, "text"> {
  return { instance, space: name, spaceId: id, tenant: tenant.name };
}
