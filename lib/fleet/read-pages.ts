import { isJsonObject, objectsOf, type JsonObject } from "../model/json.ts";
import type { OctopusApi, Query } from "../octopus/octopus-api.ts";

/** As many as one request brings. */
const pageSize = 1000;

/**
 * Reads a collection that the server has newest first, so many pages of it at most.
 * @returns what was read, and whether that is all
 */
export async function readPages(
  api: OctopusApi,
  path: string,
  { query, mostPages }: { query: Query; mostPages: number },
): Promise<{ items: JsonObject[]; isWhole: boolean }> {
  const items: JsonObject[] = [];
  for (let page = 0; page < mostPages; page += 1) {
    const answer = await api.getJson(path, { ...query, skip: page * pageSize, take: pageSize });
    const more = isJsonObject(answer) ? objectsOf(answer, "Items") : [];
    items.push(...more);
    const total = isJsonObject(answer) && typeof answer["TotalResults"] === "number" ? answer["TotalResults"] : 0;
    if (more.length === 0 || items.length >= total) return { items, isWhole: true };
  }
  return { items, isWhole: false };
}
