import AdmZip from "adm-zip";
import type { Resource } from "../model/collection.ts";
import { createModel, type OctopusModel, type TaskLog } from "../model/model.ts";
import { createTask } from "../model/tasks.ts";
import { startWorker, type WorkerOptions } from "../worker/worker.ts";

type Fields = Record<string, unknown>;

/** A model with a space, a project, a runbook and an environment, put there without the API. */
export interface Stage {
  model: OctopusModel;
  /** Queues a run of these steps. */
  queue(steps: Fields[], run?: QueueOptions): Resource;
  addPackage(id: string, version: string, files: Record<string, string>): void;
}

export interface QueueOptions {
  variables?: Fields[];
  libraryVariables?: Fields[];
  tenantId?: string;
  /** More fields of the run. */
  run?: Fields;
  /** More fields of the task. */
  task?: Fields;
  projectId?: string;
}

export function createStage(): Stage {
  const model = createModel();
  model.url = "http://octopus.test";
  const add = (kind: Parameters<OctopusModel["collection"]>[0], fields: Fields & { Id: string }) =>
    model.collection(kind).add({ SpaceId: "Spaces-1", ...fields });
  add("spaces", { Id: "Spaces-1", Name: "Default" });
  add("environments", { Id: "Environments-1", Name: "Development", SortOrder: 3 });
  add("projectgroups", { Id: "ProjectGroups-1", Name: "Group" });
  add("projects", {
    Id: "Projects-1",
    Name: "Hello World",
    ProjectGroupId: "ProjectGroups-1",
    IncludedLibraryVariableSetIds: ["LibraryVariableSets-1"],
  });
  add("projects", { Id: "Projects-2", Name: "Other", ProjectGroupId: "ProjectGroups-1" });
  add("runbooks", { Id: "Runbooks-1", Name: "Say Hello", ProjectId: "Projects-1" });
  add("users", { Id: "Users-1", Username: "admin", DisplayName: "Administrator" });
  let count = 0;

  function queue(steps: Fields[], options: QueueOptions = {}): Resource {
    const n = ++count;
    const projectId = options.projectId ?? "Projects-1";
    add("runbookprocesses", { Id: `process-${n}`, Steps: steps });
    add("variablesets", { Id: `variables-${n}`, Variables: options.variables ?? [] });
    add("variablesets", { Id: `library-${n}`, Variables: options.libraryVariables ?? [] });
    const run = model.collection("runbookruns").add({
      SpaceId: "Spaces-1",
      Name: "Run on Development",
      ProjectId: projectId,
      EnvironmentId: "Environments-1",
      TenantId: options.tenantId ?? null,
      RunbookId: "Runbooks-1",
      DeployedById: "Users-1",
      FrozenProcessId: `process-${n}`,
      FrozenVariableSetIds: [`variables-${n}`, `library-${n}`],
      SelectedPackages: [],
      FormValues: {},
      SkipActions: [],
      ...options.run,
    });
    return createTask(model, {
      Name: "RunbookRun",
      Description: "Run Say Hello",
      SpaceId: "Spaces-1",
      Arguments: { RunbookRunId: run.Id },
      ...options.task,
    });
  }
  return {
    model,
    queue,
    addPackage(id, version, files) {
      const archive = new AdmZip();
      for (const [name, content] of Object.entries(files)) archive.addFile(name, Buffer.from(content));
      add("packages", { Id: `packages-${id}.${version}`, PackageId: id, Version: version, FileExtension: ".zip" });
      model.blobs.set(`packages-${id}.${version}`, new Uint8Array(archive.toBuffer()));
    },
  };
}

/** Runs everything that is queued. */
export async function work(stage: Stage, options: WorkerOptions = {}): Promise<void> {
  const worker = startWorker(stage.model, options);
  await worker.idle();
  await worker.stop();
}

/** Queues a run of these steps, runs it and gives its task with what it logged. */
export async function runSteps(
  stage: Stage,
  steps: Fields[],
  options: QueueOptions = {},
): Promise<{ task: Resource; lines: string[]; log: TaskLog }> {
  const task = stage.queue(steps, options);
  await work(stage);
  const log = stage.model.taskLogs.get(task.Id);
  if (log === undefined) throw new Error("The task has no log.");
  return { task, lines: linesOf(log), log };
}

/** `Category: text` of each line that is not verbose, in the order of the tree. */
export function linesOf(log: TaskLog, { verbose = false } = {}): string[] {
  const own = log.LogElements.filter((line) => verbose || line.Category !== "Verbose").map(
    (line) => `${line.Category}: ${line.MessageText}`,
  );
  return [...own, ...log.Children.flatMap((child) => linesOf(child, { verbose }))];
}

/** A step with one Bash script. */
export function bash(
  name: string,
  body: string,
  { properties = {}, step = {}, action = {} }: { properties?: Fields; step?: Fields; action?: Fields } = {},
): Fields {
  const script = {
    "Octopus.Action.RunOnServer": "true",
    "Octopus.Action.Script.ScriptSource": "Inline",
    "Octopus.Action.Script.Syntax": "Bash",
    "Octopus.Action.Script.ScriptBody": body,
    ...properties,
  };
  return {
    Id: `step-${name}`,
    Name: name,
    Condition: "Success",
    StartTrigger: "StartAfterPrevious",
    Properties: {},
    Actions: [
      { Id: `action-${name}`, Name: name, ActionType: "Octopus.Script", Properties: script, Packages: [], ...action },
    ],
    ...step,
  };
}
