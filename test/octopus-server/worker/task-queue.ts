import type { Resource } from "../model/collection.ts";
import { textOf } from "../model/fields.ts";
import type { OctopusModel } from "../model/model.ts";
import { appendLog, cancelTask, taskLog } from "../model/tasks.ts";

export interface TaskQueueOptions {
  /** How many tasks run at once. */
  taskCap: number;
  /** Is the task one for this queue? */
  accepts(task: Resource): boolean;
  /** Tasks with the same tag run one after the other. */
  tagOf(task: Resource): string;
  /** Runs a task to its end; never fails. */
  run(task: Resource, place: TaskPlace): Promise<void>;
}

/** What a running task holds of the queue. */
export interface TaskPlace {
  /** Aborted when the task is to end. */
  signal: AbortSignal;
  /** Leaves the place to other tasks while it waits. */
  pause<T>(wait: () => Promise<T>): Promise<T>;
}

export interface TaskQueue {
  /** Ends what runs and takes no more. */
  stop(): Promise<void>;
  /** Resolves when nothing runs and nothing that could run now is queued. */
  idle(): Promise<void>;
}

interface RunningTask {
  controller: AbortController;
  tag: string;
  isPaused: boolean;
  done: Promise<void>;
}

/** How long tasks that wait for their time or for their space's queue wait to be looked at again. */
const lookMilliseconds = 250;

/** Takes queued tasks of the model in their order and runs them. */
export function createTaskQueue(model: OctopusModel, options: TaskQueueOptions): TaskQueue {
  /** Ids of waiting tasks with their tags. */
  const queue = new Map<string, string>();
  const running = new Map<string, RunningTask>();
  const idleWaiters = new Set<() => void>();
  let isStopped = false;
  let timer: NodeJS.Timeout | undefined;

  function noticeTask(task: Resource): void {
    if (isStopped || !options.accepts(task)) return;
    if (task["State"] === "Queued" && !queue.has(task.Id) && !running.has(task.Id)) queue.set(task.Id, "");
    if (task["State"] === "Cancelling") running.get(task.Id)?.controller.abort();
    queueMicrotask(takeTasks);
  }
  function takeTasks(): void {
    if (isStopped) return;
    for (const id of queue.keys()) look(id);
    clearTimeout(timer);
    if (queue.size > 0) timer = setTimeout(takeTasks, lookMilliseconds).unref();
    if (running.size === 0 && ![...queue.keys()].some((id) => isDue(model, id))) releaseIdle();
  }
  function look(id: string): void {
    const task = model.collection("tasks").find(id);
    if (task?.["State"] !== "Queued") queue.delete(id);
    else if (hasExpired(model, task)) expire(model, task);
    else if (isFree() && isDue(model, id) && !isBlocked(task)) take(task);
  }
  function isFree(): boolean {
    return [...running.values()].filter((entry) => !entry.isPaused).length < options.taskCap;
  }
  function isBlocked(task: Resource): boolean {
    const tag = queue.get(task.Id) || options.tagOf(task);
    queue.set(task.Id, tag);
    return [...running.values()].some((entry) => entry.tag === tag);
  }
  function take(task: Resource): void {
    const entry: RunningTask = {
      controller: new AbortController(),
      tag: queue.get(task.Id) ?? "",
      isPaused: false,
      done: Promise.resolve(),
    };
    queue.delete(task.Id);
    running.set(task.Id, entry);
    entry.done = options.run(task, { signal: entry.controller.signal, pause: createPause(entry) }).finally(() => {
      running.delete(task.Id);
      queueMicrotask(takeTasks);
    });
  }
  function createPause(entry: RunningTask): TaskPlace["pause"] {
    return async (wait) => {
      entry.isPaused = true;
      queueMicrotask(takeTasks);
      return await wait().finally(() => {
        entry.isPaused = false;
      });
    };
  }
  function releaseIdle(): void {
    for (const resolve of idleWaiters) resolve();
    idleWaiters.clear();
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

/** Queue time has come, and the queue of its space is not stopped. */
function isDue(model: OctopusModel, id: string): boolean {
  const task = model.collection("tasks").find(id);
  if (task?.["State"] !== "Queued") return false;
  const space = model.collection("spaces").find(textOf(task, "SpaceId"));
  const queueTime = Date.parse(textOf(task, "QueueTime"));
  return space?.["TaskQueueStopped"] !== true && !(queueTime > model.now().getTime());
}

function hasExpired(model: OctopusModel, task: Resource): boolean {
  return Date.parse(textOf(task, "QueueTimeExpiry")) < model.now().getTime();
}

function expire(model: OctopusModel, task: Resource): void {
  const text = "The task was not started in the time that it had for that.";
  appendLog(model, taskLog(model, task.Id), { category: "Error", text });
  cancelTask(model, task.Id);
}
