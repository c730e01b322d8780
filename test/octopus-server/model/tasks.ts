import type { Resource } from "./collection.ts";
import type { OctopusModel, TaskLog } from "./model.ts";
import { recordTaskEvent, type TaskStage } from "./task-events.ts";

/**
 * What the routes and the worker agree on.
 *
 * A task is a document of `tasks`. Routes make it with {@link createTask} (`Queued`); the worker takes it with {@link startTask}
 * (`Executing`), writes with {@link appendLog} and ends it with {@link finishTask}. `Arguments` name the document to run: a
 * `RunbookRun` task has `{ RunbookRunId }`, a `Deploy` task `{ DeploymentId }`.
 *
 * The run or deployment carries what was frozen for it:
 * - `FrozenProcessId`: in `deploymentprocesses` for a deployment, in `runbookprocesses` for a run (`…-s-<n>-<5 characters>`)
 * - `FrozenVariableSetIds`: ids in `variablesets`, the project's first, then those of the included library variable sets in order.
 *   A frozen set keeps the `OwnerId` of its source, sensitive values included
 * - `SelectedPackages`: `{ ActionName, PackageReferenceName, Version }` for each package reference; "" names the primary one
 * - `FormValues`: prompted values by the id of the variable
 * - `SpaceId`, `ProjectId`, `EnvironmentId`, `TenantId` (null when untenanted), `SkipActions` (ids of actions or of steps),
 *   `ForcePackageDownload`, `UseGuidedFailure`, `Comments`; a run also has `RunbookId` and `RunbookSnapshotId`, a deployment
 *   `ReleaseId` and `ChannelId`
 */
export type TaskState = "Queued" | "Executing" | "Success" | "Failed" | "Cancelling" | "Canceled" | "TimedOut";

/** What makes a task. `Arguments` names what it works on. */
export interface NewTask {
  Name: string;
  Description: string;
  SpaceId: string | null;
  Arguments: Record<string, unknown>;
  /** When it may begin at the earliest, as the API writes times; now, if absent. */
  QueueTime?: string | null;
  QueueTimeExpiry?: string | null;
  /** What the task list can be filtered by. */
  ProjectId?: string | null;
  EnvironmentId?: string | null;
  TenantId?: string | null;
  RunbookId?: string | null;
}

export interface LogLine {
  /** As the API names them: Verbose, Info, Highlight, Wait, Warning, Error, Fatal. */
  category: string;
  text: string;
  detail?: string | null;
}

/** Keeps a task in the state `Queued` with an empty log, and tells the worker. */
export function createTask(model: OctopusModel, fields: NewTask): Resource {
  const task = model.collection("tasks").add({ ...fieldsOfNewTask(model.now().toISOString()), ...fields });
  task["QueueTime"] = fields.QueueTime ?? model.now().toISOString();
  model.taskLogs.set(task.Id, createLog(task.Id, fields.Description));
  notify(model, task);
  return task;
}

/** What a task was or is that nobody here ran. */
export interface PastTask extends NewTask {
  state: Exclude<TaskState, "Cancelling">;
  queued: Date;
  /** For a task that was started. */
  started?: Date;
  /** For a task that is over. */
  completed?: Date;
  errorMessage?: string;
}

