import { objectOf, textOf, type JsonObject } from "../../model/json.ts";
import type { Query } from "../../octopus/octopus-api.ts";
import type { OctopusDocument, OctopusSpace } from "../../octopus/octopus-client.ts";
import { listRunbookRuns } from "../../octopus/runbook-runs.ts";
import type { ChosenRunbook } from "./choose-runbook.ts";

/** A run as the server keeps it. */
export interface KeptRun {
  id: string;
  taskId: string;
  tenantId: string;
  snapshotId: string;
  /** Values of prompted variables, by the variable's id. */
  values: JsonObject;
}

const pageSize = 1000;

/** So many pages are read of a runbook with a long history: whoever has none of the newest runs counts as one that has none. */
const mostPages = 10;

/** Below, the server is asked for these tenants' runs alone. */
const fewTenants = 50;

/** Of each tenant the newest run of the runbook in that environment. */
export async function readNewestRuns(
  space: OctopusSpace,
  { runbook, environment }: ChosenRunbook,
  tenantIds: readonly string[],
): Promise<Map<string, KeptRun>> {
  const wanted = new Set(tenantIds);
  const found = new Map<string, KeptRun>();
  const tenants = wanted.size <= fewTenants ? [...wanted] : undefined;
  for (let page = 0; page < mostPages && found.size < wanted.size; page++) {
    const query = { runbooks: runbook.Id, environments: environment.Id, tenants, skip: page * pageSize };
    const runs = await readRuns(space, { ...query, take: pageSize });
    for (const run of runs) if (wanted.has(run.tenantId) && !found.has(run.tenantId)) found.set(run.tenantId, run);
    if (runs.length < pageSize) break;
  }
  return found;
}

/** One page of runs, the newest first. */
export async function readRuns(space: OctopusSpace, query: Query): Promise<KeptRun[]> {
  const runs = await listRunbookRuns(space, query);
  return runs.map((run) => ({
    id: textOf(run, "Id"),
    taskId: textOf(run, "TaskId"),
    tenantId: textOf(run, "TenantId"),
    snapshotId: textOf(run, "RunbookSnapshotId"),
    values: objectOf(run, "FormValues"),
  }));
}

/** An address with more of them is too long for some of what stands before servers. */
const mostIds = 100;

/** One request for a hundred of them. */
export async function readTasks(space: OctopusSpace, ids: readonly string[]): Promise<Map<string, OctopusDocument>> {
  const chunks = Array.from({ length: Math.ceil(ids.length / mostIds) }, (_, index) =>
    ids.slice(index * mostIds, (index + 1) * mostIds),
  );
  const tasks = await Promise.all(chunks.map((chunk) => space.list("/tasks", { ids: chunk })));
  return new Map(tasks.flat().map((task) => [task.Id, task]));
}
