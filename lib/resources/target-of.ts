import { isReference } from "../model/graph.ts";
import type { JsonValue } from "../model/json.ts";

/** What tells apart what is about different resources: the key of one in a graph, its id in a document. */
export function describeTargetOf(value: JsonValue | undefined): string {
  if (isReference(value)) return value.$ref.key.join(" › ");
  return typeof value === "string" ? value : "";
}
