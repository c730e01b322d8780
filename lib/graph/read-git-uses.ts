import { isJsonObject, textOf } from "../model/json.ts";
import type { OctopusDocument, OctopusSpace } from "../octopus/octopus-client.ts";
import { getKind } from "../resources/index.ts";
import { during } from "../step/errors.ts";
import { collectIds, mergeMet, type MetIds } from "./read-body.ts";

/**
 * What the files of a project in Git use on its default branch, as Octopus reads them: it gives ids for the slugs there.
 * @throws when Octopus cannot read the files, in its words
 */
export async function readGitUses(space: OctopusSpace, project: OctopusDocument): Promise<MetIds> {
  const settings = project["PersistenceSettings"];
  const branch = isJsonObject(settings) ? textOf(settings, "DefaultBranch") : "";
  const version = `/projects/${project.Id}/${encodeURIComponent(`refs/heads/${branch}`)}`;
  const state = isJsonObject(settings) ? settings["ConversionState"] : undefined;
  const hasVariables = !isJsonObject(state) || state["VariablesAreInGit"] !== false;
  const { processes, variables } = await during(
    `read the branch "${branch}" of "${textOf(project, "Name")}"`,
    async () => {
      const [deployment, runbooks, set] = await Promise.all([
        space.get(`${version}/deploymentprocesses`),
        space.list(`${version}/runbooks`),
        hasVariables ? space.get(`${version}/variables`) : undefined,
      ]);
      const own = runbooks.map(({ Id }) => space.get(`${version}/runbookProcesses/${Id}`));
      return { processes: [deployment, ...(await Promise.all(own))], variables: set === undefined ? [] : [set] };
    },
  );
  return mergeMet([
    ...processes.map((process) => collectIds(getKind("deploymentProcess"), process)),
    ...variables.map((set) => collectIds(getKind("variableSet"), set)),
  ]);
}
