import { isJsonObject, objectOf, objectsOf, textOf, type JsonObject } from "../model/json.ts";
import type { OctopusDocument, OctopusSpace } from "./octopus-client.ts";
import { StepError, UnavailableError } from "../step/errors.ts";

/** Of what stands in the way so many things are told; the task's log has all. */
const mostThings = 10;

/**
 * Why a task did not succeed: its own sentence, or where that says no more than that a step failed, the first error of its log. Where the
 * sentence announces a list, the list is a line for each thing.
 * @param look - whether its log may be asked for
 */
export async function explainFailure(space: OctopusSpace, task: OctopusDocument, look: () => boolean): Promise<string> {
  const told = textOf(task, "ErrorMessage").trim();
  if (told !== "" && !/one or more steps failed/i.test(told)) return withItsList(told);
  const found = look() ? await readFirstError(space, task.Id) : undefined;
  return withItsList(found ?? (told === "" ? "Octopus says no more of it." : told));
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

/** The first line alone, but for one that ends with a colon: what it announces would be missed. */
function withItsList(text: string): string {
  const [first = "", ...others] = text
    .trim()
    .split(/\r?\n/)
    .map((line) => line.trim());
  if (!first.endsWith(":")) return first;
  const end = others.findIndex((line) => !/^[-*•] /.test(line));
  const things = end === -1 ? others : others.slice(0, end);
  const rest = things.length - mostThings;
  return [first, ...things.slice(0, mostThings), ...(rest > 0 ? [`- and ${rest} more`] : [])].join("\n");
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
