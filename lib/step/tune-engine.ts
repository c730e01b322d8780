import { getHeapStatistics, setFlagsFromString } from "node:v8";

/** Milliseconds. A flag that is changed earlier has Node.js compile its own modules anew, and a start takes 5 of 65 ms longer. */
const pause = 100;

/** Bytes of objects. Until there are so many, sparing saves little and takes time. */
const many = 24_000_000;

/** Later ones count calls instead, have a compiler in between, and complain of the flag in the log. */
const hasInterruptBudget = process.versions.node.startsWith("20.");

/**
 * Sets V8, which is made for programs that run for hours, for one that reads a space and ends.
 * - What is optimized has to run longer before it is: optimizing took a third of the processor's time, and most of it came too late (bench
 *   `space`, Node.js 20).
 * - Once there is much memory, garbage is collected before more is asked for, rather than after: a worker often runs many steps in a small
 *   container, and what a large space is read into is mostly garbage soon. Of a space of 1,000 projects that is half of the memory.
 */
export function tuneEngine(): void {
  let isEarly = true;
  const watch = setInterval(() => {
    if (isEarly && hasInterruptBudget) setFlagsFromString("--interrupt-budget=1000000");
    isEarly = false;
    if (getHeapStatistics().used_heap_size < many) return;
    clearInterval(watch);
    setFlagsFromString("--optimize-for-size");
    setFlagsFromString("--semi-space-growth-factor=1");
  }, pause);
  watch.unref();
}
