import { setTimeout as sleep } from "node:timers/promises";

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
  const waiting: (() => void)[] = [];
  const pauseFor =
    wait ?? ((milliseconds: number) => sleep(milliseconds, undefined, signal === undefined ? {} : { signal }));
  let running = 0;
  let resumeAt: Promise<void> = Promise.resolve();

  async function run<T>(work: () => Promise<T>): Promise<T> {
    if (running >= concurrency) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      await untilResumed();
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  }

  /** A pause may get longer while it is waited for. */
  async function untilResumed(): Promise<void> {
    for (let known; known !== resumeAt;) {
      known = resumeAt;
      await known;
    }
  }

  function pause(attempt: number, retryAfter: string | undefined): Promise<void> {
    const asked = retryAfter === undefined ? undefined : toMilliseconds(retryAfter);
    const backOff = Math.min(longestPause, 500 * 2 ** (attempt - 1));
    const milliseconds = Math.min(longestPause, asked ?? backOff) + Math.random() * 250;
    resumeAt = Promise.all([resumeAt, pauseFor(milliseconds)]).then(() => undefined);
    return resumeAt;
  }

  return { run, pause };
}

function toMilliseconds(retryAfter: string): number | undefined {
  if (/^\d+$/.test(retryAfter)) return Number(retryAfter) * 1000;
  const date = Date.parse(retryAfter);
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now());
}
