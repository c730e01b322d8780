import { setTimeout as wait } from "node:timers/promises";
import type { Resource } from "../model/collection.ts";
import type { OctopusModel, TaskLog } from "../model/model.ts";
import { finishTask, startTask, taskLog } from "../model/tasks.ts";
import type { TaskPlace } from "./task-queue.ts";

/** How a worker dies under a task. */
export interface TaskDeath {
  /** Lines that the task writes before; 0 if absent. */
  afterLines?: number | undefined;
  /** What becomes of the task when the server notices; TimedOut if absent, and it stays Executing if the server never does. */
  state?: "Failed" | "TimedOut" | "Executing" | undefined;
  noticedAfterMilliseconds?: number | undefined;
}

export interface DyingOptions {
  death: TaskDeath;
  place: TaskPlace;
  run(place: TaskPlace): Promise<void>;
}

class WorkerDied extends Error {}

/** True for the place of a task whose worker is dead: nobody is left who could write how it ended. */
export function hasDied({ signal }: TaskPlace): boolean {
  return signal.reason instanceof WorkerDied;
}

/**
 * Runs a task until it wrote its lines, kills its processes and leaves the task `Executing` with a log that breaks off, until the server
 * notices. Source: a node of a cluster that goes offline leaves its tasks behind (docs, server nodes); state and sentence are assumed.
 */
export async function dieDuring(model: OctopusModel, task: Resource, options: DyingOptions): Promise<void> {
  const { afterLines = 0 } = options.death;
  const hasEnded = afterLines === 0 ? !startTask(model, task.Id) : await runUntilDeath(model, task, options);
  if (!hasEnded) await noticeDeath(model, task, options);
}

/** @returns true when the task was over before */
async function runUntilDeath(
  model: OctopusModel,
  task: Resource,
  { death, place, run }: DyingOptions,
): Promise<boolean> {
  const killer = new AbortController();
  let lines = 0;
  function countLine(node: TaskLog): void {
    if (node.Id !== task.Id && !node.Id.startsWith(`${task.Id}/`)) return;
    if (++lines !== death.afterLines) return;
    breakOffLog(model, task);
    killer.abort(new WorkerDied());
  }
  model.lineLogged.add(countLine);
  const signal = AbortSignal.any([place.signal, killer.signal]);
  await run({ ...place, signal }).finally(() => model.lineLogged.delete(countLine));
  return !hasDied({ ...place, signal });
}

/** What still runs writes to the old log, which nobody reads any longer. */
function breakOffLog(model: OctopusModel, task: Resource): void {
  model.taskLogs.set(task.Id, structuredClone(taskLog(model, task.Id)));
}

async function noticeDeath(model: OctopusModel, task: Resource, { death, place }: DyingOptions): Promise<void> {
  const { state = "TimedOut", noticedAfterMilliseconds = 0 } = death;
  if (state === "Executing") return;
  await wait(noticedAfterMilliseconds, undefined, { signal: place.signal }).catch(() => undefined);
  if (model.collection("tasks").find(task.Id) === undefined) return;
  finishTask(model, task.Id, { state, errorMessage: "The server node that ran the task is no longer there." });
}
