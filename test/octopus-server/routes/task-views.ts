import type { Resource } from "../model/collection.ts";
import { isFields, propertyOf, textOf, type Fields } from "../model/fields.ts";
import type { TaskLog } from "../model/model.ts";
import { taskLog } from "../model/tasks.ts";
import type { Call } from "./route.ts";

const unfinished: Readonly<Record<string, string>> = {
  Queued: "Queued...",
  Executing: "Executing...",
  Cancelling: "Cancelling...",
  TimedOut: "Timed out",
};

/** The document without the fields that only its filters need, with what the API derives. */
export function showTask(call: Call, task: Fields): Fields {
  // What is undefined is not sent; an object from which fields were taken is a slow one.
  const shown = { ...task, EnvironmentId: undefined, TenantId: undefined, RunbookId: undefined };
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
    Completed: unfinished[state] ?? task["Completed"],
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
      Rerun: `/api/tasks/rerun/${id}`,
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

/** The task with its log as a tree. */
export function showTaskDetails(call: Call, task: Resource): Fields {
  const log = taskLog(call.model, task.Id);
  return {
    Id: task.Id,
    Task: showTask(call, task),
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
export function rawTaskLog(call: Call, task: Resource): string {
  const shown = showTask(call, task);
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
