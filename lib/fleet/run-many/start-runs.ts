import { textOf } from "../../model/json.ts";
import { startRunbookRuns, type StartedRun } from "../../octopus/runbook-runs.ts";
import { StepError, UnavailableError, UnknownUserError } from "../../step/errors.ts";
import { isSameRun } from "./find-former-runs.ts";
import { readRuns } from "./newest-runs.ts";
import type { Work } from "./work.ts";
import type { TenantRun } from "./tenant-run.ts";

/** As long as nothing could be started, so many refusals with the same words mean that nothing can be. */
const refusalsToGiveUp = 3;

export interface Starter {
  /**
   * Starts the next tenants.
   * @param free - how many at most
   * @returns how many were started, joined or refused
   * @throws {@link StepError} where the server takes none
   */
  start(free: number): Promise<number>;
}

/**
 * Puts runs on Octopus's queue: several with one request. Each start begins with a look whether somebody else was faster, another of these
 * commands, or this one by a request whose answer was lost.
 */
export function startRuns(work: Work): Starter {
  const { round } = work;
  const refusals: StepError[] = [];
  let hasStarted = false;

  async function startBatch(runs: readonly TenantRun[]): Promise<void> {
    const open = await joinOthers(work, runs);
    if (open.length === 0) return;
    try {
      await post(work, open);
      hasStarted = true;
    } catch (error) {
      if (!(error instanceof StepError) || error instanceof UnavailableError || error instanceof UnknownUserError)
        throw error;
      if (open.length > 1) for (const run of open) await startBatch([run]);
      else for (const run of open) refuse(run, error);
    }
  }

  function refuse(run: TenantRun, error: StepError): void {
    round.change(run, { state: "refused", reason: error.message });
    refusals.push(error);
    const isAlike = refusals.every(({ message }) => message === error.message);
    if (!hasStarted && isAlike && refusals.length >= refusalsToGiveUp) throw error;
  }

  return {
    async start(free) {
      const next = round.list("toStart").slice(0, Math.max(0, free));
      if (next.length > 0) await startBatch(next);
      return next.length;
    },
  };
}

/** @returns those that nobody started meanwhile */
async function joinOthers(work: Work, runs: readonly TenantRun[]): Promise<TenantRun[]> {
  const { space, chosen, round, newest, same } = work;
  const kept = await readRuns(space, {
    runbooks: chosen.runbook.Id,
    environments: chosen.environment.Id,
    tenants: runs.map(({ tenantId }) => tenantId),
    skip: 0,
    take: Math.max(30, runs.length * 3),
  });
  return runs.flatMap((run) => {
    const latest = kept.find(({ tenantId }) => tenantId === run.tenantId);
    const isNew = latest !== undefined && latest.id !== newest.get(run.tenantId);
    if (!isNew || !isSameRun(latest, same)) return [run];
    round.change(run, { state: "queued", isJoined: true, runId: latest.id, taskId: latest.taskId });
    return [];
  });
}

/** One snapshot for many tenants. */
async function post({ space, chosen, snapshot, same, round }: Work, runs: readonly TenantRun[]): Promise<void> {
  const started = await startRunbookRuns(space, {
    project: textOf(chosen.project, "Name"),
    runbook: textOf(chosen.runbook, "Name"),
    environment: textOf(chosen.environment, "Name"),
    tenants: runs.map(({ name }) => name),
    snapshot: snapshot.name,
    values: same.values.byName,
  });
  const owners = await findOwners(space, { runs, started });
  for (const { runId, taskId } of started) {
    const run = owners.get(runId);
    if (run !== undefined) round.change(run, { state: "queued", runId, taskId });
  }
}

/** The answer does not say which run is whose. Whoever is not found is by the next look. */
async function findOwners(
  space: Work["space"],
  { runs, started }: { runs: readonly TenantRun[]; started: readonly StartedRun[] },
): Promise<Map<string, TenantRun>> {
  const ids = started.map(({ runId }) => runId);
  const [only] = runs;
  const [id] = ids;
  if (runs.length === 1 && only !== undefined && id !== undefined) return new Map([[id, only]]);
  const kept = await readRuns(space, { ids, skip: 0, take: ids.length });
  const byTenant = new Map(runs.map((run) => [run.tenantId, run]));
  return new Map(
    kept.flatMap((run) => {
      const owner = byTenant.get(run.tenantId);
      return owner === undefined ? [] : [[run.id, owner] as const];
    }),
  );
}
