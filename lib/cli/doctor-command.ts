import { checkValues, readValues } from "../doctor/check-values.ts";
import { examine, type Finding } from "../doctor/doctor.ts";
import { listNeedsBySteps, listRoles, snapshotsSince, type UserRole } from "../doctor/roles.ts";
import type { CommandContext } from "./command-context.ts";
import { toConnection } from "./connection.ts";
import { connectionOptions, parseOptions } from "./parse-options.ts";

const marks = { good: "ok", bad: "BAD", unknown: "?" } as const;

const doctorOptions = {
  ...connectionOptions,
  workers: { type: "boolean" },
  values: { type: "string" },
  role: { type: "boolean" },
  json: { type: "boolean" },
} as const;

/** `managed-spaces doctor`. @returns the exit code: 1 when something is bad */
export async function runDoctor(context: CommandContext): Promise<number> {
  const given = parseOptions(context.arguments, doctorOptions);
  if (given.role === true) return printRoles(context, given.json === true);
  if (given.values !== undefined) return printFindings(context, checkValues(readValues(given.values)));
  const { octopus, space } = toConnection(given, context);
  const askWorkers = given.workers === true;
  return printFindings(context, await examine({ octopus, space, oldestNode: "20.19", askWorkers, patience: 60_000 }));
}

/** What a person creates under Configuration, User Roles; as JSON, bodies for `POST /api/userroles`. */
function printRoles({ write }: CommandContext, asJson: boolean): number {
  const roles = listRoles();
  if (asJson) write("stdout", `${JSON.stringify(roles, null, 2)}\n`);
  else write("stdout", [...roles.map(describeRole), describeSteps()].join("\n"));
  return 0;
}

function describeRole({ Name, Description, GrantedSpacePermissions, GrantedSystemPermissions }: UserRole): string {
  const list = (level: string, permissions: string[]): string =>
    permissions.length === 0 ? "" : `  ${level}: ${permissions.join(", ")}\n`;
  return `${Name} (${Description})\n${list("space permissions", GrantedSpacePermissions)}${list("system permissions", GrantedSystemPermissions)}`;
}

function describeSteps(): string {
  const lines = listNeedsBySteps().map(({ about, permissions }) => `  ${about}: ${permissions.join(", ")}\n`);
  return `By step\n${lines.join("")}\nBefore ${snapshotsSince} there is no RunbookSnapshotCreate; RunbookEdit stands for it.\n`;
}

function printFindings(context: CommandContext, findings: readonly Finding[]): number {
  for (const { about, state, text } of findings)
    context.write("stdout", `${marks[state].padEnd(4)}${about.padEnd(12)} ${text}\n`);
  return findings.some(({ state }) => state === "bad") ? 1 : 0;
}
