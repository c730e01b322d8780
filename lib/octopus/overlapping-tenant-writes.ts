import { setTimeout as sleep } from "node:timers/promises";
import { ConflictError, StepError } from "../step/errors.ts";
import type { OctopusSpace } from "./octopus-client.ts";
import { isStale } from "./stale-data.ts";

export interface TenantWrite<T> {
  read(): Promise<T>;
  /** @param hasWritten - whether this run has written before it read again */
  isDone(values: T, hasWritten: boolean): boolean;
  /** @returns whether the server refuses what was read before somebody else wrote, so that nobody has to look again */
  write(values: T): Promise<boolean>;
  /** For tests that do not want to wait. */
  wait?: ((milliseconds: number) => Promise<void>) | undefined;
}

const attempts = 5;

/** Milliseconds: longer than another run takes from reading the values to writing them. */
const overlapTime = 500;

/**
 * Writes values of a tenant. Both forms of the API replace everything in one write and the newer one has no concurrency token, so the
 * values are read right before it, and again a moment after it: a run that had read them before ours was written has sent its own by
 * then, and ours is written once more.
 * @returns whether anything had to be written
 */
export async function writeOverlapping<T>(
  space: OctopusSpace,
  tenantId: string,
  { read, isDone, write, wait = sleep }: TenantWrite<T>,
): Promise<boolean> {
  let hasWritten = false;
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const values = await read();
    if (isDone(values, hasWritten)) return hasWritten;
    try {
      const isGuarded = await write(values);
      hasWritten = true;
      if (isGuarded) return hasWritten;
      await wait(overlapTime);
    } catch (error) {
      // Somebody else wrote in between, and we read again.
      if (!isStale(error) && !isTokenRefused(error)) throw error;
    }
  }
  throw new ConflictError(
    `The values of the tenant ${tenantId} in the space "${space.name}" keep being changed by somebody else. Run the step again when that is done.`,
  );
}

/** The older form has a concurrency token, whose refusal the status alone may tell. */
function isTokenRefused(error: unknown): boolean {
  return error instanceof StepError && /\((409|412)\)|concurren/i.test(error.message);
}
