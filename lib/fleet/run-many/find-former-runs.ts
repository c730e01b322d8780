import { textOf } from "../../model/json.ts";
import type { OctopusDocument, OctopusSpace } from "../../octopus/octopus-client.ts";
import type { ChosenRunbook } from "./choose-runbook.ts";
import { readNewestRuns, readTasks, type KeptRun } from "./newest-runs.ts";
import type { PromptedValues } from "./prompted-values.ts";
import type { TenantRun } from "./tenant-run.ts";

/** Hours in which a success counts of a runbook that looks at what is no part of its snapshot. */
const workingDay = 8;

/** What a run has to have to be one of this command, whoever started it. */
export interface SameRun {
  /** Undefined where it is yet to be made: then no run has it. */
  snapshotId: string | undefined;
  values: PromptedValues;
}

export interface FormerRunsOptions extends SameRun {
  /** Whether a success lasts: it does where the snapshot says all that the runbook brings. */
  isLasting: boolean;
  /** What succeeded is started again. */
  again: boolean;
  now: number;
}

/** What is known of a round before it starts anything. */
export interface FormerRuns {
  runs: TenantRun[];
  /** Ids of the runs that were there before, by tenant. */
  newest: Map<string, string>;
}

/**
 * Finds what former commands, or people, started: of each tenant its newest run decides. One of the same snapshot with the same values is
 * joined while it is not over, and counts when it succeeded; any other run is none of this command's.
 */
export async function findFormerRuns(
  space: OctopusSpace,
  { runs, chosen }: { runs: readonly TenantRun[]; chosen: ChosenRunbook },
  options: FormerRunsOptions,
): Promise<FormerRuns> {
  const open = runs.filter(({ state }) => state === "toStart");
  const kept = await readNewestRuns(
    space,
    chosen,
    open.map(({ tenantId }) => tenantId),
  );
  const same = [...kept.values()].filter((run) => isSameRun(run, options));
  const tasks = await readTasks(
    space,
    same.map(({ taskId }) => taskId),
  );
  const known = new Map(same.map((run) => [run.tenantId, run]));
  return {
    runs: runs.map((run) => {
      const former = known.get(run.tenantId);
      const task = former && tasks.get(former.taskId);
      return task === undefined ? run : { ...run, ...fromTask(task, options), ...idsOf(former) };
    }),
    newest: new Map([...kept.values()].map(({ tenantId, id }) => [tenantId, id])),
  };
}

/** Values that are secret cannot be compared: the server shows none. */
export function isSameRun(run: KeptRun, { snapshotId, values }: SameRun): boolean {
  return (
    run.snapshotId === snapshotId &&
    [...values.byId].every(([id, value]) => run.values[id] === value) &&
    Object.entries(run.values).every(([id, value]) => typeof value !== "string" || values.byId.get(id) === value)
  );
}

function idsOf(run: KeptRun | undefined): Partial<TenantRun> {
  return run === undefined ? {} : { runId: run.id, taskId: run.taskId };
}

function fromTask(task: OctopusDocument, { isLasting, again, now }: FormerRunsOptions): Partial<TenantRun> {
  if (task["IsCompleted"] !== true) return { state: "queued", isJoined: true };
  if (textOf(task, "State") !== "Success" || again) return {};
  const completed = textOf(task, "CompletedTime");
  const isRecent = now - Date.parse(completed) < workingDay * 3_600_000;
  return isLasting || isRecent ? { state: "doneBefore", took: completed } : {};
}