/** Keeps a task as it was left by somebody else: without a log, and without telling anybody. */
export function addPastTask(model: OctopusModel, { state, queued, started, completed, ...past }: PastTask): Resource {
  const tasks = model.collection("tasks");
  const end = completed?.toISOString() ?? null;
  const start = started?.toISOString() ?? null;
  const queueTime = queued.toISOString();
  return tasks.keep({
    Id: tasks.takeId(),
    State: state,
    Completed: completed === undefined ? state : describeTime(completed),
    QueueTimeExpiry: past.QueueTimeExpiry ?? null,
    StartTime: start,
    LastUpdatedTime: end ?? start ?? queueTime,
    CompletedTime: end,
    ServerNode: null,
    Duration: completed === undefined ? "" : durationOf(started ?? completed, completed),
    ErrorMessage: past.errorMessage ?? "",
    HasBeenPickedUpByProcessor: started !== undefined,
    IsCompleted: completed !== undefined,
    FinishedSuccessfully: state === "Success",
    HasPendingInterruptions: false,
    HasWarningsOrErrors: completed !== undefined && state !== "Success",
    CanRerun: completed !== undefined,
    ProjectId: past.ProjectId ?? null,
    EnvironmentId: past.EnvironmentId ?? null,
    TenantId: past.TenantId ?? null,
    RunbookId: past.RunbookId ?? null,
    Name: past.Name,
    Description: past.Description,
    SpaceId: past.SpaceId,
    Arguments: past.Arguments,
    QueueTime: queueTime,
  });
}

/** The task is taken: `Executing`, its log running. */
export function startTask(model: OctopusModel, taskId: string): Resource {
  const now = model.now().toISOString();
  const log = taskLog(model, taskId);
  log.Status = "Running";
  log.Started = now;
  recordStage(model, taskId, "Started");
  return change(model, taskId, { State: "Executing", StartTime: now, HasBeenPickedUpByProcessor: true });
}

export interface TaskEnd {
  state: Exclude<TaskState, "Queued" | "Executing" | "Cancelling">;
  /** The sentence that the task list shows beside a failed task. */
  errorMessage?: string;
  /** A line of the log was a warning or an error. */
  hasWarningsOrErrors?: boolean;
}

/** The task is over; children of the log that still run take its outcome. */
export function finishTask(
  model: OctopusModel,
  taskId: string,
  { state, errorMessage, hasWarningsOrErrors }: TaskEnd,
): Resource {
  const now = model.now();
  endLog(taskLog(model, taskId), { status: state === "TimedOut" ? "Failed" : state, time: now.toISOString() });
  recordStage(model, taskId, endings[state]);
  return change(model, taskId, {
    State: state,
    IsCompleted: true,
    FinishedSuccessfully: state === "Success",
    CompletedTime: now.toISOString(),
    Completed: describeTime(now),
    Duration: durationOf(startOf(model.collection("tasks").find(taskId)) ?? now, now),
    ErrorMessage: errorMessage ?? "",
    HasWarningsOrErrors: hasWarningsOrErrors ?? state !== "Success",
    HasPendingInterruptions: false,
    CanRerun: true,
  });
}

/** That what timed out counts as failed is assumed. */
const endings: Readonly<Record<TaskEnd["state"], TaskStage>> = {
  Success: "Succeeded",
  Failed: "Failed",
  TimedOut: "Failed",
  Canceled: "Canceled",
};

function recordStage(model: OctopusModel, taskId: string, stage: TaskStage): void {
  const task = model.collection("tasks").find(taskId);
  if (task !== undefined) recordTaskEvent(model, task, { stage });
}

/**
 * Asks for a task to end. One that waits in the queue is `Canceled` at once; one that runs becomes `Cancelling` until the worker
 * ends it. A task that is over stays as it is.
 */
export function cancelTask(model: OctopusModel, taskId: string): Resource | undefined {
  const task = model.collection("tasks").find(taskId);
  if (task === undefined || task["IsCompleted"] === true) return task;
  if (task["State"] !== "Queued") return change(model, taskId, { State: "Cancelling" });
  return finishTask(model, taskId, { state: "Canceled", errorMessage: "The task was canceled before it started." });
}

/** Marks a task as waiting for a person, or as no longer waiting. */
export function setPendingInterruption(model: OctopusModel, taskId: string, pending: boolean): Resource {
  return change(model, taskId, { HasPendingInterruptions: pending });
}

