/** The time of a server, which tests move on. */
export interface Clock {
  now(): Date;
  /** Moves it on by so many milliseconds, for good. */
  advance(milliseconds: number): void;
}

/** @param base - the time that goes by on its own */
export function createClock(base: () => Date): Clock {
  let ahead = 0;
  return {
    now: () => new Date(base().getTime() + ahead),
    advance: (milliseconds) => {
      ahead += milliseconds;
    },
  };
}
