import { checkValues, readValues } from "../doctor/check-values.ts";
import { examine, type Finding } from "../doctor/doctor.ts";
import { listNeedsBySteps, listRoles, snapshotsSince, type UserRole } from "../doctor/roles.ts";
import { printJson, type CommandContext } from "./command-context.ts";
import { toConnection } from "./connection.ts";
import { connectionOptions } from "./connection-options.ts";
import { gitVariables, readSignInInput } from "./git-options.ts";
import { defineCommand } from "./declare-command.ts";

const marks = { good: "ok", bad: "BAD", unknown: "?" } as const;

/** `managed-spaces doctor`. */
export const doctorCommand = defineCommand({
  options: {
    workers: {
      type: "boolean",
      help: "Ask the workers for their Node.js, too, by a task of a script: the only way to see it.",
    },
    values: {
      type: "string",
      value: "<file>",
      help: "Instead, which values of secrets Octopus would evaluate before a step sees them: a JSON object of names and values, or - for standard input. Shows no value.",
      completes: "files",
    },
    role: {
      type: "boolean",
      help: "Instead, the user roles with the fewest permissions, to be made by hand; with --json as bodies for POST /api/userroles.",
    },
    json: { type: "boolean", help: "Print what was found as JSON." },
    ...connectionOptions,
  },
  examples: [
    { title: "all that can be seen, workers included", line: "managed-spaces doctor --workers" },
    { title: "the user roles, to be made by a script", line: "managed-spaces doctor --role --json" },
  ],
  variables: gitVariables,
  exitCodes: { 1: "something is bad, or it failed" },
  async run({ given }, context) {
    const asJson = given.json === true;
    if (given.role === true) return printRoles(context, asJson);
    if (given.values !== undefined) return printFindings(context, checkValues(readValues(given.values)), asJson);
    const { octopus, space } = toConnection(given, context);
    const askWorkers = given.workers === true;
    const git = { signIn: readSignInInput(context), now: new Date() };
    const findings = await examine({ octopus, space, oldestNode: "20.19", askWorkers, patience: 60_000, git });
    return printFindings(context, findings, asJson);
  },
});

/** What a person creates under Configuration, User Roles; as JSON, bodies for `POST /api/userroles`. */
function printRoles(context: CommandContext, asJson: boolean): number {
  const roles = listRoles();
  if (asJson) printJson(context, roles);
  else context.write("stdout", [...roles.map(describeRole), describeSteps()].join("\n"));
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

function printFindings(context: CommandContext, findings: readonly Finding[], asJson: boolean): number {
  if (asJson) printJson(context, findings);
  else
    for (const { about, state, text } of findings)
      context.write("stdout", `${paint(state, context)}${about.padEnd(12)} ${text}\n`);
  return findings.some(({ state }) => state === "bad") ? 1 : 0;
}

function paint(state: Finding["state"], { hasColors }: CommandContext): string {
  const mark = marks[state].padEnd(4);
  return hasColors === true ? `\u001b[${colors[state]}m${mark}\u001b[39m` : mark;
}

/** Codes of terminals: green, red, yellow. */
const colors = { good: 32, bad: 31, unknown: 33 } as const;
