import type { Resource } from "../model/collection.ts";
import { textOf, textsOf } from "../model/fields.ts";
import { sightOf } from "../model/permissions.ts";
import { askedTime } from "./asked-time.ts";
import type { Call } from "./route.ts";

type Filter = (task: Resource) => boolean;

const activeStates = new Set(["New", "Queued", "Executing", "Cancelling"]);

/** Those that the caller may see and that are as the query asks, newest first. A server may have hundreds of thousands. */
export function tasksAsAsked(call: Call, tasks: readonly Resource[]): Resource[] {
  const filters = [...taskFilters(call), sightOfTasks(call)];
  const found: Resource[] = [];
  for (let position = tasks.length - 1; position >= 0; position--) {
    const task = tasks[position];
    if (task !== undefined && filters.every((accepts) => accepts(task))) found.push(task);
  }
  return found;
}

/** Is the caller allowed to see tasks of this space, or of this project? */
function sightOfTasks(call: Call): Filter {
  const sees = sightOf(call.model, call.user, "TaskView");
  return (task) => {
    const spaceId = textOf(task, "SpaceId") || null;
    const projectId = textOf(task, "ProjectId");
    return sees(spaceId, () => ({ spaceId, ...(projectId === "" ? {} : { projectId }) }));
  };
}

/** What a task must be like for this query; what it does not ask for costs nothing. */
function taskFilters(call: Call): Filter[] {
  return [
    ...among(call, { parameter: "states", field: "State" }),
    ...among(call, { parameter: "name", field: "Name" }),
    ...among(call, { parameter: "ids", field: "Id" }),
    ...one(call, { parameter: "environment", field: "EnvironmentId" }),
    ...one(call, { parameter: "tenant", field: "TenantId" }),
    ...one(call, { parameter: "runbook", field: "RunbookId" }),
    ...one(call, { parameter: "project", field: "ProjectId" }),
    ...one(call, { parameter: "node", field: "ServerNode" }),
    ...flag(call, "active", (task) => activeStates.has(textOf(task, "State"))),
    ...flag(call, "running", (task) => ["Executing", "Cancelling"].includes(textOf(task, "State"))),
    ...flag(call, "hasPendingInterruptions", (task) => task["HasPendingInterruptions"] === true),
    ...flag(call, "hasPendingPreconditions", () => false),
    ...flag(call, "hasWarningsOrErrors", (task) => task["HasWarningsOrErrors"] === true),
    ...(["Completed", "Queue", "Start"] as const).flatMap((which) => between(call, which)),
    ...part(call, { parameter: "partialName", field: "Name" }),
    ...part(call, { parameter: "description", field: "Description" }),
    ...tagged(call),
  ];
}

interface FieldFilter {
  parameter: string;
  field: string;
}

function among({ query }: Call, { parameter, field }: FieldFilter): Filter[] {
  const wanted = new Set((query.list(parameter) ?? []).map((item) => item.toLowerCase()));
  return wanted.size === 0 ? [] : [(task) => wanted.has(textOf(task, field).toLowerCase())];
}

function one({ query }: Call, { parameter, field }: FieldFilter): Filter[] {
  const wanted = query.get(parameter)?.toLowerCase() ?? "";
  return wanted === "" ? [] : [(task) => textOf(task, field).toLowerCase() === wanted];
}

function part({ query }: Call, { parameter, field }: FieldFilter): Filter[] {
  const wanted = query.get(parameter)?.toLowerCase() ?? "";
  return wanted === "" ? [] : [(task) => textOf(task, field).toLowerCase().includes(wanted)];
}

function flag({ query }: Call, parameter: string, value: Filter): Filter[] {
  const wanted = query.get(parameter)?.toLowerCase() ?? "";
  return wanted === "" ? [] : [(task) => value(task) === (wanted === "true")];
}

/** A task without the time is at none. */
function between(call: Call, which: "Queue" | "Start" | "Completed"): Filter[] {
  const [from, to] = [askedTime(call, `from${which}Date`), askedTime(call, `to${which}Date`)];
  if (from === undefined && to === undefined) return [];
  const field = `${which}Time`;
  return [
    (task) => {
      const time = asWritten(textOf(task, field));
      return time !== "" && (from === undefined || time >= from) && (to === undefined || time <= to);
    },
  ];
}

/** As the API writes times, in which form they compare as texts; what callers sent may be in another one. */
function asWritten(time: string): string {
  return time === "" || (time.length === 24 && time.endsWith("Z")) ? time : new Date(time).toISOString();
}

function tagged({ query, model }: Call): Filter[] {
  const tag = query.get("tenantTag") ?? "";
  const tagsOf = (id: string): string[] => textsOf(model.collection("tenants").find(id) ?? {}, "TenantTags");
  return tag === "" ? [] : [(task) => tagsOf(textOf(task, "TenantId")).includes(tag)];
}
