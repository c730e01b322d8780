import { cp, mkdir, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { isFields, type Fields } from "../model/fields.ts";
import { ActionFailure, type ActionRun } from "./action.ts";
import { createProcessOutput } from "./action-log.ts";
import { parseArgumentString } from "./argument-string.ts";
import { cloudEnvironment } from "./cloud-environment.ts";
import { runCommand } from "./command.ts";
import { substituteInFiles } from "./substitution.ts";

const prefix = "Octopus.Action.Terraform";

/** `Octopus.TerraformApply` and its kin with the Terraform of the worker, in the order in which Calamari calls it. @throws ActionFailure */
export async function runTerraform(
  run: ActionRun,
  { command }: { command: "apply" | "destroy" | "plan" | "destroyplan" },
): Promise<void> {
  await writeInlineTemplate(run);
  await substituteTemplate(run);
  const temporary = await mkdtemp(join(tmpdir(), "octopus-terraform-"));
  try {
    const terraform = await createTerraform(run, temporary);
    await terraform.run("version --json");
    await initialize(terraform, run);
    await selectWorkspace(terraform, run);
    await runAction(terraform, run, command);
  } finally {
    await attachLogs(run);
    await rm(temporary, { recursive: true, force: true });
  }
}

function setting({ variables }: ActionRun, name: string): string {
  return variables.get(`${prefix}.${name}`) ?? "";
}

async function writeInlineTemplate(run: ActionRun): Promise<void> {
  if (run.variables.get("Octopus.Action.Script.ScriptSource") !== "Inline") return;
  const template = run.variables.getRaw(`${prefix}.Template`) ?? "";
  const isJson = parseObject(template) !== undefined;
  await writeFile(join(run.directory, isJson ? "template.tf.json" : "template.tf"), template);
  const parameters = parseObject(run.variables.getRaw(`${prefix}.TemplateParameters`) ?? "") ?? {};
  const given = Object.entries(parameters).filter(([, value]) => value !== "");
  const values = Object.fromEntries(
    given.map(([name, value]) => [name, typeof value === "string" ? parseParameter(value) : value]),
  );
  await writeFile(join(run.directory, "terraform.tfvars.json"), JSON.stringify(values));
}

/** Lists and maps are meant as such; Terraform turns texts into numbers and booleans by itself. */
function parseParameter(value: string): unknown {
  if (!/^\s*[[{]/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

function parseObject(text: string): Fields | undefined {
  try {
    const json: unknown = JSON.parse(text);
    return isFields(json) ? json : undefined;
  } catch {
    return undefined;
  }
}

async function substituteTemplate(run: ActionRun): Promise<void> {
  const automatic = run.variables.getFlag(`${prefix}.RunAutomaticFileSubstitution`, true);
  const usual = automatic ? ["**/*.tf", "**/*.tf.json", "**/*.tfvars", "**/*.tfvars.json"] : [];
  const named = setting(run, "FileSubstitution")
    .split(/[\r\n]+/)
    .filter((glob) => glob.trim() !== "");
  await substituteInFiles(run, [...usual, ...named]);
}

interface TerraformEnd {
  code: number;
  /** Standard output. */
  output: string;
  errors: string;
}

interface Terraform {
  /** @throws ActionFailure when it ends with another code than those accepted */
  run(args: string, options?: { accepts?: readonly number[]; isSilent?: boolean }): Promise<TerraformEnd>;
  /** As `run`, without minding the code. */
  tryRun(args: string, options?: { isSilent?: boolean }): Promise<TerraformEnd>;
}

async function createTerraform(run: ActionRun, temporary: string): Promise<Terraform> {
  const directory = join(run.directory, setting(run, "TemplateDirectory"));
  const environment = await terraformEnvironment(run, temporary);
  const isThere = await stat(directory).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isThere) throw new ActionFailure(`Directory ${setting(run, "TemplateDirectory")} does not exist.`);
  const program = setting(run, "CustomTerraformExecutable") || "terraform";
  const tryRun: Terraform["tryRun"] = (args, { isSilent = false } = {}) =>
    execute(run, { program, args, directory, environment, isSilent });
  return {
    tryRun,
    async run(args, { accepts = [0], isSilent = false } = {}) {
      const end = await tryRun(args, { isSilent });
      if (!accepts.includes(end.code))
        throw new ActionFailure(`The command "${program} ${args.split(" ")[0]}" ended with exit code ${end.code}.`);
      return end;
    },
  };
}

/** A trace of Terraform is written only when it is to be attached: it is large. */
async function terraformEnvironment(run: ActionRun, temporary: string): Promise<Record<string, string>> {
  const plugins = join(run.directory, "terraformplugins");
  await mkdir(plugins, { recursive: true });
  const custom = setting(run, "PluginsDirectory");
  if (custom !== "") await cp(custom, plugins, { recursive: true });
  const trace: Record<string, string> = run.variables.getFlag(`${prefix}.AttachLogFile`)
    ? { TF_LOG: "TRACE", TF_LOG_PATH: join(run.directory, "terraform.log") }
    : {};
  return {
    ...run.environment,
    TF_IN_AUTOMATION: "1",
    TF_INPUT: "0",
    TF_PLUGIN_CACHE_DIR: plugins,
    TMP: temporary,
    TEMP: temporary,
    TMPDIR: temporary,
    ...trace,
    ...cloudEnvironment(run.variables),
    ...namedEnvironment(run),
  };
}

function namedEnvironment(run: ActionRun): Record<string, string> {
  const text = setting(run, "EnvVariables");
  if (text === "") return {};
  const values = parseObject(text);
  if (values === undefined)
    throw new ActionFailure(
      "Failed to read the step's environment variables: they are no JSON object. Escape values with JsonEscape.",
    );
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, value === null ? "" : String(value)]));
}

interface Execution {
  program: string;
  args: string;
  directory: string;
  environment: Record<string, string>;
  isSilent: boolean;
}

async function execute(
  run: ActionRun,
  { program, args, directory, environment, isSilent }: Execution,
): Promise<TerraformEnd> {
  const { log, masker, report, signal } = run;
  if (!isSilent) log.write("Info", `"${program}" ${args}`);
  const shown = createProcessOutput(log, { masker, report });
  const kept: Record<"stdout" | "stderr", Uint8Array[]> = { stdout: [], stderr: [] };
  const code = await startTerraform(program, {
    arguments: parseArgumentString(args),
    directory,
    environment,
    signal,
    stdout(chunk) {
      kept.stdout.push(chunk);
      if (!isSilent) shown.stdout(chunk);
    },
    stderr(chunk) {
      kept.stderr.push(chunk);
      if (!isSilent) shown.stderr(chunk);
    },
  });
  shown.end();
  return {
    code,
    output: Buffer.concat(kept.stdout).toString("utf8"),
    errors: Buffer.concat(kept.stderr).toString("utf8"),
  };
}

async function startTerraform(program: string, options: Parameters<typeof runCommand>[1]): Promise<number> {
  try {
    return await runCommand(program, options);
  } catch {
    throw new ActionFailure(
      `Failed to start "${program}": the worker does not have it. Install Terraform on the worker's path.`,
    );
  }
}

/** Only gateways that are down are worth another try, as in Calamari. */
async function initialize(terraform: Terraform, run: ActionRun): Promise<void> {
  const args = ["init", setting(run, "AdditionalInitParams")].join(" ");
  for (let attempt = 1; ; attempt++) {
    const { code, errors } = await terraform.tryRun(args);
    if (code === 0) return;
    if (attempt > 3 || !/50[23] (Bad Gateway|Service Unavailable)/i.test(errors)) {
      throw new ActionFailure(`The command "terraform init" ended with exit code ${code}.`);
    }
    run.log.write(
      "Warning",
      `A gateway was down while Terraform was initialized. Attempt ${attempt + 1} of 4 follows.`,
    );
    await wait(Math.min(2000 * 2 ** (attempt - 1), 30_000), undefined, { signal: run.signal });
  }
}

async function selectWorkspace(terraform: Terraform, run: ActionRun): Promise<void> {
  const workspace = setting(run, "Workspace");
  if (workspace.trim() === "") return;
  const { output } = await terraform.run("workspace list");
  const exists = output.split("\n").some((line) => line.replace(/^[* ]+|[* ]+$/g, "") === workspace);
  await terraform.run(`workspace ${exists ? "select" : "new"} "${workspace}"`);
}

async function runAction(
  terraform: Terraform,
  run: ActionRun,
  command: "apply" | "destroy" | "plan" | "destroyplan",
): Promise<void> {
  const files =
    run.variables
      .get(`${prefix}.VarFiles`)
      ?.split(/\r?\n/)
      .map((file) => `-var-file="${file}"`) ?? [];
  const args = [...files, setting(run, "AdditionalActionParams")].join(" ");
  if (command === "apply") {
    await terraform.run(`apply -auto-approve ${args}`);
    await saveOutputs(terraform, run);
  } else if (command === "destroy") {
    await terraform.run(`destroy -auto-approve ${args}`);
  } else {
    await plan(terraform, run, { args, isDestroy: command === "destroyplan" });
  }
}

async function plan(
  terraform: Terraform,
  run: ActionRun,
  { args, isDestroy }: { args: string; isDestroy: boolean },
): Promise<void> {
  const isJson = run.variables.getFlag(`${prefix}.PlanJsonOutput`);
  const { code, output } = await terraform.run(
    `plan -detailed-exitcode ${isJson ? "--json" : ""} ${isDestroy ? "-destroy" : ""} ${args}`,
    { accepts: [0, 2] },
  );
  saveOutput(run, { name: "TerraformPlanDetailedExitCode", value: String(code), isSensitive: false });
  if (!isJson) {
    saveOutput(run, { name: "TerraformPlanOutput", value: output.trimEnd(), isSensitive: false });
    return;
  }
  for (const [index, line] of output.trimEnd().split("\n").entries()) {
    saveOutput(run, { name: `TerraformPlanLine[${index}].JSON`, value: line, isSensitive: false });
    savePlanSummary(run, parseObject(line) ?? {});
  }
}

function savePlanSummary(run: ActionRun, line: Fields): void {
  const changes = line["type"] === "change_summary" && isFields(line["changes"]) ? line["changes"] : undefined;
  if (changes === undefined) return;
  for (const [name, field] of Object.entries({ Add: "add", Change: "change", Remove: "remove" })) {
    saveOutput(run, { name: `TerraformPlanJson${name}`, value: String(changes[field] ?? ""), isSensitive: false });
  }
}

/** Each output becomes two variables: the whole as JSON, and its value. */
async function saveOutputs(terraform: Terraform, run: ActionRun): Promise<void> {
  const { code, output } = await terraform.tryRun("output -json", { isSilent: true });
  if (code !== 0) return;
  for (const [name, described] of Object.entries(parseObject(output) ?? {})) {
    if (!isFields(described)) continue;
    const isSensitive = described["sensitive"] === true;
    saveOutput(run, { name: `TerraformJsonOutputs[${name}]`, value: JSON.stringify(described, null, 2), isSensitive });
    saveOutput(run, { name: `TerraformValueOutputs[${name}]`, value: renderValue(described["value"]), isSensitive });
  }
}

/** As Newtonsoft renders a token: text plain, `True` and `False`, the rest as JSON. */
function renderValue(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "boolean") return value ? "True" : "False";
  return typeof value === "object" ? JSON.stringify(value, null, 2) : String(value);
}

function saveOutput(run: ActionRun, variable: { name: string; value: string; isSensitive: boolean }): void {
  run.report.setVariable(variable);
  const action = run.variables.get("Octopus.Action.Name") ?? "";
  const sensitive = variable.isSensitive ? "sensitive " : "";
  run.log.write("Info", `Saving ${sensitive}variable 'Octopus.Action[${action}].Output.${variable.name}'`);
}

async function attachLogs(run: ActionRun): Promise<void> {
  if (!run.variables.getFlag(`${prefix}.AttachLogFile`)) return;
  for (const name of ["terraform.log", "crash.log"]) {
    const path = join(run.directory, name);
    const isThere = await stat(path).then(
      () => true,
      () => false,
    );
    if (isThere) run.report.createArtifact({ path, name });
  }
}
