import type { Resource } from "./collection.ts";
import { recordEvent, relatedIds } from "./events.ts";
import { fieldsOf, textOf } from "./fields.ts";
import type { OctopusModel } from "./model.ts";

/** What becomes of a task, as far as the audit trail tells of it. */
export type TaskStage = "Queued" | "Started" | "Succeeded" | "Failed" | "Canceled";

const about: Readonly<Record<string, { noun: string; kind: "deployments" | "runbookruns"; argument: string }>> = {
  Deploy: { noun: "Deployment", kind: "deployments", argument: "DeploymentId" },
  RunbookRun: { noun: "RunbookRun", kind: "runbookruns", argument: "RunbookRunId" },
};

/** A line for a deployment or a run of a runbook (docs, auditing); other tasks leave one when they are canceled. */
export function recordTaskEvent(
  model: OctopusModel,
  task: Resource,
  { stage, user, userAgent }: { stage: TaskStage; user?: Resource; userAgent?: string },
): void {
  const category = taskEventCategory(textOf(task, "Name"), stage);
  if (category === undefined) return;
  recordEvent(model, {
    category,
    message: `${textOf(task, "Description")} ${stage === "Queued" || stage === "Canceled" ? "was " : ""}${stage.toLowerCase()}`,
    ...(user === undefined ? {} : { user }),
    spaceId: textOf(task, "SpaceId") || null,
    relatedDocumentIds: idsAround(model, task),
    userAgent: userAgent ?? "Server",
  });
}

/** @returns undefined for what leaves no line */
export function taskEventCategory(taskName: string, stage: TaskStage): string | undefined {
  if (stage === "Canceled") return "TaskCanceled";
  const noun = about[taskName]?.noun;
  return noun === undefined ? undefined : noun + stage;
}

function idsAround(model: OctopusModel, task: Resource): string[] {
  const known = about[textOf(task, "Name")];
  const executionId = textOf(fieldsOf(task, "Arguments"), known?.argument ?? "");
  const execution = known === undefined ? undefined : model.collection(known.kind).find(executionId);
  const project = model.collection("projects").find(textOf(task, "ProjectId"));
  const group = textOf(project ?? {}, "ProjectGroupId");
  const own = execution === undefined ? [executionId] : relatedIds(execution);
  return [...own, ...relatedIds(task), group].filter((id) => id !== "");
}
