import type { Resource } from "../model/collection.ts";
import { textOf, textsOf } from "../model/fields.ts";
import { isAdministrator, isAllowed } from "../model/permissions.ts";
import type { Call } from "./route.ts";

const activeStates = ["New", "Queued", "Executing", "Cancelling"];

/** Is the caller allowed to see a task of this space, or of this project? */
export function maySeeTask(call: Call, task: Resource): boolean {
  if (isAdministrator(call.model, call.user)) return true;
  const scope = {
    spaceId: textOf(task, "SpaceId") || null,
    ...(textOf(task, "ProjectId") === "" ? {} : { projectId: textOf(task, "ProjectId") }),
  };
  return isAllowed(call.model, call.user, { permission: "TaskView", scope });
}

/** Does the task have all that the query asks for? */
export function matchesQuery(call: Call, task: Resource): boolean {
  const one = (parameter: string, field: string): boolean =>
    !call.query.get(parameter) || textOf(task, field).toLowerCase() === call.query.get(parameter)?.toLowerCase();
  const flag = (parameter: string, value: boolean): boolean =>
    !call.query.get(parameter) || (call.query.get(parameter)?.toLowerCase() === "true") === value;
  const among = (parameter: string, value: string): boolean =>
    (call.query.list(parameter) ?? []).length === 0 ||
    (call.query.list(parameter) ?? []).some((item) => item.toLowerCase() === value.toLowerCase());
  const part = (parameter: string, field: string): boolean =>
    textOf(task, field)
      .toLowerCase()
      .includes(call.query.get(parameter)?.toLowerCase() ?? "");
  const state = textOf(task, "State");
  return (
    among("ids", task.Id) &&
    among("name", textOf(task, "Name")) &&
    among("states", state) &&
    one("environment", "EnvironmentId") &&
    one("tenant", "TenantId") &&
    one("runbook", "RunbookId") &&
    one("project", "ProjectId") &&
    one("node", "ServerNode") &&
    part("partialName", "Name") &&
    part("description", "Description") &&
    flag("active", activeStates.includes(state)) &&
    flag("running", state === "Executing" || state === "Cancelling") &&
    flag("hasPendingInterruptions", task["HasPendingInterruptions"] === true) &&
    flag("hasWarningsOrErrors", task["HasWarningsOrErrors"] === true) &&
    isBetween(call, task, "Queue") &&
    isBetween(call, task, "Start") &&
    isBetween(call, task, "Completed") &&
    hasTenantTag(call, task)
  );
}

function isBetween(call: Call, task: Resource, which: "Queue" | "Start" | "Completed"): boolean {
  const [from, to] = [call.query.get(`from${which}Date`), call.query.get(`to${which}Date`)];
  if (!from && !to) return true;
  const time = Date.parse(textOf(task, `${which}Time`));
  return !Number.isNaN(time) && (!from || time >= Date.parse(from)) && (!to || time <= Date.parse(to));
}

function hasTenantTag(call: Call, task: Resource): boolean {
  const tag = call.query.get("tenantTag");
  return (
    !tag || textsOf(call.model.collection("tenants").find(textOf(task, "TenantId")) ?? {}, "TenantTags").includes(tag)
  );
}
