import { isJsonObject, objectsOf, textOf, type JsonObject } from "../model/json.ts";
import type { Query } from "./octopus-api.ts";
import type { OctopusSpace } from "./octopus-client.ts";

/** One page of a space's runbook runs, the newest first (Octopus's API reference, runbook runs). */
export async function listRunbookRuns(space: OctopusSpace, query: Query): Promise<JsonObject[]> {
  const page = await space.getJson("/runbookRuns", query);
  return isJsonObject(page) ? objectsOf(page, "Items") : [];
}

/** What is to run, all by name, as the executions API has it. */
export interface RunbookOrder {
  project: string;
  runbook: string;
  environment: string;
  tenants: readonly string[];
  snapshot: string;
  /** Of prompted variables, by name. */
  values: JsonObject;
}

export interface StartedRun {
  runId: string;
  taskId: string;
}

/** Puts a run for each of the tenants on the server's queue. @returns them in no order that is known; the answer does not say which is whose */
export async function startRunbookRuns(space: OctopusSpace, order: RunbookOrder): Promise<StartedRun[]> {
  const answer = await space.post("/runbook-runs/create/v1", {
    SpaceIdOrName: space.id,
    ProjectName: order.project,
    RunbookName: order.runbook,
    EnvironmentNames: [order.environment],
    Tenants: [...order.tenants],
    Snapshot: order.snapshot,
    Variables: order.values,
  });
  return objectsOf(answer, "RunbookRunServerTasks").map((task) => ({
    runId: textOf(task, "RunbookRunId"),
    taskId: textOf(task, "ServerTaskId"),
  }));
}
