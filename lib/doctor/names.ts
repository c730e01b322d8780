import { listMistakenNames } from "../install/mistaken-names.ts";
import { propertiesOf } from "../install/process-steps.ts";
import type { JsonObject } from "../model/json.ts";
import type { OctopusDocument, OctopusSpace } from "../octopus/octopus-client.ts";
import { listManagementProcesses } from "./management.ts";

/** Whether what the management runbooks ask for in expressions may be taken for another variable. */
export async function checkNames(space: OctopusSpace): Promise<{ text: string; state?: "bad" }> {
  const carried = new Map<OctopusDocument, JsonObject[]>();
  for (const { project, actions } of await listManagementProcesses(space, await space.list("/projects")))
    if (project !== undefined) carried.set(project, [...(carried.get(project) ?? []), ...actions.map(propertiesOf)]);
  const sentences: string[] = [];
  for (const [project, forms] of carried) sentences.push(...(await listMistakenNames(space, { project, forms })));
  if (sentences.length > 0) return { state: "bad", text: sentences.join(" ") };
  return { text: "what the management runbooks ask for is told from all other variables" };
}
