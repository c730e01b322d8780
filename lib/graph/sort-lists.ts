import { canonicalJson, objectsOf, type JsonObject, type JsonValue } from "../model/json.ts";
import type { ResourceKind } from "../resources/resource-kind.ts";

/** The body with those lists in an order of their own whose items' order means nothing. */
export function sortItems(kind: ResourceKind, body: JsonObject): JsonObject {
  const sorted = { ...body };
  for (const { path, sortBy } of kind.items ?? []) {
    const [field = ""] = path;
    if (sortBy === undefined || path.length !== 1 || !Array.isArray(body[field])) continue;
    const keyed = objectsOf(body, field).map((item) => ({ item, key: sortBy(item) }));
    sorted[field] = keyed.toSorted((a, b) => compareKeys(a.key, b.key)).map(({ item }) => item);
  }
  return sorted;
}

/** Texts and references, in an order of their own. */
export function sortPlain<T extends JsonValue>(list: readonly T[]): T[] {
  if (list.length < 2) return [...list];
  const keyed = list.map((item) => ({ item, key: canonicalJson(item) }));
  return keyed.toSorted((a, b) => compareTexts(a.key, b.key)).map(({ item }) => item);
}

function compareKeys(a: string[], b: string[]): number {
  const index = a.findIndex((part, position) => part !== b[position]);
  return index === -1 ? 0 : compareTexts(a[index] ?? "", b[index] ?? "");
}

/** Code units, so that the order is the same on every machine. */
function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
