import type { GraphNode } from "../model/graph.ts";
import { isJsonObject, textOf, type JsonValue } from "../model/json.ts";
import type { TerraformModule } from "./module.ts";

/** Fields of a node that the provider has no word for: said, unless they are empty. @param path - of fields to an object inside of the node's body */
export function remarkUnsaid(
  node: GraphNode,
  said: readonly string[],
  module: TerraformModule,
  path: readonly string[] = [],
): void {
  const unsaid = Object.keys(node.body).filter((field) => !said.includes(field) && !isEmpty(node.body[field]));
  const names = unsaid.map((field) => [...path, field].join("."));
  if (unsaid.length > 0) module.remark(node, `${names.join(", ")} cannot be set`);
}

export function isEmpty(value: JsonValue | undefined): boolean {
  if (value === undefined || value === null || value === false || value === "") return true;
  if (Array.isArray(value)) return value.length === 0;
  return isJsonObject(value) && Object.values(value).every(isEmpty);
}

/** Says so where people gave the resource another slug than the server does. */
export function remarkSlug(node: GraphNode, module: TerraformModule): void {
  const slug = textOf(node.body, "Slug");
  if (slug !== "" && slug !== toSlug(textOf(node.body, "Name")))
    module.remark(node, `its slug is the one that the server makes of its name, and not ${slug}`);
}

function toSlug(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "");
}
