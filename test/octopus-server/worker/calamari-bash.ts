import { createCipheriv, randomBytes, randomUUID } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { ActionFailure, type ActionRun } from "./action.ts";
import { createProcessOutput } from "./action-log.ts";
import { runCommand } from "./command.ts";
import type { VariableDictionary } from "./octostache.ts";
import { substituteInFile } from "./substitution.ts";

/**
 * Runs a script file of the action's directory the way Calamari does: tokens replaced, line ends made Unix, then sourced by a bootstrap
 * that has sourced the helper functions, with all variables encrypted in a file and the key as the first argument.
 * @throws ActionFailure when it ends with another code than 0
 */
export async function runBashScript(
  run: ActionRun,
  { file, parameters = "" }: { file: string; parameters?: string },
): Promise<void> {
  await substituteInFile(join(run.directory, file), run);
  const script = (await readFile(join(run.directory, file), "utf8")).replace(/^\uFEFF/, "").replaceAll("\r\n", "\n");
  await writeFile(join(run.directory, file), script);
  const { bootstrap, key } = await writeBootstrap(run, { file, script, parameters });
  const { exitCode, resultMessage, hasErrors } = await runBash(run, [bootstrap, key]);
  run.report.setVariable({ name: "Octopus.Action.Script.ExitCode", value: String(exitCode), isSensitive: false });
  if (exitCode !== 0) throw new ActionFailure(resultMessage ?? `The remote script failed with exit code ${exitCode}`);
  if (hasErrors && run.variables.getFlag("Octopus.Action.FailScriptOnErrorOutput")) {
    throw new ActionFailure(
      resultMessage ?? "The script wrote to its error output, and the step is set to fail on that.",
    );
  }
}

interface ScriptEnd {
  exitCode: number;
  resultMessage: string | undefined;
  hasErrors: boolean;
}

async function runBash(run: ActionRun, args: string[]): Promise<ScriptEnd> {
  let resultMessage: string | undefined;
  const report = { ...run.report, resultMessage: (message: string) => (resultMessage = message) };
  const output = createProcessOutput(run.log, { masker: run.masker, report });
  const { directory, environment, signal } = run;
  const { stdout, stderr } = output;
  const exitCode = await runCommand("bash", { arguments: args, directory, environment, stdout, stderr, signal });
  output.end();
  return { exitCode, resultMessage, hasErrors: output.hasErrors };
}

async function writeBootstrap(
  run: ActionRun,
  { file, script, parameters }: { file: string; script: string; parameters: string },
) {
  const key = randomBytes(32);
  const configuration = `Configure.${randomUUID().slice(10)}.sh`;
  const bootstrap = `Bootstrap.${randomUUID().slice(10)}.${basename(file)}`;
  const modules = await writeScriptModules(run);
  const wantsArray = [script, ...modules].some((text) => text.includes("octopus_parameters["));
  await writeFile(join(run.directory, configuration), await renderConfiguration(run.variables, { key, wantsArray }), {
    mode: 0o600,
  });
  const lines = [
    "#!/bin/bash",
    `source "$(pwd)/${configuration}"`,
    "shift",
    `source "$(pwd)/${file}" ${parameters}`,
    "",
  ];
  await writeFile(join(run.directory, bootstrap), lines.join("\n"));
  return { bootstrap, key: key.toString("hex").toUpperCase() };
}

/** @param key - 32 bytes */
async function renderConfiguration(
  variables: VariableDictionary,
  { key, wantsArray }: { key: Buffer; wantsArray: boolean },
): Promise<string> {
  const template = await readFile(new URL("./functions.sh", import.meta.url), "utf8");
  const values = variables.names().map((name) => ({ name, value: variables.get(name) ?? "" }));
  const cases = values.map(({ name, value }) => `    "${toBase64(name)}") ${decryption(value, key)} ;;`);
  const parameters = wantsArray ? renderArray(values, key) : "";
  return template.replace("{{cases}}", () => cases.join("\n")).replace("{{parameters}}", () => parameters);
}

/** All variables at once, for scripts that say `octopus_parameters[`; script modules and build information are left out. */
function renderArray(values: { name: string; value: string }[], key: Buffer): string {
  const shown = values.filter(
    ({ name }) => !/^Octopus\.(Script\.Module\[|Deployment\.PackageBuildInformation)/i.test(name),
  );
  const pairs = shown.flatMap(({ name, value }) => [name, value]).map((text) => `${text.replaceAll("\0", "")}\0`);
  return [
    "declare -gA octopus_parameters=()",
    `mapfile -d "" __octopus_pairs < <(${decryption(pairs.join(""), key)})`,
    "for ((__octopus_i = 0; __octopus_i < ${#__octopus_pairs[@]}; __octopus_i += 2)); do",
    '  octopus_parameters["${__octopus_pairs[__octopus_i]}"]="${__octopus_pairs[__octopus_i + 1]:-}"',
    "done",
    "unset __octopus_pairs __octopus_i",
  ].join("\n");
}

function decryption(value: string, key: Buffer): string {
  const iv = randomBytes(16);
  const cipher = createCipheriv("aes-256-cbc", key, iv);
  const encrypted = Buffer.concat([cipher.update(value, "utf8"), cipher.final()]);
  return `decrypt_variable "${encrypted.toString("base64")}" "${iv.toString("hex").toUpperCase()}"`;
}

function toBase64(text: string): string {
  return Buffer.from(text).toString("base64");
}

/** Modules are files that a script may source; nothing sources them by itself. @returns their texts */
async function writeScriptModules({ variables, directory, log }: ActionRun): Promise<string[]> {
  const modules = variables.names().flatMap((variable) => {
    const name = /^Octopus\.Script\.Module\[(.+)\]$/i.exec(variable)?.[1];
    const isBash = variables.get(`Octopus.Script.Module.Language[${name}]`) === "Bash";
    return name !== undefined && isBash
      ? [{ name, text: (variables.get(variable) ?? "").replaceAll("\r\n", "\n") }]
      : [];
  });
  for (const { name, text } of modules) {
    const file = `${name.replace(/[^A-Za-z0-9]/g, "_")}.sh`;
    log.write("Verbose", `Writing script module '${name}' as ${file}. Import it with "source ${file}".`);
    await writeFile(join(directory, file), text);
  }
  return modules.map(({ text }) => text);
}
