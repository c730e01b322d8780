/** Time that goes by only while everybody waits: what takes half an hour is over as soon as it is computed. */
export interface SimulatedTime {
  /** Milliseconds. */
  now(): number;
  /** For the option `wait` of clients. */
  wait(milliseconds: number): Promise<void>;
  /** Does all of these at once, each of which does one thing after the other. */
  runAll(works: readonly (() => Promise<void>)[]): Promise<void>;
}

export function createSimulatedTime(): SimulatedTime {
  const sleepers: { until: number; wake: () => void }[] = [];
  let time = 0;
  let awake = 0;
  const fallAsleep = (): void => {
    awake -= 1;
    if (awake > 0) return;
    const next = sleepers.toSorted((a, b) => a.until - b.until)[0];
    if (next === undefined) return;
    sleepers.splice(sleepers.indexOf(next), 1);
    time = next.until;
    awake += 1;
    next.wake();
  };
  return {
    now: () => time,
    wait: (milliseconds) =>
      new Promise((wake) => {
        sleepers.push({ until: time + milliseconds, wake });
        fallAsleep();
      }),
    async runAll(works) {
      awake += works.length;
      await Promise.all(works.map((work) => work().finally(fallAsleep)));
    },
  };
}
