import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import type { Resource } from "../model/collection.ts";
import { textOf, textsOf } from "../model/fields.ts";
import { activeFreezes } from "../model/freezes.ts";
import type { OctopusModel } from "../model/model.ts";
import { appendLog, finishTask, startTask, taskLog, type TaskEnd } from "../model/tasks.ts";
import { runAdHocScript } from "./ad-hoc-script.ts";
import { ActionFailure } from "./action.ts";
import { getExecution, type Execution } from "./execution.ts";
import { createMasker, type Masker } from "./masking.ts";
import { runProcess } from "./process.ts";
import { createTaskQueue, type TaskPlace } from "./task-queue.ts";
import { dieDuring, hasDied, type TaskDeath } from "./task-death.ts";
import type { CultureName } from "./dotnet/culture.ts";
import { createRunVariables } from "./variables.ts";

export interface WorkerOptions {
  /** Where steps get their working directories; a temporary one of the worker's own, if absent. */
  workDirectory?: string;
  /** How many tasks run at once; 5 as on a new server. */
  taskCap?: number;
  /** The whole environment of the steps' processes; the worker's PATH, HOME and LANG, if absent. */
  environment?: Record<string, string>;
  /** The path of the Node that steps find first on their PATH. */
  node?: string;
  /** How expressions read and write numbers and dates; as a server in a container, if absent. */
  culture?: CultureName;
  /** Asked once for each task that starts: whether and how the worker dies under it. */
  deathOfTask?: () => TaskDeath | undefined;
}

export interface Worker {
  /** Ends what runs and takes no more. */
  stop(): Promise<void>;
  /** Resolves when nothing runs and nothing that could run now is queued. */
  idle(): Promise<void>;
}

/** Takes queued runbook runs and deployments of the model and runs them, until it is stopped. */
export function startWorker(model: OctopusModel, options: WorkerOptions = {}): Worker {
  const environment = stepEnvironment(options);
  const { culture = "invariant" } = options;
  let own: Promise<string> | undefined;
  async function workDirectory(): Promise<string> {
    if (options.workDirectory !== undefined) {
      await mkdir(options.workDirectory, { recursive: true });
      return options.workDirectory;
    }
    own ??= mkdtemp(join(tmpdir(), "octopus-worker-"));
    return await own;
  }
  const queue = createTaskQueue(model, {
    taskCap: options.taskCap ?? 5,
    accepts: isProcessTask,
    tagOf: (task) => concurrencyTag(model, task, { environment, culture }),
    run: (task, place) =>
      runOrDie(model, task, { place, environment, culture, workDirectory, death: options.deathOfTask?.() }),
  });
  return {
    idle: queue.idle,
    async stop() {
      await queue.stop();
      if (own !== undefined) await rm(await own, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

/** Nothing of the server's environment but what programs need to be found and to speak. */
function stepEnvironment({ environment, node }: WorkerOptions): Record<string, string> {
  const usual = ["PATH", "HOME", "LANG"].flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  const base = environment ?? Object.fromEntries(usual);
  return node === undefined ? base : { ...base, PATH: [dirname(node), base["PATH"] ?? ""].join(delimiter) };
}

/** Other tasks are the server's own chores, which the API's routes end themselves. */
function isProcessTask(task: Resource): boolean {
  return ["RunbookRun", "Deploy", "AdHocScript"].includes(textOf(task, "Name"));
}

/** Tenant, project and environment, unless the variable `Octopus.Task.ConcurrencyTag` says otherwise (docs, concurrency tag). */
function concurrencyTag(
  model: OctopusModel,
  task: Resource,
  options: Pick<TaskOptions, "environment" | "culture">,
): string {
  try {
    const execution = getExecution(model, task);
    const nothing = { outputs: [], steps: [], error: "" };
    const { variables } = createRunVariables(model, { execution, ...options }).forStep({}, nothing);
    const { project, environment: place, tenant } = execution;
    const usual = [...(tenant === undefined ? [] : [tenant.Id]), project.Id, place.Id].join("/");
    return variables.get("Octopus.Task.ConcurrencyTag") || usual;
  } catch {
    return task.Id;
  }
}

/** A worker that dies leaves the task as it was in that moment. */
async function runOrDie(
  model: OctopusModel,
  task: Resource,
  { death, ...options }: TaskOptions & { death: TaskDeath | undefined },
): Promise<void> {
  const run = (place: TaskPlace): Promise<void> => runTask(model, task, { ...options, place });
  if (death === undefined) await run(options.place);
  else await dieDuring(model, task, { death, place: options.place, run });
}

interface TaskOptions {
  place: TaskPlace;
  environment: Record<string, string>;
  culture: CultureName;
  workDirectory(): Promise<string>;
}

/** Whatever happens is the task's end; nothing that a task does may end the server. */
async function runTask(model: OctopusModel, task: Resource, options: TaskOptions): Promise<void> {
  const masker = createMasker();
  startTask(model, task.Id);
  const end = await runToEnd(model, task, { ...options, masker }).catch((error: unknown) => endOfError(error, masker));
  if (model.collection("tasks").find(task.Id) === undefined) return;
  if (hasDied(options.place)) return;
  const isCanceled = options.place.signal.aborted;
  logEnd(model, task.Id, isCanceled ? "The task was canceled." : (end.errorMessage ?? ""));
  finishTask(model, task.Id, isCanceled ? { state: "Canceled", errorMessage: "The task was canceled." } : end);
}

/** A step that failed has told why at its own place. */
function logEnd(model: OctopusModel, taskId: string, text: string): void {
  const log = taskLog(model, taskId);
  if (text === "" || log.Children.some((child) => child.Status === "Failed")) return;
  appendLog(model, log, { category: "Fatal", text });
}

async function runToEnd(
  model: OctopusModel,
  task: Resource,
  options: TaskOptions & { masker: Masker },
): Promise<TaskEnd> {
  const { masker, environment, culture, place } = options;
  const workDirectory = await options.workDirectory();
  if (textOf(task, "Name") === "AdHocScript") {
    return await runAdHocScript(model, task, { masker, environment, workDirectory, signal: place.signal });
  }
  const execution = getExecution(model, task);
  checkFreeze(model, execution);
  const log = taskLog(model, task.Id);
  const end = await runProcess(model, { execution, log, masker, environment, culture, workDirectory, ...place });
  const { error, failedStep, hasWarningsOrErrors } = end;
  if (error === "") return { state: "Success", hasWarningsOrErrors };
  const what = textOf(task, "Name") === "RunbookRun" ? "runbook run" : "deployment";
  const errorMessage = `The ${what} failed because the step "${failedStep}" failed: ${error}`;
  return { state: "Failed", errorMessage, hasWarningsOrErrors: true };
}

/** Docs, deployment freezes: deployments that start executing during a freeze fail; the sentence is assumed. */
function checkFreeze(model: OctopusModel, { run, release, project, environment, tenant }: Execution): void {
  if (release === undefined) return;
  const overridden = textsOf(run, "OverriddenFreezes");
  const freezes = activeFreezes(model, { project, environment, tenant, time: model.now() });
  const freeze = freezes.find((candidate) => !overridden.includes(textOf(candidate, "Name")));
  if (freeze !== undefined)
    throw new ActionFailure(`The deployment cannot start during the deployment freeze "${textOf(freeze, "Name")}".`);
}

function endOfError(error: unknown, masker: Masker): TaskEnd {
  const message = error instanceof Error ? error.message : String(error);
  const text = error instanceof ActionFailure ? message : `The worker could not run the task: ${message}`;
  return { state: "Failed", errorMessage: masker.mask(text) };
}
