import { textOf, type JsonObject } from "../model/json.ts";
import type { Query } from "../octopus/octopus-api.ts";
import type { OctopusSpace } from "../octopus/octopus-client.ts";
import { listRunbookRuns } from "../octopus/runbook-runs.ts";
import { failureNotice } from "./find-findings.ts";

/** A runbook of the management space whose last run for a tenant failed. */
export interface FailedRun {
  runbook: string;
  task: string;
}

/** Of the newest that failed, and of the newest of all, so many are looked at. */
const mostFailed = 200;
const mostNewer = 1000;

/** An address with more ids is too long for some of what stands before servers. */
const mostIds = 50;

/**
 * Which runbooks of the management space failed for which tenants in the last days and have not run for them since: what is done to a
 * space is done there, and the space itself knows nothing of it. One request, and a second one where something failed.
 * @returns by tenant
 */
export async function readFailedRuns(
  management: OctopusSpace,
  { tenants, now }: { tenants: ReadonlySet<string>; now: Date },
): Promise<Map<string, FailedRun[]>> {
  const since = now.getTime() - failureNotice * 86_400_000;
  const failed = (await listRunbookRuns(management, { skip: 0, taskState: "Failed", take: mostFailed })).filter(
    (run) => Date.parse(textOf(run, "Created")) >= since && tenants.has(textOf(run, "TenantId")),
  );
  if (failed.length === 0) return new Map();
  const newest = newestOf(await listRunbookRuns(management, { skip: 0, ...narrow(failed), take: mostNewer }));
  const found = new Map<string, FailedRun[]>();
  for (const [place, run] of newestOf(failed)) {
    if (textOf(newest.get(place) ?? run, "Id") !== textOf(run, "Id")) continue;
    const tenant = textOf(run, "TenantId");
    const one = { runbook: textOf(run, "RunbookName") || textOf(run, "Name"), task: textOf(run, "TaskId") };
    found.set(tenant, [...(found.get(tenant) ?? []), one]);
  }
  return found;
}

function narrow(failed: readonly JsonObject[]): Query {
  const idsOf = (field: string): string[] | undefined => {
    const ids = [...new Set(failed.map((run) => textOf(run, field)))];
    return ids.length > mostIds ? undefined : ids;
  };
  return { runbooks: idsOf("RunbookId"), tenants: idsOf("TenantId") };
}

function newestOf(runs: readonly JsonObject[]): Map<string, JsonObject> {
  const newest = new Map<string, JsonObject>();
  for (const run of runs) {
    const place = ["TenantId", "RunbookId", "EnvironmentId"].map((field) => textOf(run, field)).join(" ");
    if (!newest.has(place)) newest.set(place, run);
  }
  return newest;
}
