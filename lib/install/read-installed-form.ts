import { objectOf, objectsOf, textOf } from "../model/json.ts";
import type { OctopusSpace } from "../octopus/octopus-client.ts";
import { isSameName } from "../octopus/same-name.ts";
import { listByExactNames } from "../resources/resource-kind.ts";

/** @returns what a step of a runbook has for a property; undefined where none has the property, or there is no such runbook */
export async function readInstalledForm(
  space: OctopusSpace,
  { projects, runbook: name, property }: { projects: readonly string[]; runbook: string; property: string },
): Promise<string | undefined> {
  for (const project of await listByExactNames(space, "projects", [...projects])) {
    const runbooks = await space.list(`/projects/${project.Id}/runbooks`);
    const runbook = runbooks.find((one) => isSameName(textOf(one, "Name"), name));
    if (runbook === undefined || textOf(runbook, "RunbookProcessId") === "") continue;
    const process = await space.get(`/runbookProcesses/${textOf(runbook, "RunbookProcessId")}`);
    const actions = objectsOf(process, "Steps").flatMap((step) => objectsOf(step, "Actions"));
    const forms = actions.map((action) => objectOf(action, "Properties"));
    const form = forms.find((properties) => property in properties);
    if (form !== undefined) return textOf(form, property);
  }
  return undefined;
}
