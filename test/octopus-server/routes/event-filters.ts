import type { Resource } from "../model/collection.ts";
import { categoriesOf } from "../model/event-categories.ts";
import { textOf, textsOf } from "../model/fields.ts";
import { askedTime } from "./asked-time.ts";
import type { Call } from "./route.ts";

type Filter = (event: Resource) => boolean;

/** What an event must be like for this query, the cheapest first. */
export function eventFilters(call: Call): Filter[] {
  return [...timeFilters(call), ...fieldFilters(call), ...relationFilters(call)];
}

/** Source: docs, events, and Octopus's mcp-server, find_events: `from` is inclusive and `to` is not. */
function timeFilters(call: Call): Filter[] {
  const [from, to] = [askedTime(call, "from"), askedTime(call, "to")];
  return [
    ...(from === undefined ? [] : [(event: Resource) => textOf(event, "Occurred") >= from]),
    ...(to === undefined ? [] : [(event: Resource) => textOf(event, "Occurred") < to]),
  ];
}

function fieldFilters({ query }: Call): Filter[] {
  const groups = query.list("eventGroups") ?? [];
  const among = (field: string, wanted: readonly string[] | undefined): Filter[] => {
    const values = new Set(wanted);
    return values.size === 0 ? [] : [(event) => values.has(textOf(event, field))];
  };
  return [
    ...among("Category", query.list("eventCategories")),
    ...(groups.length === 0 ? [] : [isIn(new Set(categoriesOf(groups)))]),
    ...among("Id", query.list("ids")),
    ...among("UserId", query.list("users")),
    ...among("UserId", query.list("user")),
    ...among("UserAgent", query.list("eventAgents")),
  ];
}

function isIn(categories: ReadonlySet<string>): Filter {
  return (event) => categories.has(textOf(event, "Category"));
}

function relationFilters(call: Call): Filter[] {
  const { query, model } = call;
  const regarding = query.list("regarding") ?? [];
  const types = new Set((query.list("documentTypes") ?? []).map((type) => type.toLowerCase()));
  const groupOf = (id: string): string => textOf(model.collection("projects").find(id) ?? {}, "ProjectGroupId");
  const tagsOf = (id: string): string[] => textsOf(model.collection("tenants").find(id) ?? {}, "TenantTags");
  return [
    ...(regarding.length === 0 ? [] : [(event: Resource) => regarding.every((id) => idsOf(event).includes(id))]),
    ...["regardingAny", "projects", "environments", "tenants"].flatMap((parameter) =>
      related(query.list(parameter), (id, wanted) => wanted.has(id)),
    ),
    ...related(query.list("projectGroups"), (id, wanted) => wanted.has(id) || wanted.has(groupOf(id))),
    ...related(query.list("tags"), (id, wanted) => tagsOf(id).some((tag) => wanted.has(tag))),
    ...(types.size === 0 ? [] : [(event: Resource) => idsOf(event).some((id) => types.has(documentTypeOf(id)))]),
  ];
}

function related(
  values: readonly string[] | undefined,
  accepts: (id: string, wanted: ReadonlySet<string>) => boolean,
): Filter[] {
  const wanted = new Set(values);
  return wanted.size === 0 ? [] : [(event) => idsOf(event).some((id) => accepts(id, wanted))];
}

function idsOf(event: Resource): string[] {
  return textsOf(event, "RelatedDocumentIds");
}

/** What ids begin with says what they are ids of: `variableset-Projects-1` is one of VariableSets. */
function documentTypeOf(id: string): string {
  const prefix = id.slice(0, Math.max(0, id.indexOf("-"))).toLowerCase();
  if (prefix.endsWith("s") && !prefix.endsWith("ss")) return prefix;
  return prefix.endsWith("s") ? `${prefix}es` : `${prefix}s`;
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
