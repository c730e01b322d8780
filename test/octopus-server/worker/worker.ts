import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import type { Resource } from "../model/collection.ts";
import { textOf } from "../model/fields.ts";
import type { OctopusModel } from "../model/model.ts";
import { appendLog, cancelTask, finishTask, startTask, taskLog, type TaskEnd } from "../model/tasks.ts";
import { ActionFailure } from "./action.ts";
import { getExecution } from "./execution.ts";
import { createMasker, type Masker } from "./masking.ts";
import { runProcess } from "./process.ts";
import { createRunVariables } from "./variables.ts";

export interface WorkerOptions {
  /** Where steps get their working directories; a temporary one of the worker's own, if absent. */
  workDirectory?: string;
  /** How many tasks run at once; 5 as on a new server. */
  taskCap?: number;
  /** The whole environment of the steps' processes; the worker's PATH, HOME and LANG, if absent. */
  environment?: Record<string, string>;
  /** The Node that steps find first on their path. */
  node?: string;
}

export interface Worker {
  /** Ends what runs and takes no more. */
  stop(): Promise<void>;
  /** Resolves when nothing runs and nothing that could run now is queued. */
  idle(): Promise<void>;
}

/** Takes queued tasks of the model and runs them, until it is stopped. */
export function startWorker(model: OctopusModel, options: WorkerOptions = {}): Worker {
  const queue: string[] = [];
  const running = new Map<string, RunningTask>();
  const idleWaiters = new Set<() => void>();
  const directory =
    options.workDirectory === undefined
      ? mkdtemp(join(tmpdir(), "octopus-worker-"))
      : Promise.resolve(options.workDirectory);
  const environment = stepEnvironment(options);
  let isStopped = false;
  let timer: NodeJS.Timeout | undefined;

  function noticeTask(task: Resource): void {
    if (!isProcessTask(task)) return;
    if (task["State"] === "Queued" && !queue.includes(task.Id)) queue.push(task.Id);
    if (task["State"] === "Cancelling") running.get(task.Id)?.controller.abort();
    if (!isStopped) queueMicrotask(takeTasks);
  }
  function takeTasks(): void {
    if (isStopped) return;
    for (const id of queue.slice()) {
      const task = model.collection("tasks").find(id);
      if (task?.["State"] !== "Queued") queue.splice(queue.indexOf(id), 1);
      else if (hasExpired(model, task)) expire(model, task);
      else if (isFree() && isDue(model, task) && !isBlocked(task)) take(task);
    }
    scheduleLook();
    if (running.size === 0 && !hasRunnable()) releaseIdle();
  }
  function releaseIdle(): void {
    for (const resolve of idleWaiters) resolve();
    idleWaiters.clear();
  }
  function isFree(): boolean {
    return [...running.values()].filter((entry) => !entry.isPaused).length < (options.taskCap ?? 5);
  }
  function isBlocked(task: Resource): boolean {
    const tag = concurrencyTag(model, task, environment);
    return [...running.values()].some((entry) => entry.tag === tag);
  }
  function hasRunnable(): boolean {
    return queue.some((id) => isDue(model, model.collection("tasks").find(id)));
  }
  /** Tasks that wait for their time or for their space's queue are looked at again. */
  function scheduleLook(): void {
    clearTimeout(timer);
    timer = queue.length === 0 ? undefined : setTimeout(takeTasks, 250);
    timer?.unref();
  }
  function take(task: Resource): void {
    queue.splice(queue.indexOf(task.Id), 1);
    const entry: RunningTask = {
      controller: new AbortController(),
      tag: concurrencyTag(model, task, environment),
      isPaused: false,
      done: Promise.resolve(),
    };
    running.set(task.Id, entry);
    entry.done = directory
      .then((workDirectory) => runTask(model, task, { entry, environment, workDirectory, resumed: takeTasks }))
      .finally(() => {
        running.delete(task.Id);
        takeTasks();
      });
  }

  model.taskChanged.add(noticeTask);
  for (const task of model.collection("tasks").list((candidate) => candidate["State"] === "Queued")) noticeTask(task);
  return {
    async stop() {
      isStopped = true;
      model.taskChanged.delete(noticeTask);
      clearTimeout(timer);
      for (const { controller } of running.values()) controller.abort();
      await Promise.all([...running.values()].map((entry) => entry.done));
      releaseIdle();
      if (options.workDirectory === undefined) await rm(await directory, { recursive: true, force: true });
    },
    async idle() {
      if (isStopped) return;
      await new Promise<void>((resolve) => {
        idleWaiters.add(resolve);
        queueMicrotask(takeTasks);
      });
    },
  };
}

