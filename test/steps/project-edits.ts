import { objectsOf, type JsonObject } from "../../lib/model/json.ts";
import type { Api, Document } from "../api.ts";
import type { StepRecording } from "../step/create-step-context.ts";
import { setVariables, type DeploymentStage } from "./deployment-stage.ts";

/** One document of a list by its name; `{ Id: "" }` when there is none. */
export async function getNamed(api: Api, path: string, name: string): Promise<Document> {
  return (await api.list(path)).find((document) => document["Name"] === name) ?? { Id: "" };
}

/** Changes some fields of what is called so. */
export async function edit(
  api: Api,
  collection: string,
  { name, changes, list = collection }: { name: string; changes: Record<string, unknown>; list?: string },
): Promise<Document> {
  const document = await getNamed(api, list, name);
  return api.put(`${collection}/${document.Id}`, { ...document, ...changes });
}

export function processPath(projectId: string): string {
  return `/projects/${projectId}/deploymentprocesses`;
}

export async function readSteps(api: Api, path: string): Promise<JsonObject[]> {
  return objectsOf(JSON.parse(JSON.stringify(await api.get(path))), "Steps");
}

export async function changeSteps(
  api: Api,
  path: string,
  change: (steps: JsonObject[]) => readonly unknown[],
): Promise<void> {
  const process = await api.get(path);
  await api.put(path, { ...process, Steps: change(objectsOf(JSON.parse(JSON.stringify(process)), "Steps")) });
}

/** As in the portal: the step and its only action get the new name, and keep their slugs. */
export async function renameSteps(api: Api, path: string, names: Readonly<Record<string, string>>): Promise<void> {
  const rename = (item: JsonObject): JsonObject => ({
    ...item,
    Name: names[String(item["Name"])] ?? item["Name"] ?? "",
  });
  await changeSteps(api, path, (steps) =>
    steps.map((step) => ({ ...rename(step), Actions: objectsOf(step, "Actions").map(rename) })),
  );
}

export async function readVariables(api: Api, projectId: string): Promise<JsonObject[]> {
  const set = await api.get(`/variables/variableset-${projectId}`);
  return objectsOf(JSON.parse(JSON.stringify(set)), "Variables");
}

export async function changeVariables(
  api: Api,
  projectId: string,
  change: (variables: JsonObject[]) => readonly unknown[],
): Promise<void> {
  await setVariables(api, projectId, change(await readVariables(api, projectId)));
}

export function namesOf(items: readonly Record<string, unknown>[]): string[] {
  return items.map(({ Name }) => String(Name));
}

export function warningsOf({ log }: StepRecording): string[] {
  return log.filter(({ level }) => level === "warning").map(({ message }) => message);
}

export function messagesOf({ log }: StepRecording): string[] {
  return log.map(({ message }) => message);
}

/** What was written besides the receipt. */
export function takeWritesBesideReceipt(stage: DeploymentStage): string[] {
  return stage.takeWrites().filter((write) => !/LibraryVariableSets/i.test(write));
}

/** The sentence with which the promise is rejected; "" when it is not. */
export async function refusalOf(run: Promise<unknown>): Promise<string> {
  return run.then(
    () => "",
    (error: Error) => error.message,
  );
}
