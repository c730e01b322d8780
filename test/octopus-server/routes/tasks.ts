import type { Resource } from "../model/collection.ts";
import type { Chosen } from "../model/columns.ts";
import { fieldsOf, textOf, type Fields } from "../model/fields.ts";
import { isAllowed } from "../model/permissions.ts";
import { cancelTask, createTask, finishTask, startTask } from "../model/tasks.ts";
import { requirePermission } from "./access.ts";
import { bindFields, requireBody } from "./binding.ts";
import { textAt } from "./executions.ts";
import { pageOf } from "./paging.ts";
import { askedSpaces } from "./system-scope.ts";
import { badRequest, forbidden, notFound, type Call, type Route } from "./route.ts";
import { taskFilters } from "./task-filters.ts";
import { rawTaskLog, showTask, showTaskDetails } from "./task-views.ts";

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
  ...both("GET", "", (call, task) => ({ body: showTask(call, task) })),
  ...both("GET", "/details", (call, task) => ({ body: showTaskDetails(call, task) })),
  ...both("GET", "/raw", (call, task) => ({ contentType: "text/plain; charset=utf-8", body: rawTaskLog(call, task) })),
  ...both("GET", "/status/messages", () => ({ body: { Messages: [] } })),
  ...both("GET", "/queued-behind", (call, task) => ({
    body: listPage(call, queuedBehind(call, task), `/api/tasks/${task.Id}/queued-behind`),
  })),
  ...both("POST", "/cancel", (call, task) => ({ body: cancel(call, task) })),
  ...both("POST", "/state", (call, task) => ({ body: setState(call, task) })),
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

/** `spaces` and `includeSystem` narrow down what a path without a space answers. */
function allTasks(call: Call): Chosen {
  return call.model.collection("tasks").choose([...askedSpaces(call), ...taskFilters(call)]);
}

function spaceTasks(call: Call): Chosen {
  return call.model.collection("tasks").choose(taskFilters(call), call.space.Id);
}

/** Newest first; ids that no task has give an empty list, no 404 (api-client's test of its waiter). */
function listPage(call: Call, tasks: Chosen, path: string): Fields {
  return pageOf(tasks, call, { itemType: "Task", path, show: (task) => showTask(call, task) });
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
  return { status: 201, body: showTask(call, task) };
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
  return showTask(call, task);
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
  const changed = call.model.collection("tasks").replace(task.Id, {
    ...task,
    State: state,
    FinishedSuccessfully: state === "Success",
    ErrorMessage: state === "Success" ? "" : task["ErrorMessage"],
  });
  return showTask(call, changed);
}

/** A new run or deployment of the same frozen documents. */
function rerun(call: Call, task: Resource): { body: unknown } {
  const isRun = task["Name"] === "RunbookRun";
  const kind = isRun ? "runbookruns" : "deployments";
  const field = isRun ? "RunbookRunId" : "DeploymentId";
  const source = call.model.collection(kind).find(textOf(fieldsOf(task, "Arguments"), field));
  // Docs, tasks: deployments cannot be run again; the status and the sentence are assumed, and that a task must be over.
  if (task["IsCompleted"] !== true || source === undefined || !isRun)
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
  return { body: showTask(call, created) };
}

function queuedBehind(call: Call, task: Resource): Chosen {
  if (task["State"] !== "Queued") return [];
  const isBefore = (other: Resource): boolean =>
    other.Id !== task.Id && other["IsCompleted"] === false && textOf(other, "QueueTime") <= textOf(task, "QueueTime");
  return call.model
    .collection("tasks")
    .choose([
      { by: "text", name: "ProjectId", accepts: (id) => id === textOf(task, "ProjectId") },
      { by: "document", accepts: isBefore },
      ...taskFilters(call),
    ]);
}
