import { isJsonObject, objectsOf, textOf, type JsonObject } from "../../lib/model/json.ts";
import type { Api, Document } from "../api.ts";
import type { StepRecording } from "../step/create-step-context.ts";

// What people do to a project in the portal.

export async function editProject(api: Api, id: string, change: JsonObject): Promise<void> {
  await api.put(`/projects/${id}`, { ...(await api.get(`/projects/${id}`)), ...change });
}

export async function readSteps(api: Api, projectId: string): Promise<JsonObject[]> {
  return listOf(await api.get(`/projects/${projectId}/deploymentprocesses`), "Steps");
}

export async function editSteps(
  api: Api,
  projectId: string,
  change: (steps: JsonObject[]) => readonly unknown[],
): Promise<void> {
  const path = `/projects/${projectId}/deploymentprocesses`;
  const process = await api.get(path);
  await api.put(path, { ...process, Steps: change(listOf(process, "Steps")) });
}

export function editScript(api: Api, projectId: string, step: string, text: string): Promise<void> {
  return editProperties(api, projectId, step, { "Octopus.Action.Script.ScriptBody": text });
}

export function editProperties(api: Api, projectId: string, step: string, change: JsonObject): Promise<void> {
  return editSteps(api, projectId, (steps) =>
    steps.map((one) => (textOf(one, "Name") === step ? withProperties(one, change) : one)),
  );
}

function withProperties(step: JsonObject, change: JsonObject): JsonObject {
  const [action = {}, ...rest] = objectsOf(step, "Actions");
  return { ...step, Actions: [{ ...action, Properties: { ...propertiesIn(action), ...change } }, ...rest] };
}

export async function readProperties(api: Api, projectId: string, step: string): Promise<JsonObject> {
  const found = (await readSteps(api, projectId)).find((one) => textOf(one, "Name") === step) ?? {};
  return propertiesIn(objectsOf(found, "Actions")[0] ?? {});
}

export async function readScript(api: Api, projectId: string, step: string): Promise<string> {
  return textOf(await readProperties(api, projectId, step), "Octopus.Action.Script.ScriptBody");
}

export async function readVariables(api: Api, projectId: string): Promise<JsonObject[]> {
  return listOf(await api.get(`/variables/variableset-${projectId}`), "Variables");
}

export async function editVariables(
  api: Api,
  projectId: string,
  change: (variables: JsonObject[]) => readonly unknown[],
): Promise<void> {
  const set = await api.get(`/variables/variableset-${projectId}`);
  await api.put(`/variables/variableset-${projectId}`, { ...set, Variables: change(listOf(set, "Variables")) });
}

export function namesOf(objects: readonly JsonObject[]): string[] {
  return objects.map((object) => textOf(object, "Name"));
}

export function toJson(document: Document | undefined): JsonObject {
  return JSON.parse(JSON.stringify(document ?? {}));
}

export function warningsOf({ log }: Pick<StepRecording, "log">): string[] {
  return log.filter(({ level }) => level === "warning").map(({ message }) => message);
}

function listOf(document: Document, field: string): JsonObject[] {
  return objectsOf(toJson(document), field);
}

function propertiesIn(action: JsonObject): JsonObject {
  return isJsonObject(action["Properties"]) ? action["Properties"] : {};
}

/** A project with nothing in it. */
export async function makeProject(api: Api, name: string): Promise<Document> {
  const [lifecycle] = await api.list("/lifecycles");
  const [group] = await api.list("/projectgroups");
  return api.post("/projects", { Name: name, LifecycleId: lifecycle?.Id, ProjectGroupId: group?.Id });
}
