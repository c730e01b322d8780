import type { Resource } from "../model/collection.ts";
import { fieldsOf, isFields, propertyOf, textOf, textsOf, type Fields } from "../model/fields.ts";
import type { TaskLog } from "../model/model.ts";
import { isAdministrator, isAllowed } from "../model/permissions.ts";
import { cancelTask, createTask, finishTask, startTask, taskLog } from "../model/tasks.ts";
import { requirePermission } from "./access.ts";
import { bindFields, requireBody } from "./binding.ts";
import { textAt } from "./executions.ts";
import { pageOf } from "./paging.ts";
import { badRequest, forbidden, notFound, type Call, type Route } from "./route.ts";

const activeStates = ["New", "Queued", "Executing", "Cancelling"];

/** Names of tasks that the API lists; those that are not listed are refused (docs, tasks: "one of the list of possible names"). */
const taskTypes = [
  { Id: "AdHocScript", Name: "Run an ad hoc script" },
  { Id: "Backup", Name: "Backup" },
  { Id: "ConfigureLetsEncrypt", Name: "Configure Let's Encrypt" },
  { Id: "Delete", Name: "Delete" },
  { Id: "Deploy", Name: "Deploy a release" },
  { Id: "Health", Name: "Check health" },
  { Id: "ProcessSubscriptions", Name: "Process subscriptions" },
  { Id: "Retention", Name: "Apply retention policies" },
  { Id: "RunbookRun", Name: "Run a runbook" },
  { Id: "SyncBuiltInPackageRepositoryIndex", Name: "Sync built-in package repository index" },
  { Id: "SyncCommunityActionTemplates", Name: "Sync community step templates" },
  { Id: "SynchronizeExternalSecurityGroups", Name: "Synchronize external security groups" },
  { Id: "TestAccount", Name: "Test account" },
  { Id: "TestEmail", Name: "Test email" },
  { Id: "UpdateCalamari", Name: "Update Calamari" },
  { Id: "Upgrade", Name: "Upgrade machines" },
];

/** Of the whole server without a space in the path, of one space with it. The first of two routes with the same shape answers. */
export const taskRoutes: Route[] = [
  { method: "GET", path: "/api/tasks", handle: (call) => ({ body: listPage(call, allTasks(call), "/api/tasks") }) },
  {
    method: "GET",
    path: "/api/{space}/tasks",
    handle: (call) => ({ body: listPage(call, spaceTasks(call), `/api/${call.space.Id}/tasks`) }),
  },
  { method: "POST", path: "/api/tasks", handle: (call) => create(call, null) },
  { method: "POST", path: "/api/{space}/tasks", handle: (call) => create(call, call.space.Id) },
  { method: "GET", path: "/api/tasks/taskTypes", handle: () => ({ body: taskTypes }) },
  { method: "GET", path: "/api/{space}/tasks/taskTypes", handle: () => ({ body: taskTypes }) },
  ...both("GET", "", (call, task) => ({ body: show(call, task) })),
  ...both("GET", "/details", (call, task) => ({ body: details(call, task) })),
  ...both("GET", "/raw", (call, task) => ({ contentType: "text/plain; charset=utf-8", body: rawLog(call, task) })),
  ...both("GET", "/status/messages", (_call, task) => ({ body: { Id: task.Id, State: task["State"], Messages: [] } })),
  ...both("GET", "/queued-behind", (call, task) => ({
    body: listPage(call, queuedBehind(call, task), `/api/tasks/${task.Id}/queued-behind`),
  })),
  ...both("POST", "/cancel", (call, task) => ({ body: cancel(call, task) })),
  ...both("POST", "/state", (call, task) => ({ body: setState(call, task) })),
  ...both("POST", "/rerun", rerun),
  { method: "POST", path: "/api/tasks/rerun/{id}", handle: (call) => rerun(call, find(call, undefined)) },
  { method: "POST", path: "/api/{space}/tasks/rerun/{id}", handle: (call) => rerun(call, find(call, call.space.Id)) },
];

