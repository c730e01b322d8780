/** What is put on the page bit by bit. */
export interface Chunks {
  /** Does all that is left at once: what is printed has to be whole. */
  finish(): void;
  /** Does so much of it at once as is needed, looking after every fifty jobs. */
  doUntil(isEnough: () => boolean): void;
  stop(): void;
}

/**
 * Does the first jobs at once and the others when the browser has nothing better to do, so that a thousand rows open and filter as
 * quickly as a hundred, and all of them are there to be scrolled, found and printed.
 */
export function doInChunks(jobs: readonly (() => void)[], first: number): Chunks {
  let next = 0;
  let timer = 0;
  const doNext = (isLate: () => boolean): void => {
    while (next < jobs.length && !isLate()) {
      jobs[next]?.();
      next += 1;
    }
  };
  const doSome = (): void => {
    const end = performance.now() + 8;
    doNext(() => performance.now() > end);
    if (next < jobs.length) timer = window.setTimeout(doSome, 4);
  };
  doNext(() => next >= first);
  if (next < jobs.length) timer = window.setTimeout(doSome, 60);
  return {
    finish() {
      window.clearTimeout(timer);
      doNext(() => false);
    },
    doUntil(isEnough) {
      while (next < jobs.length && !isEnough()) {
        const end = next + 50;
        doNext(() => next >= end);
      }
    },
    stop() {
      window.clearTimeout(timer);
    },
  };
}
