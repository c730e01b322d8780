import { badStates, endStates, type Round, type TenantRun } from "./tenant-run.ts";

/** `12 of 300 done, 2 not well, 10 running, 278 to start`. */
export function countWords(round: Round): string {
  const all = round.list().length;
  const done = round.list(...endStates).length;
  const bad = round.list(...badStates).length;
  const counts: [number, string][] = [
    [bad, "not well"],
    [round.list("running").length, "running"],
    [round.list("queued").length, "queued"],
    [round.list("held").length, "for a person"],
    [round.list("toStart").length, "to start"],
  ];
  const parts = counts.flatMap(([count, what]) => (count === 0 ? [] : [`${count} ${what}`]));
  return [`${done} of ${all} done`, ...parts].join(", ");
}

/** What people read of a state. */
export const stateWords: Readonly<Record<TenantRun["state"], string>> = {
  toStart: "to start",
  queued: "in the queue",
  running: "running",
  held: "waits for a person",
  succeeded: "succeeded",
  failed: "failed",
  canceled: "canceled",
  refused: "refused",
  leftOut: "left out",
  doneBefore: "done before",
};
