import type { Resource } from "../model/collection.ts";
import type { DocumentFilter } from "../model/columns.ts";
import { categoriesOf } from "../model/event-categories.ts";
import { textOf, textsOf } from "../model/fields.ts";
import { askedTime } from "./asked-time.ts";
import type { Call } from "./route.ts";

/** What an event must be like for this query. */
export function eventFilters(call: Call): DocumentFilter[] {
  return [...numberFilters(call), ...fieldFilters(call), ...relationFilters(call)];
}

/**
 * Times: docs, events, and Octopus's mcp-server, find_events: `from` is inclusive and `to` is not. Numbers: docs, events: "after" and "before";
 * that both are inclusive, as `from` is which the docs word alike, is assumed.
 */
function numberFilters(call: Call): DocumentFilter[] {
  const [from, to] = [askedTime(call, "from"), askedTime(call, "to")];
  const [first, last] = [call.query.number("fromAutoId"), call.query.number("toAutoId")];
  return [...within("Number", first, last), ...within("Occurred", from, to === undefined ? undefined : to - 1)];
}

function within(name: string, from: number | undefined, to: number | undefined): DocumentFilter[] {
  return from === undefined && to === undefined ? [] : [{ by: "number", name, from, to }];
}

function fieldFilters({ query }: Call): DocumentFilter[] {
  const groups = query.list("eventGroups") ?? [];
  const ids = new Set((query.get("ids") ?? "").split(",").filter((id) => id !== ""));
  return [
    ...among("Category", query.list("eventCategories")),
    ...(groups.length === 0 ? [] : among("Category", ["", ...categoriesOf(groups)])),
    ...among("UserId", query.list("users")),
    ...among("UserId", query.list("user")),
    ...among("UserAgent", query.list("eventAgents")),
    ...(ids.size === 0 ? [] : [{ by: "document" as const, accepts: ({ Id }: Resource) => ids.has(Id) }]),
  ];
}

function among(name: string, wanted: readonly string[] | undefined): DocumentFilter[] {
  const texts = new Set(wanted);
  return texts.size === 0 ? [] : [{ by: "text", name, accepts: (text) => texts.has(text) }];
}

function relationFilters(call: Call): DocumentFilter[] {
  const { query, model } = call;
  const regarding = query.list("regarding") ?? [];
  const types = (query.list("documentTypes") ?? []).map((type) => ` ${type.toLowerCase()} `);
  const groupOf = (id: string): string => textOf(model.collection("projects").find(id) ?? {}, "ProjectGroupId");
  const tagsOf = (id: string): string[] => textsOf(model.collection("tenants").find(id) ?? {}, "TenantTags");
  return [
    ...(types.length === 0 ? [] : [documentTypeFilter(types)]),
    ...related(regarding, (ids) => regarding.every((id) => ids.includes(id))),
    ...["regardingAny", "projects", "environments", "tenants"].flatMap((parameter) =>
      related(query.list(parameter), (ids, wanted) => ids.some((id) => wanted.has(id))),
    ),
    ...related(query.list("projectGroups"), (ids, wanted) =>
      ids.some((id) => wanted.has(id) || wanted.has(groupOf(id))),
    ),
    ...related(query.list("tags"), (ids, wanted) => ids.some((id) => tagsOf(id).some((tag) => wanted.has(tag)))),
  ];
}

function documentTypeFilter(types: readonly string[]): DocumentFilter {
  return { by: "text", name: "DocumentTypes", accepts: (text) => types.some((type) => text.includes(type)) };
}

function related(
  values: readonly string[] | undefined,
  accepts: (ids: readonly string[], wanted: ReadonlySet<string>) => boolean,
): DocumentFilter[] {
  const wanted = new Set(values);
  if (wanted.size === 0) return [];
  return [{ by: "document", accepts: (event) => accepts(textsOf(event, "RelatedDocumentIds"), wanted) }];
}

/** What the filter `documentTypes` takes (docs, events: `ProjectGroups`, "Project Group"). */
export const documentTypes: readonly { Id: string; Name: string }[] = [
  "Accounts ActionTemplates ApiKeys Artifacts Certificates Channels DeploymentProcesses Deployments DeploymentSettings Environments Feeds",
  "GitCredentials Interruptions LibraryVariableSets Lifecycles MachinePolicies Machines Packages ProjectGroups Projects ProjectTriggers Proxies",
  "Releases RunbookProcesses RunbookRuns Runbooks RunbookSnapshots ScopedUserRoles ServerTasks Spaces Subscriptions TagSets Teams Tenants",
  "UserRoles Users VariableSets WorkerPools Workers",
]
  .flatMap((line) => line.split(" "))
  .map((id) => ({ Id: id, Name: singular(id.replaceAll(/(?<=[a-z])(?=[A-Z])/g, " ")) }));

function singular(words: string): string {
  return words
    .replace(/ies$/, "y")
    .replace(/(?<=proxy|process)es$/i, "")
    .replace(/(?<=[^s])s$/, "");
}
