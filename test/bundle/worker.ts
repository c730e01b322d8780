import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { createCipheriv, randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/** A script step on a worker. */
export interface ScriptRun {
  body: string;
  variables: Readonly<Record<string, string>>;
  env?: Readonly<Record<string, string>>;
  /** Bash that runs in the same shell before the step's script, as a script module would. */
  before?: string;
  /** Called with each piece of standard output. */
  onOutput?: (text: string, worker: ChildProcess) => void;
}

export interface ScriptResult {
  exitCode: number | null;
  stdout: string;
  stderr: string;
  messages: ServiceMessage[];
  directory: string;
}

export interface ServiceMessage {
  name: string;
  attributes: Record<string, string>;
}

/**
 * Runs a script as Calamari runs an inline Bash script: `Script.sh` and a file of functions and encrypted variables, both sourced
 * by a third that gets the key as its first argument and shifts it away (Calamari, BashScriptBootstrapper.cs and Bootstrap.sh).
 * The directory is there until the test ends.
 */
export async function runScript(run: ScriptRun): Promise<ScriptResult> {
  const directory = mkdtempSync(join(tmpdir(), "work directory "));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const key = randomBytes(32);
  writeFileSync(join(directory, "Configure.sh"), renderConfiguration(run.variables, key));
  writeFileSync(join(directory, "Script.sh"), run.body);
  writeFileSync(
    join(directory, "Bootstrap.sh"),
    ['source "$(pwd)/Configure.sh"', "shift", run.before ?? "", 'source "$(pwd)/Script.sh"', ""].join("\n"),
  );
  const worker = spawn("/bin/bash", ["Bootstrap.sh", key.toString("hex")], {
    cwd: directory,
    env: { ...process.env, ...run.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output = { stdout: "", stderr: "" };
  worker.stdout.setEncoding("utf8").on("data", (text: string) => {
    output.stdout += text;
    run.onOutput?.(text, worker);
  });
  worker.stderr.setEncoding("utf8").on("data", (text: string) => (output.stderr += text));
  await once(worker, "close");
  return { exitCode: worker.exitCode, ...output, messages: parseServiceMessages(output.stdout), directory };
}

/** The service messages among the lines of `text`. */
export function parseServiceMessages(text: string): ServiceMessage[] {
  return [...text.matchAll(/^##octopus\[([\w-]+)([^\]]*)\]/gm)].map(([, name = "", attributes = ""]) => ({
    name,
    attributes: Object.fromEntries(
      [...attributes.matchAll(/(\w+)=['"]([^'"]*)['"]/g)].map(([, key = "", value = ""]) => [
        key,
        Buffer.from(value, "base64").toString("utf8"),
      ]),
    ),
  }));
}

function renderConfiguration(variables: Readonly<Record<string, string>>, key: Buffer): string {
  return `
sensitiveVariableKey=$1
function encode_servicemessagevalue { echo -n "$1" | openssl enc -base64 -A; }
function decode_servicemessagevalue { echo -n "$1" | openssl enc -base64 -A -d; }
function decrypt_variable { echo $1 | openssl enc -a -A -d -aes-256-cbc -nosalt -K $sensitiveVariableKey -iv $2; }
function fail_step {
  if [ -n "\${1:-}" ]; then echo "##octopus[resultMessage message='$(encode_servicemessagevalue "$1")']"; fi
  exit 1
}
function get_octopusvariable {
  INPUT=$(encode_servicemessagevalue "$1")
  case $INPUT in
${Object.entries(variables)
  .map(([name, value]) => renderVariable(name, value, { key }))
  .join("\n")}
  *) echo "" ;;
  esac
}
`;
}

function renderVariable(name: string, value: string, { key }: { key: Buffer }): string {
  const iv = randomBytes(16);
  const cipher = createCipheriv("aes-256-cbc", key, iv);
  const encrypted = Buffer.concat([cipher.update(value, "utf8"), cipher.final()]).toString("base64");
  return `  "${Buffer.from(name).toString("base64")}") decrypt_variable "${encrypted}" "${iv.toString("hex")}" ;;`;
}
