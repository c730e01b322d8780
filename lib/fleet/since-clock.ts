import type { Known } from "./known.ts";
import type { FleetTenant } from "./list-tenants.ts";
import { inStepStates, isInStep, type FleetState } from "./states.ts";

/** Since when what is so. */
export interface SinceClock {
  /** @param place - a tenant's id, that and a receipt's name, or an instance's address */
  sinceOf(place: string, state: FleetState): string;
  /** Whether it was not so at the look before, nor a copy in a worse state; false when there was none. */
  isNew(place: string, state: FleetState): boolean;
  /** What the next look is to know: what is so no more is forgotten. */
  used(): Record<string, string>;
}

/** A place has many findings, each of which is news of its own; a copy stands in one way, and one that is mended in part is no news. */
function asBadAs(state: FleetState): string[] {
  const all = Object.keys(inStepStates);
  return isInStep(state) ? all.slice(0, all.indexOf(state) + 1) : [state];
}

/** @param isWhole - whether all tenants are looked at; what is known of others stays as it is */
export function createSinceClock(
  before: Known,
  { tenants, isWhole, now }: { tenants: readonly FleetTenant[]; isWhole: boolean; now: Date },
): SinceClock {
  const used = new Map<string, string>();
  const places = new Set(tenants.flatMap(({ id, url }) => [id, url]));
  const keyOf = (place: string, state: string): string => `${place} ${state}`;
  const isOther = ([key]: [string, string]): boolean => !isWhole && !places.has(key.split(" ")[0] ?? "");
  return {
    sinceOf(place, state) {
      const key = keyOf(place, state);
      const since = before.since[key] ?? now.toISOString();
      used.set(key, since);
      return since;
    },
    isNew: (place, state) =>
      before.readAt !== "" && !asBadAs(state).some((one) => Object.hasOwn(before.since, keyOf(place, one))),
    used: () => ({
      ...Object.fromEntries(Object.entries(before.since).filter(isOther)),
      ...Object.fromEntries(used),
    }),
  };
}
