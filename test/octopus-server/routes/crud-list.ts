import type { Resource } from "../model/collection.ts";
import { visible } from "./access.ts";
import { documentsInScope, nameOf, type CrudRules } from "./crud-rules.ts";
import type { Call } from "./route.ts";

/** What a list shows: what the caller may see, narrowed down by the query, in the order of the kind. */
export function listDocuments(rules: CrudRules, call: Call): Resource[] {
  const all = visible(call, documentsInScope(rules, call), { kind: rules.kind, permission: rules.permissions?.view });
  const listed = all.filter((resource) => isListed(rules, resource, call));
  return typeof rules.sortBy === "function" ? rules.sortBy(listed, call) : sorted(rules, listed);
}

function isListed(rules: CrudRules, resource: Resource, call: Call): boolean {
  if (rules.listed !== undefined && !rules.listed(resource, call)) return false;
  return hasAskedId(resource, call) && hasAskedName(rules, resource, call) && passesFilters(rules, resource, call);
}

function hasAskedId(resource: Resource, { query }: Call): boolean {
  const ids = query.list("ids") ?? [];
  return ids.length === 0 || ids.includes(resource.Id);
}

/** `name` is the whole name, unless the kind says otherwise; `partialName` a part of it. */
function hasAskedName(rules: CrudRules, resource: Resource, { query }: Call): boolean {
  const name = nameOf(rules, resource).toLowerCase();
  const part = rules.filters?.["partialName"] === undefined ? (query.get("partialName")?.toLowerCase() ?? "") : "";
  const whole = rules.filters?.["name"] === undefined ? (query.get("name")?.toLowerCase() ?? "") : "";
  return name.includes(part) && (whole === "" || name === whole);
}

function passesFilters(rules: CrudRules, resource: Resource, call: Call): boolean {
  return Object.entries(rules.filters ?? {}).every(([parameter, accepts]) => {
    const value = call.query.list(parameter)?.join(",") ?? "";
    return value === "" || accepts(resource, value, call);
  });
}

function sorted(rules: CrudRules, resources: Resource[]): Resource[] {
  if (rules.sortBy === "oldest") return resources;
  if (rules.sortBy === "newest") return resources.toReversed();
  const keyed = resources.map((resource) => ({
    resource,
    order: rules.sortBy === "SortOrder" ? orderOf(resource) : 0,
    name: nameOf(rules, resource).toLowerCase(),
  }));
  keyed.sort((a, b) => a.order - b.order || (a.name < b.name ? -1 : Number(a.name > b.name)));
  return keyed.map((entry) => entry.resource);
}

function orderOf(resource: Resource): number {
  return typeof resource["SortOrder"] === "number" ? resource["SortOrder"] : 0;
}
