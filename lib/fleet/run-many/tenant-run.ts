import { groupBy } from "../group-by.ts";

/**
 * How far a tenant is. `held` waits for a person, `refused` was not taken by the server, `leftOut` cannot be started as things are, and
 * `doneBefore` succeeded by a former command.
 */
export type RunState =
  | "toStart"
  | "queued"
  | "running"
  | "held"
  | "succeeded"
  | "failed"
  | "canceled"
  | "refused"
  | "leftOut"
  | "doneBefore";

/** One tenant of many, and its run of the runbook. */
export interface TenantRun {
  tenantId: string;
  name: string;
  state: RunState;
  runId?: string;
  taskId?: string;
  /** Somebody else started it, or a former command. */
  isJoined: boolean;
  /** Milliseconds; when it was seen to begin. */
  startedAt?: number;
  /** How long it took, or when it was done, as Octopus says it. */
  took?: string;
  /** Why it did not succeed, or was not started: a sentence, with a line for each thing of a list that it announces. */
  reason?: string;
}

/** All tenants of one command, in their order. */
export interface Round {
  list(...states: RunState[]): TenantRun[];
  /** @returns the run as it is now */
  change(run: TenantRun, changed: Partial<TenantRun>): TenantRun;
}

/** @param onChange - told of each run that has another state */
export function createRound(runs: readonly TenantRun[], onChange: (run: TenantRun) => void): Round {
  const all = new Map(runs.map((run) => [run.tenantId, run]));
  return {
    list: (...states) => [...all.values()].filter(({ state }) => states.length === 0 || states.includes(state)),
    change(run, changed) {
      const now = { ...run, ...changed };
      all.set(run.tenantId, now);
      if (now.state !== run.state) onChange(now);
      return now;
    },
  };
}

/** What is over, one way or the other. */
export const endStates = ["succeeded", "failed", "canceled", "refused", "leftOut", "doneBefore"] as const;

/** What is over and not well. */
export const badStates = ["failed", "canceled", "refused", "leftOut"] as const;

/** What the server has and is not over. */
export const activeStates = ["queued", "running", "held"] as const;

/** The reasons why tenants are not well, the most frequent first, each with its tenants. What differs by the names of their spaces alone is one. */
export function groupByReason(runs: readonly TenantRun[]): [reason: string, runs: TenantRun[]][] {
  const groups = [...groupBy(runs, reasonForAll)].map(([reason, group]): [string, TenantRun[]] => [
    group.length === 1 ? (group[0]?.reason ?? "") : reason,
    group,
  ]);
  return groups.toSorted(([, a], [, b]) => b.length - a.length);
}

/** Steps say which space or tenant they are about, by its name or its id; a space is called as its tenant, unless people renamed it. */
function reasonForAll({ reason = "", name, tenantId }: TenantRun): string {
  return ["space", "tenant"]
    .reduce(
      (text, what) => text.replaceAll(`${what} "${name}"`, what).replaceAll(`${what} "${tenantId}"`, what),
      reason,
    )
    .replaceAll(/space "Spaces-\d+"/g, "space");
}

/** A reason in one line. */
export function inOneLine(reason: string): string {
  return reason.replace(/:\n- /, ": ").replaceAll("\n- ", "; ").replaceAll("\n", " ");
}
