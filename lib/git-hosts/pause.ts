import { setTimeout as sleep } from "node:timers/promises";
import type { GitHostOptions } from "./host-access.ts";

/** Waits between two looks at something that a host has not finished yet. */
export async function pause(milliseconds: number, options: Pick<GitHostOptions, "wait" | "signal">): Promise<void> {
  const { wait, signal } = options;
  await (wait?.(milliseconds) ?? sleep(milliseconds, undefined, signal === undefined ? {} : { signal }));
}
