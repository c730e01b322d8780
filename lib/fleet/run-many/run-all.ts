import { UnavailableError } from "../../step/errors.ts";
import { countSlots, type Slots } from "./count-slots.ts";
import { countSharedFailures } from "./shared-failure.ts";
import { startRuns } from "./start-runs.ts";
import { activeStates } from "./tenant-run.ts";
import { watchRuns } from "./watch-runs.ts";
import type { RunHost, Work } from "./work.ts";

/** Milliseconds between two looks at the tasks: the more often nothing changes, the longer. */
const shortestPause = 1000;
const longestPause = 15_000;

/** Milliseconds for which the number of slots counts. */
const slotsAge = 30_000;

/** Milliseconds that a server may not answer before the command gives up on it. */
const longestTrouble = 30 * 60_000;
const longestTroublePause = 60_000;

/**
 * Starts runs until nobody is left to start, never more at once than there are slots, and watches them to their end. Where all fail alike
 * no more are started, unless that is what is wished.
 * @throws {@link UnavailableError} when the server does not answer for half an hour: what runs goes on, and so does this when it is started again
 */
export async function runAll(work: Work, host: RunHost): Promise<void> {
  const { round } = work;
  if (round.list("toStart", ...activeStates).length === 0) return;
  const slots = createSlotKeeper(work, host);
  const trouble = createTrouble(host);
  const watcher = watchRuns(work, host);
  const starter = startRuns(work);
  const isStopping = (): boolean => host.isStopping() || (!work.keepsGoing && countSharedFailures(round) !== undefined);
  let pause = shortestPause;
  for (;;) {
    const changed = await trouble.survive(async () => {
      const seen = await watcher.look();
      const started = isStopping() ? 0 : await starter.start(await slots.free());
      return seen + started;
    });
    host.show(round);
    const isIdle = round.list(...activeStates).length === 0;
    if (isIdle && (isStopping() || round.list("toStart").length === 0)) return;
    if (changed !== undefined)
      pause = changed > 0 ? Math.max(shortestPause, pause / 2) : Math.min(longestPause, pause * 1.5);
    await host.pause(changed === undefined ? trouble.pause() : pause);
  }
}

/** Runs that wait for a person take no slot in Octopus either. */
function createSlotKeeper({ space, atOnce, round }: Work, host: RunHost): { free(): Promise<number> } {
  let known: (Slots & { at: number }) | undefined;
  let told: string | undefined;
  return {
    async free() {
      if (round.list("toStart").length === 0) return 0;
      if (known === undefined || host.now() - known.at >= slotsAge) {
        const running = round.list("running").length;
        const slots = await countSlots(space.server, {
          atOnce,
          running,
          open: round.list("toStart", ...activeStates).length,
        });
        known = { ...slots, at: host.now() };
        if (slots.why !== undefined && told === undefined) host.tell(slots.why);
        told ??= slots.why;
      }
      return known.count - round.list("queued", "running").length;
    },
  };
}

interface Trouble {
  /** @returns undefined where the server did not answer */
  survive(look: () => Promise<number>): Promise<number | undefined>;
  /** Milliseconds until the next try. */
  pause(): number;
}

function createTrouble(host: RunHost): Trouble {
  let since: number | undefined;
  let failures = 0;
  return {
    async survive(look) {
      try {
        const changed = await look();
        if (since !== undefined) host.tell("Octopus answers again.");
        [since, failures] = [undefined, 0];
        return changed;
      } catch (error) {
        if (!(error instanceof UnavailableError) || host.isEnded()) throw error;
        failures += 1;
        if (since === undefined)
          host.tell(`${error.message} What runs goes on meanwhile, and this tries again for half an hour.`);
        since ??= host.now();
        if (host.now() - since > longestTrouble) throw error;
        return undefined;
      }
    },
    pause: () => Math.min(longestTroublePause, 5000 * 2 ** (failures - 1)),
  };
}