function both(
  method: "GET" | "POST",
  rest: string,
  handle: (call: Call, task: Resource) => ReturnType<Route["handle"]>,
): Route[] {
  return [
    { method, path: `/api/tasks/{id}${rest}`, handle: (call) => handle(call, find(call, undefined)) },
    { method, path: `/api/{space}/tasks/{id}${rest}`, handle: (call) => handle(call, find(call, call.space.Id)) },
  ];
}

function find(call: Call, spaceId: string | undefined): Resource {
  const task = call.model.collection("tasks").find(call.params["id"] ?? "");
  if (task === undefined || (spaceId !== undefined && (task["SpaceId"] ?? spaceId) !== spaceId)) throw notFound();
  requirePermission(call, "TaskView", { kind: "tasks", resource: task });
  return task;
}

function allTasks(call: Call): Resource[] {
  const spaces = call.query.list("spaces");
  const withSystem = call.query.get("includeSystem")?.toLowerCase() !== "false";
  return call.model.collection("tasks").list((task) => {
    const spaceId = textOf(task, "SpaceId");
    return spaceId === "" ? withSystem : spaces === undefined || spaces.length === 0 || spaces.includes(spaceId);
  });
}

function spaceTasks(call: Call): Resource[] {
  return call.model.collection("tasks").listInSpace(call.space.Id);
}

/** Newest first; ids that no task has give an empty list, no 404 (api-client's test of its waiter). */
function listPage(call: Call, tasks: Resource[], path: string): Fields {
  const seen = tasks.filter((task) => isVisible(call, task) && matches(call, task)).toReversed();
  return {
    ...pageOf(seen, call, { itemType: "Task", path, show: (task) => show(call, task) }),
    TotalCounts: countStates(tasks),
  };
}

function isVisible(call: Call, task: Resource): boolean {
  if (isAdministrator(call.model, call.user)) return true;
  const scope = {
    spaceId: textOf(task, "SpaceId") || null,
    ...(textOf(task, "ProjectId") === "" ? {} : { projectId: textOf(task, "ProjectId") }),
  };
  return isAllowed(call.model, call.user, { permission: "TaskView", scope });
}

