import { setFlagsFromString } from "node:v8";

/**
 * Has V8 collect garbage before it asks for more memory, rather than after: a worker often runs many steps in a small container, and what a
 * large space is read into is mostly garbage soon. Half of the memory, and no more time as far as could be measured (bench `space`).
 */
export function spareMemory(): void {
  setFlagsFromString("--optimize-for-size");
}
