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

/** A queue at work. */
interface QueueState {
  model: OctopusModel;
  options: TaskQueueOptions;
  /** Ids of waiting tasks with their tags, which are "" until they are known. */
  waiting: Map<string, string>;
  running: Map<string, RunningTask>;
  idleWaiters: Set<() => void>;
  isStopped: boolean;
  timer: NodeJS.Timeout | undefined;
}

/** How long tasks that wait for their time or for their space's queue wait to be looked at again. */
const lookMilliseconds = 250;

/** Takes queued tasks of the model in their order and runs them. */
export function createTaskQueue(model: OctopusModel, options: TaskQueueOptions): TaskQueue {
  const state: QueueState = {
    model,
    options,
    waiting: new Map(),
    running: new Map(),
    idleWaiters: new Set(),
    isStopped: false,
    timer: undefined,
  };
  const notice = (task: Resource): void => noticeTask(state, task);
  model.taskChanged.add(notice);
  for (const task of model.collection("tasks").list((candidate) => candidate["State"] === "Queued")) notice(task);
  return {
    async stop() {
      model.taskChanged.delete(notice);
      await stopQueue(state);
    },
    idle: () => waitUntilIdle(state),
  };
}

async function stopQueue(state: QueueState): Promise<void> {
  state.isStopped = true;
  clearTimeout(state.timer);
  for (const { controller } of state.running.values()) controller.abort();
  await Promise.all([...state.running.values()].map((entry) => entry.done));
  releaseIdle(state);
}

async function waitUntilIdle(state: QueueState): Promise<void> {
  if (state.isStopped) return;
  await new Promise<void>((resolve) => {
    state.idleWaiters.add(resolve);
    lookSoon(state);
  });
}

function releaseIdle({ idleWaiters }: QueueState): void {
  for (const resolve of idleWaiters) resolve();
  idleWaiters.clear();
}

function noticeTask(state: QueueState, task: Resource): void {
  const { waiting, running, options } = state;
  if (state.isStopped || !options.accepts(task)) return;
  if (task["State"] === "Queued" && !waiting.has(task.Id) && !running.has(task.Id)) waiting.set(task.Id, "");
  if (task["State"] === "Cancelling") running.get(task.Id)?.controller.abort();
  lookSoon(state);
}

/** Whoever changes a task finishes first. */
function lookSoon(state: QueueState): void {
  queueMicrotask(() => takeTasks(state));
}

function takeTasks(state: QueueState): void {
  if (state.isStopped) return;
  const { model, waiting, running } = state;
  for (const id of waiting.keys()) look(state, id);
  clearTimeout(state.timer);
  if (waiting.size > 0) state.timer = setTimeout(() => takeTasks(state), lookMilliseconds).unref();
  if (running.size === 0 && ![...waiting.keys()].some((id) => isDue(model, id))) releaseIdle(state);
}

function look(state: QueueState, id: string): void {
  const { model, waiting } = state;
  const task = model.collection("tasks").find(id);
  if (task?.["State"] !== "Queued") waiting.delete(id);
  else if (hasExpired(model, task)) expire(model, task);
  else if (isFree(state) && isDue(model, id) && !isBlocked(state, task)) take(state, task);
}

function isFree({ running, options }: QueueState): boolean {
  return [...running.values()].filter((entry) => !entry.isPaused).length < options.taskCap;
}

function isBlocked({ waiting, running, options }: QueueState, task: Resource): boolean {
  const tag = waiting.get(task.Id) || options.tagOf(task);
  waiting.set(task.Id, tag);
  return [...running.values()].some((entry) => entry.tag === tag);
}

function take(state: QueueState, task: Resource): void {
  const { waiting, running, options } = state;
  const tag = waiting.get(task.Id) ?? "";
  const entry: RunningTask = { controller: new AbortController(), tag, isPaused: false, done: Promise.resolve() };
  waiting.delete(task.Id);
  running.set(task.Id, entry);
  const place = { signal: entry.controller.signal, pause: createPause(state, entry) };
  entry.done = options.run(task, place).finally(() => {
    running.delete(task.Id);
    lookSoon(state);
  });
}

function createPause(state: QueueState, entry: RunningTask): TaskPlace["pause"] {
  return async (wait) => {
    entry.isPaused = true;
    lookSoon(state);
    return await wait().finally(() => {
      entry.isPaused = false;
    });
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
