import type { GraphNode } from "../model/graph.ts";
import { isJsonObject, type JsonValue } from "../model/json.ts";
import type { TerraformModule } from "./form.ts";

/** Fields of a node that the provider has no word for: said, unless they are empty. */
export function remarkUnsaid(node: GraphNode, said: readonly string[], module: TerraformModule): void {
  const unsaid = Object.entries(node.body).filter(([field, value]) => !said.includes(field) && !isEmpty(value));
  if (unsaid.length > 0) module.remark(node, `${unsaid.map(([field]) => field).join(", ")} cannot be set`);
}

export function isEmpty(value: JsonValue | undefined): boolean {
  if (value === undefined || value === null || value === false || value === "") return true;
  if (Array.isArray(value)) return value.length === 0;
  return isJsonObject(value) && Object.values(value).every(isEmpty);
}
