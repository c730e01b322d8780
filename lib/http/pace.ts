import { setTimeout as sleep } from "node:timers/promises";

export interface PaceOptions {
  concurrency: number;
  wait?: ((milliseconds: number) => Promise<void>) | undefined;
  signal?: AbortSignal | undefined;
}

/** Lets so many requests run at once, and none while the server asked for a pause. */
export interface Pace {
  run<T>(work: () => Promise<T>): Promise<T>;
  /**
   * Holds every request back.
   * @param attempt - 1 for the first failure; the pause grows with it
   * @param retryAfter - the header of that name: seconds or an HTTP date (RFC 9110, 10.2.3)
   */
  pause(attempt: number, retryAfter: string | undefined): Promise<void>;
}

const longestPause = 60_000;

export function createPace({ concurrency, wait, signal }: PaceOptions): Pace {
  const waiting: (() => void)[] = [];
  const pauseFor = wait ?? ((milliseconds: number) => sleep(milliseconds, undefined, signal === undefined ? {} : { signal }));
  let running = 0;
  let resumeAt: Promise<void> = Promise.resolve();

  async function run<T>(work: () => Promise<T>): Promise<T> {
    await resumeAt;
    if (running >= concurrency) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
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
