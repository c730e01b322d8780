import type { Resource } from "../model/collection.ts";
import type { DocumentFilter } from "../model/columns.ts";
import { textOf, textsOf } from "../model/fields.ts";
import type { PermissionScope } from "../model/permissions.ts";
import { visibleFilters } from "./access.ts";
import { askedTime } from "./asked-time.ts";
import type { Call } from "./route.ts";

const activeStates = new Set(["New", "Queued", "Executing", "Cancelling"]);
const runningStates = new Set(["Executing", "Cancelling"]);

/** What a task must be like for the caller to see it, and for this query. */
export function taskFilters(call: Call): DocumentFilter[] {
  return [
    ...visibleFilters(call, "TaskView", scopeOfTask),
    ...among(call, "states", "State"),
    ...among(call, "name", "Name"),
    ...one(call, "environment", "EnvironmentId"),
    ...one(call, "tenant", "TenantId"),
    ...one(call, "runbook", "RunbookId"),
    ...one(call, "project", "ProjectId"),
    ...one(call, "node", "ServerNode"),
    ...stateFlag(call, "active", activeStates),
    ...stateFlag(call, "running", runningStates),
    ...(["Completed", "Queue", "Start"] as const).flatMap((which) => between(call, which)),
    ...part(call, "partialName"),
    ...ids(call),
    ...flag(call, "hasPendingInterruptions", (task) => task["HasPendingInterruptions"] === true),
    ...flag(call, "hasPendingPreconditions", () => false),
    ...flag(call, "hasWarningsOrErrors", (task) => task["HasWarningsOrErrors"] === true),
    ...described(call),
    ...tagged(call),
  ];
}

/** Tasks are of a space, or of a project. */
function scopeOfTask(task: Resource): PermissionScope {
  const projectId = textOf(task, "ProjectId");
  return { spaceId: textOf(task, "SpaceId") || null, ...(projectId === "" ? {} : { projectId }) };
}

function among({ query }: Call, parameter: string, name: string): DocumentFilter[] {
  const wanted = new Set((query.list(parameter) ?? []).map((item) => item.toLowerCase()));
  return wanted.size === 0 ? [] : [{ by: "text", name, accepts: (text) => wanted.has(text.toLowerCase()) }];
}

function one({ query }: Call, parameter: string, name: string): DocumentFilter[] {
  const wanted = query.get(parameter)?.toLowerCase() ?? "";
  return wanted === "" ? [] : [{ by: "text", name, accepts: (text) => text.toLowerCase() === wanted }];
}

function part({ query }: Call, parameter: string): DocumentFilter[] {
  const wanted = query.get(parameter)?.toLowerCase() ?? "";
  return wanted === "" ? [] : [{ by: "text", name: "Name", accepts: (text) => text.toLowerCase().includes(wanted) }];
}

function stateFlag({ query }: Call, parameter: string, states: ReadonlySet<string>): DocumentFilter[] {
  const wanted = query.get(parameter)?.toLowerCase() ?? "";
  return wanted === ""
    ? []
    : [{ by: "text", name: "State", accepts: (text) => states.has(text) === (wanted === "true") }];
}

/** A task without the time is at none. */
function between(call: Call, which: "Queue" | "Start" | "Completed"): DocumentFilter[] {
  const [from, to] = [askedTime(call, `from${which}Date`), askedTime(call, `to${which}Date`)];
  return from === undefined && to === undefined ? [] : [{ by: "number", name: `${which}Time`, from, to }];
}

function flag({ query }: Call, parameter: string, value: (task: Resource) => boolean): DocumentFilter[] {
  const wanted = query.get(parameter)?.toLowerCase() ?? "";
  return wanted === "" ? [] : [{ by: "document", accepts: (task) => value(task) === (wanted === "true") }];
}

function ids({ query }: Call): DocumentFilter[] {
  const wanted = new Set((query.list("ids") ?? []).map((id) => id.toLowerCase()));
  return wanted.size === 0 ? [] : [{ by: "document", accepts: ({ Id }) => wanted.has(Id.toLowerCase()) }];
}

function described({ query }: Call): DocumentFilter[] {
  const wanted = query.get("description")?.toLowerCase() ?? "";
  if (wanted === "") return [];
  return [{ by: "document", accepts: (task) => textOf(task, "Description").toLowerCase().includes(wanted) }];
}

function tagged({ query, model }: Call): DocumentFilter[] {
  const tag = query.get("tenantTag") ?? "";
  const tagsOf = (id: string): string[] => textsOf(model.collection("tenants").find(id) ?? {}, "TenantTags");
  return tag === "" ? [] : [{ by: "text", name: "TenantId", accepts: (id) => tagsOf(id).includes(tag) }];
}
