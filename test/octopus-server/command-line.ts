import { parseArgs } from "node:util";
import type * as z from "zod";
import { faultPlanSchema, type FaultPlan } from "./faults/fault-plan.ts";
import { defaultVersion } from "./model/server-version.ts";
import type { OctopusServerOptions } from "./octopus-server.ts";

/** Why the server cannot be started, in a sentence for whoever tried. */
export class StartError extends Error {}

export interface CommandLine {
  wantsHelp: boolean;
  port: number;
  /** Without the environments that a server otherwise starts with. */
  isEmpty: boolean;
  /** How many spaces with projects and a history it starts with. */
  spaces: number;
  /** In force once the server is ready. */
  faults: FaultPlan;
  options: OctopusServerOptions;
}

export const commandLineHelp = `The local Octopus: a stand-in for an Octopus Server, for tests, demos and anybody who writes against Octopus.

Usage: npm run octopus -- [options]

  --port NUMBER    the port on 127.0.0.1; 0 takes a free one (default: 8066)
  --api-key KEY    the administrator's key (default: one that never changes, printed at the start)
  --name NAME      what the status page calls this server (default: Octopus)
  --version LINE   what it has, and leaves out, as a server of this version: 2024.4 (default: ${defaultVersion})
  --fleet COUNT    with so many spaces, each with projects, machines, people and a history
  --empty          without the environments Development, Test and Production
  --no-worker      runs and deployments stay queued
  --faults PLAN    misbehaves as this plan in JSON says: {"fail":{"status":503,"times":2}}
  --help           prints this

It keeps everything in memory and serves until Ctrl-C. Its address in a browser shows what is in it. Fault plans, and what
the server does not have: test/octopus-server/README.md.`;

/** @throws StartError for options that are unknown or have values that cannot be */
export function readCommandLine(args: readonly string[]): CommandLine {
  const values = parseOptions(args);
  return {
    wantsHelp: values.help === true,
    port: readPort(values.port),
    isEmpty: values.empty === true,
    spaces: readSpaces(values.fleet),
    faults: readFaults(values.faults),
    options: {
      worker: values["no-worker"] !== true,
      ...(values["api-key"] === undefined ? {} : { apiKey: readText("api-key", values["api-key"]) }),
      ...(values.version === undefined ? {} : { version: readVersion(values.version) }),
      ...(values.name === undefined ? {} : { name: readText("name", values.name) }),
    },
  };
}

function parseOptions(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: knownOptions }).values;
  } catch (error) {
    const [reason = ""] = (error instanceof Error ? error.message : String(error)).split(/\.\s|\n/);
    throw refusal(args.join(" "), reason);
  }
}

const knownOptions = {
  port: { type: "string", default: "8066" },
  "api-key": { type: "string" },
  empty: { type: "boolean" },
  fleet: { type: "string", default: "0" },
  "no-worker": { type: "boolean" },
  name: { type: "string" },
  version: { type: "string" },
  faults: { type: "string", default: "{}" },
  help: { type: "boolean", short: "h" },
} as const;

function readPort(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535)
    throw refusal(`--port ${text}`, "a port is a whole number from 0 to 65535");
  return Number(text);
}

function readSpaces(text: string): number {
  if (!/^\d{1,4}$/.test(text)) throw refusal(`--fleet ${text}`, "a fleet has from 0 to 9999 spaces");
  return Number(text);
}

function readVersion(text: string): string {
  if (!/^\d{4}\.[1-9]\d*(\.\d+)*$/.test(text))
    throw refusal(`--version ${text}`, "a version is a line such as 2024.4, or a whole version such as 2024.4.7174");
  return text;
}

function readText(option: string, text: string): string {
  if (text.trim() === "") throw refusal(`--${option}`, "its value is empty");
  return text;
}

/** A plan as `POST /__local/faults` takes it. */
function readFaults(text: string): FaultPlan {
  const { success, data, error } = faultPlanSchema.safeParse(parseJson(text));
  if (success) return data;
  throw refusal(`--faults ${text}`, error.issues.map(problemOf).join("; "));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw refusal(`--faults ${text}`, "this is no JSON");
  }
}

function problemOf({ path, message }: z.core.$ZodIssue): string {
  return path.length === 0 ? message : `${path.join(".")}: ${message}`;
}

function refusal(what: string, reason: string): StartError {
  return new StartError(`Failed to read the options "${what}": ${reason}. See npm run octopus -- --help.`);
}
