import { access, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ActionFailure, type ActionRun } from "./action.ts";
import { runBashScript } from "./calamari-bash.ts";
import { runPowerShell } from "./powershell.ts";
import { substituteInFiles } from "./substitution.ts";

/** `Octopus.Script`: a script in the step or in its package, in Bash, or a few words of PowerShell. @throws ActionFailure */
export async function runScript(run: ActionRun): Promise<void> {
  const source = run.variables.get("Octopus.Action.Script.ScriptSource") || "Inline";
  if (source !== "Inline" && source !== "Package") {
    throw new ActionFailure(
      `Failed to run the script: the worker has no script source "${source}", only Inline and Package.`,
    );
  }
  if (source === "Inline" && run.variables.get("Octopus.Action.Script.Syntax") === "PowerShell") {
    return await runPowerShell(run, run.variables.getRaw("Octopus.Action.Script.ScriptBody") ?? "");
  }
  const file = source === "Inline" ? await writeInlineScript(run) : await findPackagedScript(run);
  const targets = run.variables.get("Octopus.Action.SubstituteInFiles.TargetFiles") ?? "";
  await substituteInFiles(
    run,
    targets.split(/[\r\n]+/).filter((glob) => glob.trim() !== ""),
  );
  const parameters = source === "Package" ? (run.variables.get("Octopus.Action.Script.ScriptParameters") ?? "") : "";
  await runBashScript(run, { file, parameters });
}

/** The body is written as it is; its tokens are replaced in the file, later. Without a syntax it is Bash, as off Windows. */
async function writeInlineScript({ variables, directory }: ActionRun): Promise<string> {
  const syntax = variables.get("Octopus.Action.Script.Syntax") || "Bash";
  const body =
    variables.getRaw("Octopus.Action.Script.ScriptBody") || variables.getRaw("Octopus.Action.Script.ScriptBody[Bash]");
  if (syntax !== "Bash")
    throw new ActionFailure(
      `Failed to run the script: the worker runs Bash only, and the step is written in ${syntax}.`,
    );
  if (body === undefined || body === "")
    throw new ActionFailure("Failed to run the script: the step has no script body.");
  await writeFile(join(directory, "Script.sh"), body);
  variables.set("Octopus.Action.Script.ScriptFileName", "Script.sh");
  return "Script.sh";
}

async function findPackagedScript({ variables, directory }: ActionRun): Promise<string> {
  const file = variables.get("Octopus.Action.Script.ScriptFileName") ?? "";
  if (file === "") throw new ActionFailure("Failed to run the script: the step names no script file.");
  if (!file.endsWith(".sh")) throw new ActionFailure(`Failed to run the script "${file}": the worker runs Bash only.`);
  try {
    await access(join(directory, file));
  } catch {
    throw new ActionFailure(`Failed to run the script "${file}": the package does not have such a file.`);
  }
  return file;
}
