import { isJsonObject, textOf } from "../model/json.ts";
import type { OctopusDocument, OctopusSpace } from "../octopus/octopus-client.ts";
import type { StepTemplateUse } from "../ocl/list-step-templates.ts";
import { getKind } from "../resources/index.ts";
import { during } from "../step/errors.ts";
import { collectIds } from "./read-body.ts";

/**
 * The step templates that the files of a project in Git use on its default branch, as Octopus reads them.
 * @throws when Octopus cannot read the files, in its words
 */
export async function readTemplateUses(space: OctopusSpace, project: OctopusDocument): Promise<StepTemplateUse[]> {
  const settings = project["PersistenceSettings"];
  const branch = isJsonObject(settings) ? textOf(settings, "DefaultBranch") : "";
  const version = `/projects/${project.Id}/${encodeURIComponent(`refs/heads/${branch}`)}`;
  const processes = await during(`read the branch "${branch}" of "${textOf(project, "Name")}"`, async () => {
    const [deployment, runbooks] = await Promise.all([
      space.get(`${version}/deploymentprocesses`),
      space.list(`${version}/runbooks`),
    ]);
    const own = runbooks.map(({ Id }) => space.get(`${version}/runbookProcesses/${Id}`));
    return [deployment, ...(await Promise.all(own))];
  });
  return processes.flatMap((process) => collectIds(getKind("deploymentProcess"), process).stepTemplates);
}
