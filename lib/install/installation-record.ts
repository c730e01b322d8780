import * as z from "zod/mini";
import { objectsOf, parseJson, textOf } from "../model/json.ts";
import type { OctopusSpace } from "../octopus/octopus-client.ts";
import { listByExactNames } from "../resources/resource-kind.ts";
import type { InstalledStep } from "./installed-steps.ts";

/** The library variable set that says what was installed; no project includes it. */
export const recordSetName = "Managed Spaces Installation";

/** What installations put into the space's runbooks, by the runbook's id: without it nobody could tell what a person took out from what is new. */
export interface InstallationRecord {
  /** @returns undefined for a runbook that nothing is known of */
  find(runbookId: string): Promise<InstalledStep[] | undefined>;
  note(runbookId: string, steps: InstalledStep[]): void;
  /** What was noted, by runbook. */
  readonly noted: ReadonlyMap<string, InstalledStep[]>;
}

export function createInstallationRecord(space: OctopusSpace): InstallationRecord {
  const noted = new Map<string, InstalledStep[]>();
  let stored: Promise<Map<string, InstalledStep[]>> | undefined;
  return {
    noted,
    async find(runbookId) {
      stored ??= readStored(space);
      return (await stored).get(runbookId);
    },
    note: (runbookId, steps) => void noted.set(runbookId, steps),
  };
}

const Steps = z.array(z.object({ name: z.string(), action: z.string(), properties: z.array(z.string()) }));

async function readStored(space: OctopusSpace): Promise<Map<string, InstalledStep[]>> {
  const [set] = await listByExactNames(space, "libraryvariablesets", [recordSetName]);
  if (set === undefined) return new Map();
  const { Variables } = await space.get(`/variables/${textOf(set, "VariableSetId")}`);
  return new Map(
    objectsOf({ Variables: Variables ?? [] }, "Variables").flatMap((variable) => {
      const steps = Steps.safeParse(parseJson(textOf(variable, "Value")));
      return steps.success ? [[textOf(variable, "Name"), steps.data]] : [];
    }),
  );
}

/** A value that somebody edited tells nothing, and is written anew. */
