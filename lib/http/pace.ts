import { setTimeout as sleep } from "node:timers/promises";
import { limitConcurrency } from "./limit-concurrency.ts";

export interface PaceOptions {
  concurrency: number;
  wait?: ((milliseconds: number) => Promise<void>) | undefined;
  signal?: AbortSignal | undefined;
}

/** Lets so many requests run at once, and starts none while the server asked for a pause. */
export interface Pace {
  run<T>(work: () => Promise<T>): Promise<T>;
  /**
   * Holds every request back that has not begun. Called inside of `run`, it holds back those that wait for their turn too.
   * @param attempt - 1 for the first failure; the pause grows with it
   * @param retryAfter - the header of that name: seconds or an HTTP date (RFC 9110, 10.2.3)
   */
  pause(attempt: number, retryAfter: string | undefined): Promise<void>;
}

const longestPause = 60_000;

/** A pace of its own, for one client. */
export function createPace({ concurrency, wait, signal }: PaceOptions): Pace {
  const takeTurn = limitConcurrency(concurrency);
  const pauseFor =
    wait ?? ((milliseconds: number) => sleep(milliseconds, undefined, signal === undefined ? {} : { signal }));
  let resumeAt: Promise<void> = Promise.resolve();
  /** A pause may get longer while it is waited for. */
  const untilResumed = async (): Promise<void> => {
    for (let known; known !== resumeAt;) {
      known = resumeAt;
      await known;
    }
  };
  return {
    run: (work) => takeTurn(() => untilResumed().then(work)),
    pause(attempt, retryAfter) {
      resumeAt = Promise.all([resumeAt, pauseFor(lengthOf(attempt, retryAfter))]).then(() => undefined);
      return resumeAt;
    },
  };
}

/** A little more than what was asked for, not the same for all: or they would come back at once. */
function lengthOf(attempt: number, retryAfter: string | undefined): number {
  const asked = retryAfter === undefined ? undefined : toMilliseconds(retryAfter);
  const backOff = 500 * 2 ** (attempt - 1);
  return Math.min(longestPause, asked ?? backOff) + Math.random() * 250;
}

function toMilliseconds(retryAfter: string): number | undefined {
  if (/^\d+$/.test(retryAfter)) return Number(retryAfter) * 1000;
  const date = Date.parse(retryAfter);
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now());
}
