import { createInstanceAccess, type InstanceAccess } from "../fleet/instance-access.ts";
import { readInstanceKeys } from "../fleet/read-instance-keys.ts";
import type { OctopusSpace } from "../octopus/octopus-client.ts";
import { openSpace } from "../octopus/spaces.ts";
import type { StepLog } from "../step/define-step.ts";
import type { CommandContext } from "./command-context.ts";
import { toConnection } from "./connection.ts";

/** Whose keys a command on this machine has to bring: Octopus shows them to nobody. */
export const instanceKeysOption = {
  type: "string",
  value: "<file>",
  help: 'Keys of the other instances: JSON such as {"https://octopus.example.com": "API-…"}; - for standard input.',
  completes: "files",
} as const;

/** The management space, and the instances that its tenants stand on. */
export interface OpenInstances {
  management: OctopusSpace;
  access: InstanceAccess;
  /** Keys of instances as a run of the step would have them. */
  readVariable: (name: string) => string | undefined;
}

/** For a command that looks at all of them, with the keys that `--instance-keys` names. */
export async function openInstances(
  given: Parameters<typeof toConnection>[0] & { "instance-keys"?: string | undefined },
  context: CommandContext,
  log: Pick<StepLog, "info" | "verbose" | "warn">,
): Promise<OpenInstances> {
  const { octopus, space } = toConnection(given, context);
  const keys =
    given["instance-keys"] === undefined ? new Map<string, string>() : readInstanceKeys(given["instance-keys"]);
  const readVariable = (name: string): string | undefined =>
    name === "ThisInstance.Server.Url" ? octopus.url : keys.get(name);
  const management = await openSpace(octopus, space);
  const run = { log, mask: () => undefined, signal: context.signal };
  return {
    management,
    readVariable,
    access: createInstanceAccess({ management: octopus, aliases: [], readVariable, run }),
  };
}
