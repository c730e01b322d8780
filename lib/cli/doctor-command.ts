import { examine } from "../doctor/doctor.ts";
import type { CommandContext } from "./command-context.ts";
import { toConnection } from "./connection.ts";
import { connectionOptions, parseOptions } from "./parse-options.ts";

const marks = { good: "ok", bad: "BAD", unknown: "?" } as const;

/** `managed-spaces doctor`. @returns the exit code: 1 when something is bad */
export async function runDoctor(context: CommandContext): Promise<number> {
  const given = parseOptions(context.arguments, { ...connectionOptions, workers: { type: "boolean" } });
  const { octopus, space } = toConnection(given, context);
  const askWorkers = given.workers === true;
  const findings = await examine({ octopus, space, oldestNode: "20.19", askWorkers, patience: 60_000 });
  for (const { about, state, text } of findings)
    context.write("stdout", `${marks[state].padEnd(4)}${about.padEnd(12)} ${text}\n`);
  return findings.some(({ state }) => state === "bad") ? 1 : 0;
}
