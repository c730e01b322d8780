import { setTimeout as sleep } from "node:timers/promises";
import { textOf } from "../../lib/model/json.ts";
import type { OctopusDocument, OctopusSpace } from "../../lib/octopus/octopus-client.ts";
import { linkTo, readQuestion } from "../../lib/octopus/task-failure.ts";
import type { StepLog } from "../../lib/step/define-step.ts";
import { NotFoundError, UnavailableError } from "../../lib/step/errors.ts";

export interface Waiting {
  signal: AbortSignal;
  now(): Date;
}

interface Following extends Waiting {
  upstream: OctopusSpace;
  /** For sentences: whose task it is. */
  what: string;
  log: StepLog;
}

/** Milliseconds between two looks: the longer nothing changes, the longer. */
const shortestPause = 250;
const longestPause = 10_000;

/**
 * Minutes that the other task may stay in the queue. Whoever waits holds a place among the tasks that the server runs at a time: where all
 * places are held by such as wait, what they wait for is never begun.
 */
const longestQueue = 10;

/**
 * Waits until a task is over; to cancel this run ends the waiting alone.
 * @returns the task as it ended
 * @throws {@link UnavailableError} when the server does not begin it
 */
export async function followTask(following: Following, taskId: string): Promise<OctopusDocument> {
  const { upstream, what, now, signal } = following;
  const since = now().getTime();
  const tell = createTeller(following, taskId);
  for (let pause = shortestPause; ; pause = Math.min(longestPause, pause * 1.5)) {
    const task = await upstream.find(`/tasks/${taskId}`);
    if (task === undefined)
      throw new NotFoundError(`${what} is gone: somebody deleted its task ${taskId}. Run this again to start another.`);
    if (task["IsCompleted"] === true) return task;
    await tell(task);
    const minutes = (now().getTime() - since) / 60_000;
    if (textOf(task, "State") === "Queued" && minutes > longestQueue)
      throw new UnavailableError(
        `${what} has been in the queue for more than ${longestQueue} minutes (${linkTo(upstream, taskId)}), and this run would go on to hold one of the tasks that Octopus runs at a time, which it may need. It stays in the queue. Run this again, which is safe, when it is done; managed-spaces deploy starts no more at once than leave room.`,
      );
    await sleep(pause, undefined, { signal });
  }
}

/** Says once what is being waited for. */
function createTeller({ upstream, what, log }: Following, taskId: string): (task: OctopusDocument) => Promise<void> {
  let told = "";
  return async (task) => {
    const isHeld = task["HasPendingInterruptions"] === true;
    const state = isHeld ? "held" : textOf(task, "State");
    if (state === told) return;
    told = state;
    if (state === "Queued") log.info(`${what} is in the queue.`);
    if (state === "Executing") log.info(`${what} runs.`);
    if (!isHeld) return;
    const question = await readQuestion(upstream, taskId);
    log.warn(
      `${what} waits for a person${question === "" ? "" : ` ("${question}")`}: [${taskId}](${linkTo(upstream, taskId)}).`,
    );
  };
}
