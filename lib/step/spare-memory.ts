import { setFlagsFromString } from "node:v8";

/** Milliseconds: the first requests have left by then. A flag that is changed earlier has Node.js compile its own modules anew, and a start takes 5 of 65 ms longer. */
const soon = 200;

/**
 * Has V8 collect garbage before it asks for more memory, rather than after: a worker often runs many steps in a small container, and what a
 * large space is read into is mostly garbage soon. Half of the memory, and no more time as far as could be measured (bench `space`). Where
 * new objects are kept does not grow further either, which is 20 MB.
 */
export function spareMemorySoon(): void {
  setTimeout(() => {
    setFlagsFromString("--optimize-for-size");
    setFlagsFromString("--semi-space-growth-factor=1");
  }, soon).unref();
}