function matches(call: Call, task: Resource): boolean {
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

function countStates(tasks: readonly Resource[]): Fields {
  const count = (...states: string[]): number => tasks.filter((task) => states.includes(textOf(task, "State"))).length;
  return {
    Canceled: count("Canceled"),
    Cancelling: count("Cancelling"),
    Executing: count("Executing"),
    Failed: count("Failed"),
    Queued: count("Queued"),
    Success: count("Success"),
    TimedOut: count("TimedOut"),
    Interrupted: tasks.filter((task) => task["HasPendingInterruptions"] === true).length,
  };
}

function create(call: Call, spaceId: string | null): { status: number; body: unknown } {
  const sent = bindFields(call.body, {
    Name: "",
    Description: "",
    Arguments: {},
    QueueTime: null,
    QueueTimeExpiry: null,
    SpaceId: null,
  });
  const name = textOf(sent, "Name");
  // Docs, tasks: Name must be one of the listed ones, Description is required; the sentences are assumed.
  if (!taskTypes.some((type) => type.Id === name)) throw badRequest(`The task name '${name}' is not known.`);
  if (name === "Deploy" || name === "RunbookRun")
    throw badRequest(`Tasks named '${name}' are made by deploying a release or by running a runbook.`);
  const space = textOf(sent, "SpaceId") || spaceId;
  if (!isAllowed(call.model, call.user, { permission: "TaskCreate", scope: { spaceId: space } }))
    throw forbidden("TaskCreate");
  const task = createTask(call.model, {
    Name: name,
    Description: textOf(sent, "Description") || name,
    SpaceId: space,
    Arguments: fieldsOf(sent, "Arguments"),
    QueueTime: textOf(sent, "QueueTime") || null,
    QueueTimeExpiry: textOf(sent, "QueueTimeExpiry") || null,
  });
  if (name !== "AdHocScript") finishAtOnce(call, task);
  return { status: 201, body: show(call, task) };
}

/** Housekeeping has nothing to do here, so it succeeds; the worker takes runs, deployments and scripts only. */
function finishAtOnce(call: Call, task: Resource): void {
  startTask(call.model, task.Id);
  finishTask(call.model, task.Id, { state: "Success", hasWarningsOrErrors: false });
}

function cancel(call: Call, task: Resource): Fields {
  requirePermission(call, "TaskCancel", { kind: "tasks", resource: task });
  // Assumed: a task that is over is refused.
  if (task["IsCompleted"] === true) throw badRequest(`The task '${task.Id}' has already finished.`);
  cancelTask(call.model, task.Id);
  return show(call, task);
}

/** Docs, tasks: somebody with the permission may say how a finished task ended. */
function setState(call: Call, task: Resource): Fields {
  requirePermission(call, "TaskEdit", { kind: "tasks", resource: task });
  const sent = requireBody(call.body);
  const state = textAt(sent, "State");
  if (task["IsCompleted"] !== true) throw badRequest("Only the state of a finished task can be changed.");
  if (state !== "Success" && state !== "Failed" && state !== "Canceled" && state !== "TimedOut")
    throw badRequest(`The state '${state}' is not valid.`);
  // Source: docs, tasks: a reason is asked for; that it is required is assumed.
  if (textAt(sent, "Reason") === "") throw badRequest("Please provide a value for Reason.");
  Object.assign(task, {
    State: state,
    FinishedSuccessfully: state === "Success",
    ErrorMessage: state === "Success" ? "" : task["ErrorMessage"],
  });
  return show(call, task);
}

/** A new run or deployment of the same frozen documents. */
function rerun(call: Call, task: Resource): { status: number; body: unknown } {
  const isRun = task["Name"] === "RunbookRun";
  const kind = isRun ? "runbookruns" : "deployments";
  const field = isRun ? "RunbookRunId" : "DeploymentId";
  const source = call.model.collection(kind).find(textOf(fieldsOf(task, "Arguments"), field));
  // Assumed: status and sentence.
  if (task["IsCompleted"] !== true || source === undefined)
    throw badRequest(`The task '${task.Id}' cannot be run again.`);
  requirePermission(call, isRun ? "RunbookRunCreate" : "DeploymentCreate", { kind, resource: source });
  const { Id: _, TaskId: __, ...copied } = structuredClone(source);
  const copy = call.model
    .collection(kind)
    .add({ ...copied, Created: call.model.now().toISOString(), QueueTime: null, QueueTimeExpiry: null });
  const created = createTask(call.model, {
    Name: textOf(task, "Name"),
    Description: textOf(task, "Description"),
    SpaceId: textOf(task, "SpaceId"),
    Arguments: { [field]: copy.Id },
    ProjectId: textOf(task, "ProjectId") || null,
    EnvironmentId: textOf(task, "EnvironmentId") || null,
    TenantId: textOf(task, "TenantId") || null,
    RunbookId: textOf(task, "RunbookId") || null,
  });
  copy["TaskId"] = created.Id;
  return { status: 201, body: show(call, created) };
}

function queuedBehind(call: Call, task: Resource): Resource[] {
  if (task["State"] !== "Queued") return [];
  return call.model
    .collection("tasks")
    .list(
      (other) =>
        other.Id !== task.Id &&
        other["IsCompleted"] === false &&
        textOf(other, "QueueTime") <= textOf(task, "QueueTime") &&
        other["ProjectId"] === task["ProjectId"],
    );
}

/** The document without the fields that only its filters need, with what the API derives. */
function show(call: Call, task: Fields): Fields {
  const { EnvironmentId: _, TenantId: __, RunbookId: ___, ...shown } = task;
  const state = textOf(task, "State");
  const id = textOf(task, "Id");
  const self = `/api/tasks/${id}`;
  const space = textOf(task, "SpaceId");
  const isPending = (item: Resource): boolean => item["TaskId"] === id && item["IsPending"] === true;
  const interruptions =
    task["HasPendingInterruptions"] === true ? call.model.collection("interruptions").list(isPending) : [];
  return {
    ...shown,
    // Docs, tasks: "Timed out", "Queued...", "Executing..." or the time at which the task completed.
    Completed:
      state === "Queued"
        ? "Queued..."
        : state === "Executing"
          ? "Executing..."
          : state === "Cancelling"
            ? "Cancelling..."
            : state === "TimedOut"
              ? "Timed out"
              : task["Completed"],
    Duration: textOf(task, "Duration") || elapsed(call, task),
    PendingInterruptionTypes: interruptions.map((item) => textOf(item, "Type") || "ManualIntervention"),
    HasPendingPreconditions: false,
    PendingPreconditionTypes: [],
    EstimatedRemainingQueueDurationSeconds: 0,
    Links: {
      Self: self,
      Web: space === "" ? `/app#/tasks/${id}` : `/app#/${space}/tasks/${id}`,
      Details: `${self}/details{?verbose,tail}`,
      Raw: `${self}/raw`,
      Cancel: `${self}/cancel`,
      Rerun: `${self}/rerun`,
      State: `${self}/state`,
      QueuedBehind: `${self}/queued-behind`,
      Artifacts: `/api/${space || call.space.Id}/artifacts?regarding=${id}`,
      Interruptions: `/api/${space || call.space.Id}/interruptions?regarding=${id}`,
    },
  };
}

function elapsed(call: Call, task: Fields): string {
  const start = Date.parse(textOf(task, "StartTime"));
  if (Number.isNaN(start)) return "";
  const seconds = Math.max(0, Math.round((call.model.now().getTime() - start) / 1000));
  return `${seconds} second${seconds === 1 ? "" : "s"}`;
}

function details(call: Call, task: Resource): Fields {
  const log = taskLog(call.model, task.Id);
  return {
    Task: show(call, task),
    ActivityLogs: [showLog(log)],
    PhysicalLogSize: Buffer.byteLength(JSON.stringify(log)),
    Progress: {
      ProgressPercentage: task["IsCompleted"] === true ? 100 : log.ProgressPercentage,
      EstimatedTimeRemaining: "",
    },
    Links: { Self: `/api/tasks/${task.Id}/details` },
  };
}

function showLog(node: TaskLog): Fields {
  return {
    Id: node.Id,
    Name: node.Name,
    Started: node.Started,
    Ended: node.Ended,
    Status: node.Status,
    Children: node.Children.map(showLog),
    ShowAtSummaryLevel: true,
    LogElements: node.LogElements.map((element, index) => ({ ...element, Number: index + 1 })),
    ProgressPercentage: node.ProgressPercentage,
    ProgressMessage: node.ProgressMessage,
  };
}

/** The log as text: a head, then each node with its lines, as the portal's "Raw" shows it. */
function rawLog(call: Call, task: Resource): string {
  const shown = show(call, task);
  const ids = Object.values(isFields(task["Arguments"]) ? task["Arguments"] : {}).filter(
    (value) => typeof value === "string",
  );
  const head = [
    `Task ID:        ${task.Id}`,
    ...(ids.length === 0 ? [] : [`Related IDs:    ${ids.join(", ")}`]),
    `Task status:    ${textOf(task, "State")}`,
    `Task queued:    ${textOf(task, "QueueTime")}`,
    `Task started:   ${textOf(task, "StartTime")}`,
    `Task completed: ${textOf(task, "CompletedTime")}`,
    `Task duration:  ${String(propertyOf(shown, "Duration") ?? "")}`,
    `Server version: ${call.model.version}`,
  ];
  return `${[...head, "", ...rawLines(taskLog(call.model, task.Id), 0)].join("\n")}\n`;
}

function rawLines(node: TaskLog, depth: number): string[] {
  const indent = "  ".repeat(depth);
  const title = `${" ".repeat(20)}| ${indent}== ${node.Status}: ${node.Name} ==`;
  const lines = node.LogElements.flatMap((element) =>
    element.MessageText.split("\n").map(
      (text) => `${element.OccurredAt.slice(11, 19)}   ${element.Category.padEnd(8)} | ${indent}  ${text}`,
    ),
  );
  return [title, ...lines, ...node.Children.flatMap((child) => rawLines(child, depth + 1))];
}
