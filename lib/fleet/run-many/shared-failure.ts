import { groupByReason, type Round } from "./tenant-run.ts";

/** So many that fail alike, while nobody succeeds, mean that the others would, too. */
const failuresToStop = 3;

/**
 * Whether it looks as if all tenants shared one failure: some failed, all for one reason, and none succeeded, this time or before.
 * @returns how many failed so; undefined where it does not look so, or nobody is left to start
 */
export function countSharedFailures(round: Round): number | undefined {
  const failed = round.list("failed");
  if (failed.length < failuresToStop || round.list("succeeded", "doneBefore").length > 0) return undefined;
  return round.list("toStart").length > 0 && groupByReason(failed).length === 1 ? failed.length : undefined;
}
