import { setTimeout as sleep } from "node:timers/promises";
import { UnavailableError } from "../step/errors.ts";
import type { HttpRequest } from "./http-request.ts";
import { limitConcurrency } from "./limit-concurrency.ts";
import { spacingAfter, toMilliseconds, type RateLimit } from "./rate-limit.ts";

export interface PaceOptions {
  /** Told how many milliseconds went into waiting for the limit, the wait that begins included: after ten seconds, and whenever it has doubled. */
  onWait?: ((milliseconds: number) => void) | undefined;
  signal?: AbortSignal | undefined;
  /** Waits so many milliseconds, for tests that do not want to. */
  wait?: ((milliseconds: number) => Promise<void>) | undefined;
  /** Milliseconds, of a clock that goes on by `wait`; for tests as well. */
  clock?: () => number;
}

/** When the requests of one client are sent. */
export interface Pace {
  /** Lets {@link mostRequests} run at once, {@link mostWrites} of them writes, the first come first. */
  takeTurn<T>(method: HttpRequest["method"], work: () => Promise<T>): Promise<T>;
  /**
   * Waits until a request may be sent.
   * @param longest - milliseconds for which nobody waits: what an earlier answer asked for holds for every later request, too
   * @returns false at once where it would be longer
   * @throws {@link UnavailableError} when the run is canceled
   */
  ready(longest: number): Promise<boolean>;
  /** Holds back for so many milliseconds what is not under way. */
  hold(milliseconds: number): void;
  /** Takes in what an answer tells. @returns the milliseconds in which nothing got through when the next request may be sent: 0 unless this one was refused */
  heed(limit: RateLimit): number;
}

/** A server that limits the rate lets 200 through at once by default, and reads wait for the line more than for the server (bench `space`). */
const mostRequests = 20;

/** More side by side get into each other's way in the server's database. */
const mostWrites = 10;

/** Milliseconds after which a wait for room looks again how much room the answers meanwhile told of. */
const longestLook = 5000;

export function createPace({ onWait, signal, wait, clock }: PaceOptions): Pace {
  const pauseFor = wait ?? ((milliseconds: number) => pauseUnlessCanceled(milliseconds, signal));
  const now = clock ?? (() => performance.now());
  const report = createReport(onWait);
  let spacing = 0;
  let lastSent = -Infinity;
  /** Not the same for all: or they would come at once. */
  let share = 1;
  let heldUntil = 0;
  let refusedSince: number | undefined;
  let gate = Promise.resolve(true);
  let reached = 0;
  /** No test's clock runs behind what has been waited for. */
  const time = (): number => Math.max(now(), reached);
  const pass = async (longest: number): Promise<boolean> => {
    for (;;) {
      const begun = time();
      const room = spacing > 0 ? lastSent + spacing * share - begun : 0;
      const pause = Math.ceil(heldUntil > begun ? heldUntil - begun : Math.min(room, longestLook));
      if (pause <= 0) break;
      if (pause > longest) return false;
      if (spacing > 0) report(pause);
      await pauseFor(pause);
      reached = Math.max(reached, begun + pause);
    }
    lastSent = time();
    share = 0.5 + Math.random();
    return true;
  };
  const hold = (milliseconds: number): void => void (heldUntil = Math.max(heldUntil, time() + milliseconds));
  const takePlace = limitConcurrency(mostRequests);
  const takePlaceToWrite = limitConcurrency(mostWrites);
  return {
    takeTurn: (method, work) => (method === "GET" ? takePlace(work) : takePlaceToWrite(() => takePlace(work))),
    ready: (longest) => (gate = gate.then(() => pass(longest))),
    hold,
    heed(limit) {
      // Several that were sent side by side are refused once.
      if (!limit.isRefused || heldUntil <= time()) spacing = spacingAfter(limit, spacing);
      if (!limit.isRefused) {
        refusedSince = undefined;
        hold(toMilliseconds(limit.holdBack ?? "") ?? 0);
        return 0;
      }
      refusedSince ??= time();
      hold((toMilliseconds(limit.retryAfter ?? "") ?? 0) + spacing * Math.random());
      return heldUntil - refusedSince;
    },
  };
}

async function pauseUnlessCanceled(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await sleep(milliseconds, undefined, signal === undefined ? {} : { signal });
  } catch (error) {
    throw new UnavailableError("The run was canceled.", { cause: error });
  }
}

/** Adds up waits and tells how long they are together now and then. */
function createReport(onWait: PaceOptions["onWait"]): (milliseconds: number) => void {
  let total = 0;
  let threshold = 10_000;
  return (milliseconds) => {
    total += milliseconds;
    if (total < threshold) return;
    while (threshold <= total) threshold *= 2;
    onWait?.(total);
  };
}
