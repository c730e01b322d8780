import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Resource } from "../model/collection.ts";
import { fieldsOf, textOf } from "../model/fields.ts";
import type { OctopusModel } from "../model/model.ts";
import { taskLog, type TaskEnd } from "../model/tasks.ts";
import { ActionFailure } from "./action.ts";
import { createActionLog } from "./action-log.ts";
import { runBashScript } from "./calamari-bash.ts";
import type { Masker } from "./masking.ts";
import { createVariableDictionary } from "./octostache.ts";

export interface AdHocScriptOptions {
  masker: Masker;
  environment: Record<string, string>;
  workDirectory: string;
  signal: AbortSignal;
}

/**
 * A task named `AdHocScript`: a script from the API, run without a project and so without variables. Arguments as the .NET client sends
 * them (OctopusClients, BuiltInTasks.AdHocScript). There is one worker here, so it runs once whatever pools are named.
 */
export async function runAdHocScript(
  model: OctopusModel,
  task: Resource,
  options: AdHocScriptOptions,
): Promise<TaskEnd> {
  const script = fieldsOf(task, "Arguments");
  if (textOf(script, "Syntax") !== "Bash")
    throw new ActionFailure(
      `The worker runs Bash only, and the script is written in ${textOf(script, "Syntax") || "PowerShell"}.`,
    );
  const directory = await mkdtemp(join(options.workDirectory, "Work-"));
  try {
    await writeFile(join(directory, "Script.sh"), textOf(script, "ScriptBody"));
    const { masker, environment, signal } = options;
    const log = createActionLog(model, { node: taskLog(model, task.Id), masker });
    const report = { setVariable: () => {}, createArtifact: () => {}, resultMessage: () => {} };
    const variables = createVariableDictionary();
    await runBashScript(
      {
        model,
        task,
        action: {},
        variables,
        log,
        masker,
        directory,
        environment,
        signal,
        report,
        pause: (wait) => wait(),
      },
      { file: "Script.sh" },
    );
    return { state: "Success", hasWarningsOrErrors: false };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