/** The root of a task's log, which every task has from the moment it is made. */
export function taskLog(model: OctopusModel, taskId: string): TaskLog {
  const log = model.taskLogs.get(taskId) ?? createLog(taskId, taskId);
  model.taskLogs.set(taskId, log);
  return log;
}

/** Adds a running child, such as a step or an action, to a node of the log. */
export function addLogChild(model: OctopusModel, parent: TaskLog, name: string): TaskLog {
  const child = createLog(`${parent.Id}/${parent.Children.length + 1}`, name);
  child.Status = "Running";
  child.Started = model.now().toISOString();
  parent.Children.push(child);
  return child;
}

/** Adds a line to a node of the log. Secrets must be masked before. */
export function appendLog(model: OctopusModel, node: TaskLog, { category, text, detail = null }: LogLine): void {
  node.LogElements.push({
    Category: category,
    OccurredAt: model.now().toISOString(),
    MessageText: text,
    Detail: detail,
  });
  for (const listener of model.lineLogged) listener(node);
}

/** Ends a node and whatever still runs beneath it. */
export function endLog(node: TaskLog, { status, time }: { status: TaskLog["Status"]; time: string }): void {
  for (const child of node.Children) if (child.Ended === null) endLog(child, { status, time });
  node.Status = status;
  node.Ended = time;
}

function createLog(id: string, name: string): TaskLog {
  return {
    Id: id,
    Name: name,
    Status: "Pending",
    Started: null,
    Ended: null,
    ProgressPercentage: 0,
    ProgressMessage: "",
    Children: [],
    LogElements: [],
  };
}

function fieldsOfNewTask(now: string): Record<string, unknown> {
  return {
    State: "Queued",
    Completed: "Queued",
    QueueTimeExpiry: null,
    StartTime: null,
    LastUpdatedTime: now,
    CompletedTime: null,
    ServerNode: null,
    Duration: "",
    ErrorMessage: "",
    HasBeenPickedUpByProcessor: false,
    IsCompleted: false,
    FinishedSuccessfully: false,
    HasPendingInterruptions: false,
    HasWarningsOrErrors: false,
    CanRerun: false,
    ProjectId: null,
    EnvironmentId: null,
    TenantId: null,
    RunbookId: null,
  };
}

/** Changes the document in its place, so that whoever holds it sees the change. */
function change(model: OctopusModel, taskId: string, fields: Record<string, unknown>): Resource {
  const task = model.collection("tasks").find(taskId);
  if (task === undefined) throw new Error(`The task "${taskId}" does not exist.`);
  Object.assign(task, fields, { LastUpdatedTime: model.now().toISOString() });
  notify(model, task);
  return task;
}

function notify(model: OctopusModel, task: Resource): void {
  for (const listener of model.taskChanged) listener(task);
}

function startOf(task: Resource | undefined): Date | undefined {
  return typeof task?.["StartTime"] === "string" ? new Date(task["StartTime"]) : undefined;
}

function durationOf(start: Date, end: Date): string {
  const seconds = Math.round((end.getTime() - start.getTime()) / 1000);
  return seconds < 60 ? `${seconds} second${seconds === 1 ? "" : "s"}` : `${Math.round(seconds / 60)} minutes`;
}

const weekdays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const months = "January February March April May June July August September October November December".split(" ");

/** "Friday, 25 July 2026 10:04:09 AM +00:00": how the API writes a task's `Completed` (api-client's recorded answers). */
function describeTime(time: Date): string {
  const hours = time.getUTCHours();
  const two = (number: number): string => String(number).padStart(2, "0");
  const day = `${weekdays[time.getUTCDay()]}, ${time.getUTCDate()} ${months[time.getUTCMonth()]} ${time.getUTCFullYear()}`;
  const clock = `${hours % 12 === 0 ? 12 : hours % 12}:${two(time.getUTCMinutes())}:${two(time.getUTCSeconds())}`;
  return `${day} ${clock} ${hours < 12 ? "AM" : "PM"} +00:00`;
}
