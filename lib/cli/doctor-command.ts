import { checkValues, readValues } from "../doctor/check-values.ts";
import { examine, type Finding } from "../doctor/doctor.ts";
import type { CommandContext } from "./command-context.ts";
import { toConnection } from "./connection.ts";
import { connectionOptions, parseOptions } from "./parse-options.ts";

const marks = { good: "ok", bad: "BAD", unknown: "?" } as const;

/** `managed-spaces doctor`. @returns the exit code: 1 when something is bad */
export async function runDoctor(context: CommandContext): Promise<number> {
  const options = { ...connectionOptions, workers: { type: "boolean" }, values: { type: "string" } } as const;
  const given = parseOptions(context.arguments, options);
  if (given.values !== undefined) return printFindings(context, checkValues(readValues(given.values)));
  const { octopus, space } = toConnection(given, context);
  const askWorkers = given.workers === true;
  return printFindings(context, await examine({ octopus, space, oldestNode: "20.19", askWorkers, patience: 60_000 }));
}

function printFindings(context: CommandContext, findings: readonly Finding[]): number {
  for (const { about, state, text } of findings)
    context.write("stdout", `${marks[state].padEnd(4)}${about.padEnd(12)} ${text}\n`);
  return findings.some(({ state }) => state === "bad") ? 1 : 0;
}