interface RunningTask {
  controller: AbortController;
  /** Tasks with the same tag run one after the other. */
  tag: string;
  /** It waits for a person and leaves its place to others. */
  isPaused: boolean;
  done: Promise<void>;
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

/** Queue time has come, and the queue of its space is not stopped. */
function isDue(model: OctopusModel, task: Resource | undefined): boolean {
  if (task?.["State"] !== "Queued") return false;
  const space = model.collection("spaces").find(textOf(task, "SpaceId"));
  const queueTime = Date.parse(textOf(task, "QueueTime"));
  return space?.["TaskQueueStopped"] !== true && !(queueTime > model.now().getTime());
}

function hasExpired(model: OctopusModel, task: Resource): boolean {
  return Date.parse(textOf(task, "QueueTimeExpiry")) < model.now().getTime();
}

function expire(model: OctopusModel, task: Resource): void {
  appendLog(model, taskLog(model, task.Id), {
    category: "Error",
    text: "The task was not started in the time that it had for that.",
  });
  cancelTask(model, task.Id);
}

/** Project, environment and tenant, unless the variable `Octopus.Task.ConcurrencyTag` says otherwise (docs). */
function concurrencyTag(model: OctopusModel, task: Resource, environment: Record<string, string>): string {
  try {
    const execution = getExecution(model, task);
    const { variables } = createRunVariables(model, { execution, environment }).forStep(
      {},
      { outputs: [], steps: [], error: "" },
    );
    const { project, environment: place, tenant } = execution;
    return (
      variables.get("Octopus.Task.ConcurrencyTag") ||
      [...(tenant === undefined ? [] : [tenant.Id]), project.Id, place.Id].join("/")
    );
  } catch {
    return task.Id;
  }
}

/** Other tasks are the server's own chores, which the API's routes end themselves. */
function isProcessTask(task: Resource): boolean {
  return ["RunbookRun", "Deploy"].includes(textOf(task, "Name"));
}

interface TaskOptions {
  entry: RunningTask;
  environment: Record<string, string>;
  workDirectory: string;
  /** Told when the task takes or leaves a place. */
  resumed(): void;
}

/** Never throws: whatever happens is the task's end. */
async function runTask(model: OctopusModel, task: Resource, options: TaskOptions): Promise<void> {
  const masker = createMasker();
  startTask(model, task.Id);
  const end = await runToEnd(model, task, { ...options, masker }).catch((error: unknown) => endOfError(error, masker));
  if (model.collection("tasks").find(task.Id) === undefined) return;
  const isCanceled = options.entry.controller.signal.aborted;
  if (end.errorMessage !== undefined && !isCanceled)
    appendLog(model, taskLog(model, task.Id), { category: "Fatal", text: end.errorMessage });
  if (isCanceled) appendLog(model, taskLog(model, task.Id), { category: "Warning", text: "The task was canceled." });
  finishTask(model, task.Id, isCanceled ? { state: "Canceled", errorMessage: "The task was canceled." } : end);
}

async function runToEnd(
  model: OctopusModel,
  task: Resource,
  options: TaskOptions & { masker: Masker },
): Promise<TaskEnd> {
  const execution = getExecution(model, task);
  const { masker, entry, environment, workDirectory, resumed } = options;
  const { signal } = entry.controller;
  const log = taskLog(model, task.Id);
  const pause = createPause(entry, resumed);
  const { error, hasWarningsOrErrors } = await runProcess(model, {
    execution,
    log,
    masker,
    signal,
    environment,
    workDirectory,
    pause,
  });
  if (error === "") return { state: "Success", hasWarningsOrErrors };
  const what = textOf(task, "Name") === "RunbookRun" ? "runbook run" : "deployment";
  return {
    state: "Failed",
    errorMessage: `The ${what} failed because one or more steps failed: ${error}`,
    hasWarningsOrErrors: true,
  };
}

function createPause(entry: RunningTask, resumed: () => void) {
  return async function pause<T>(wait: () => Promise<T>): Promise<T> {
    entry.isPaused = true;
    resumed();
    return await wait().finally(() => {
      entry.isPaused = false;
    });
  };
}

function endOfError(error: unknown, masker: Masker): TaskEnd {
  const message = error instanceof Error ? error.message : String(error);
  const text = error instanceof ActionFailure ? message : `The worker could not run the task: ${message}`;
  return { state: "Failed", errorMessage: masker.mask(text) };
}
