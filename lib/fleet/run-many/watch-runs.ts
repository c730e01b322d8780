import { textOf } from "../../model/json.ts";
import type { OctopusDocument } from "../../octopus/octopus-client.ts";
import { explainFailure, linkTo, readQuestion } from "../../octopus/task-failure.ts";
import { readTasks } from "./newest-runs.ts";
import type { RunHost, Work } from "./work.ts";
import { activeStates, type RunState, type TenantRun } from "./tenant-run.ts";

/** Of so many failed tasks the log is asked for why, at one request each. */
const mostLogs = 25;

/** Milliseconds that nothing but waiting in the queue may go on before it is looked whether the queue stands. */
const longQueue = 60_000;

export interface Watcher {
  /** One request for all that is under way. @returns how many have another state than before */
  look(): Promise<number>;
}

/** Follows the tasks of a round. */
export function watchRuns(work: Work, host: RunHost): Watcher {
  const { space, round } = work;
  const queue = watchQueue(work, host);
  let logs = 0;

  async function follow(run: TenantRun, task: OctopusDocument | undefined): Promise<boolean> {
    const state = stateOf(task);
    if (state === run.state) return false;
    const changed: Partial<TenantRun> = { state };
    if (state === "running") changed.startedAt = run.startedAt ?? host.now();
    if (state === "succeeded" || state === "failed") changed.took = textOf(task ?? {}, "Duration");
    if (state === "canceled") changed.reason = "Somebody canceled the task in Octopus.";
    if (state === "failed")
      changed.reason =
        task === undefined
          ? "The task is gone: somebody deleted its run, or the project."
          : await explainFailure(space, task, () => ++logs <= mostLogs);
    round.change(run, changed);
    if (state === "held") await tellOfQuestion(run);
    return true;
  }

  async function tellOfQuestion({ name, taskId = "" }: TenantRun): Promise<void> {
    const question = await readQuestion(space, taskId);
    const what = question === "" ? "" : ` ("${question}")`;
    host.tell(`${name} waits for a person${what}: ${linkTo(space, taskId)}`);
  }

  return {
    async look() {
      const active = round.list(...activeStates);
      const tasks = await readTasks(
        space,
        active.map(({ taskId = "" }) => taskId),
      );
      let changes = 0;
      for (const run of active) if (await follow(run, tasks.get(run.taskId ?? ""))) changes += 1;
      await queue.look(changes > 0);
      return changes;
    },
  };
}

/** Octopus spells it "Canceled". */
function stateOf(task: OctopusDocument | undefined): RunState {
  if (task === undefined) return "failed";
  const state = textOf(task, "State");
  if (state === "Success") return "succeeded";
  if (state === "Canceled") return "canceled";
  if (task["IsCompleted"] === true) return "failed";
  if (task["HasPendingInterruptions"] === true) return "held";
  return state === "Executing" || state === "Cancelling" ? "running" : "queued";
}

/** Tells when a space's task queue is stopped, at the beginning and when nothing moves: once until it runs again. */
function watchQueue({ space, round }: Work, host: RunHost): { look(isMoving: boolean): Promise<void> } {
  let looked: number | undefined;
  let isStopped = false;
  return {
    async look(isMoving) {
      const isWaiting = round.list("running").length === 0 && round.list("queued").length > 0;
      if (isMoving && !isStopped && looked !== undefined) looked = host.now();
      const isDue = looked === undefined || (isWaiting && host.now() - looked >= longQueue);
      if (!isDue) return;
      looked = host.now();
      const document = await space.server.find(`/spaces/${space.id}`);
      const stops = document?.["TaskQueueStopped"] === true;
      if (stops && !isStopped)
        host.tell(
          `The task queue of the space "${space.name}" is stopped: what is started waits until somebody starts it again, under Configuration, Spaces.`,
        );
      isStopped = stops;
    },
  };
}
