export interface Timing {
  name: string;
  /** Milliseconds of wall time. */
  median: number;
  minimum: number;
  maximum: number;
}

/** The middle and the ends of some runs, in milliseconds. */
export function summarize(times: readonly number[]): Omit<Timing, "name"> {
  const sorted = times.toSorted((a, b) => a - b);
  return { median: sorted[Math.floor(sorted.length / 2)] ?? 0, minimum: sorted[0] ?? 0, maximum: sorted.at(-1) ?? 0 };
}

/** The timings as lines, with each one's ratio to the first. */
export function renderTimings(timings: readonly Timing[]): string {
  const base = timings[0]?.median ?? 1;
  return timings
    .map(
      ({ name, median, minimum, maximum }) =>
        `  ${name.padEnd(58)} ${median.toFixed(0).padStart(6)} ms  (${minimum.toFixed(0)} to ${maximum.toFixed(0)})  × ${(median / base).toFixed(2)}`,
    )
    .join("\n");
}
