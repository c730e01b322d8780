import { isJsonObject, objectOf, objectsOf, textOf, type JsonObject } from "../../model/json.ts";
import type { OctopusDocument, OctopusSpace } from "../../octopus/octopus-client.ts";
import { StepError, UnavailableError } from "../../step/errors.ts";

/**
 * Why a task did not succeed: its own sentence, or where that says no more than that a step failed, the first error of its log.
 * @param look - whether its log may be asked for
 */
export async function explainFailure(space: OctopusSpace, task: OctopusDocument, look: () => boolean): Promise<string> {
  const told = textOf(task, "ErrorMessage").trim();
  if (told !== "" && !/one or more steps failed/i.test(told)) return firstLine(told);
  const found = look() ? await readFirstError(space, task.Id) : undefined;
  return firstLine(found ?? (told === "" ? "Octopus says no more of it." : told));
}

async function readFirstError(space: OctopusSpace, taskId: string): Promise<string | undefined> {
  try {
    const details = await space.getJson(`/tasks/${taskId}/details`);
    const logs = isJsonObject(details) ? objectsOf(details, "ActivityLogs") : [];
    return logs.flatMap(listErrors)[0];
  } catch (error) {
    if (error instanceof StepError && !(error instanceof UnavailableError)) return undefined;
    throw error;
  }
}

function listErrors(log: JsonObject): string[] {
  const own = objectsOf(log, "LogElements")
    .filter((line) => ["Error", "Fatal"].includes(textOf(line, "Category")))
    .map((line) => textOf(line, "MessageText"));
  return [...own, ...objectsOf(log, "Children").flatMap(listErrors)].filter((text) => text.trim() !== "");
}

function firstLine(text: string): string {
  return (text.trim().split(/\r?\n/)[0] ?? "").trim();
}

/** The page of the task in Octopus's portal. */
export function linkTo(space: OctopusSpace, taskId: string): string {
  return `${space.server.url}/app#/${space.id}/tasks/${taskId}`;
}

/** The title of what a task waits for a person with; "" when that cannot be told. */
export async function readQuestion(space: OctopusSpace, taskId: string): Promise<string> {
  try {
    const page = await space.getJson("/interruptions", { regarding: taskId, pendingOnly: true, skip: 0, take: 1 });
    const [first] = isJsonObject(page) ? objectsOf(page, "Items") : [];
    return textOf(objectOf({ first: first ?? {} }, "first"), "Title");
  } catch (error) {
    if (error instanceof StepError && !(error instanceof UnavailableError)) return "";
    throw error;
  }
}
