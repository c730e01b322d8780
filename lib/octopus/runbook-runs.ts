import { isJsonObject, objectsOf, type JsonObject } from "../model/json.ts";
import type { Query } from "./octopus-api.ts";
import type { OctopusSpace } from "./octopus-client.ts";

/** One page of a space's runbook runs, the newest first (Octopus's API reference, runbook runs). */
export async function listRunbookRuns(space: OctopusSpace, query: Query): Promise<JsonObject[]> {
  const page = await space.getJson("/runbookRuns", query);
  return isJsonObject(page) ? objectsOf(page, "Items") : [];
}
