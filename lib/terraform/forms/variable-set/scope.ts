import { isReference, type Target } from "../../../model/graph.ts";
import { objectOf, type JsonObject, type JsonValue } from "../../../model/json.ts";
import type { HclBlock } from "../../hcl.ts";
import type { TerraformModule } from "../../module.ts";
import { isEmpty } from "../../unsaid.ts";

const attributes: Readonly<Record<string, string>> = {
  Action: "actions",
  Channel: "channels",
  Environment: "environments",
  Machine: "machines",
  ProcessOwner: "processes",
  Role: "roles",
  TenantTag: "tenant_tags",
};

/** The block with a variable's scope, if it has one; undefined when a part of the scope cannot be said. */
export function toScope(variable: JsonObject, about: Target, module: TerraformModule): HclBlock[] | undefined {
  const scope = objectOf(variable, "Scope");
  const dimensions = Object.keys(scope)
    .toSorted()
    .filter((field) => !isEmpty(scope[field]));
  const said = dimensions.map((field) => ({
    attribute: attributes[field],
    list: module.list(scope[field], about),
    count: listOf(scope[field]).length,
  }));
  if (said.some(({ attribute, list, count }) => attribute === undefined || list.length < count)) return undefined;
  const entries = said.map(({ attribute = "", list }) => [attribute, list]);
  return entries.length === 0 ? [] : [{ type: "scope", attributes: Object.fromEntries(entries) }];
}

/** What a value is for, as people call it: the names in each dimension of its scope. */
export function listScope(variable: JsonObject): [dimension: string, names: string[]][] {
  const scope = objectOf(variable, "Scope");
  const dimensions = Object.keys(scope).filter((dimension) => !isEmpty(scope[dimension]));
  return dimensions.toSorted().map((dimension) => [dimension, listOf(scope[dimension]).map(toName)]);
}

function toName(value: JsonValue): string {
  return isReference(value) ? (value.$ref.key.at(-1) ?? "") : String(value);
}

function listOf(value: JsonValue | undefined): JsonValue[] {
  return Array.isArray(value) ? value : [];
}
