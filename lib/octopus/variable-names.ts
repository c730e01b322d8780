import { objectsOf, textOf, textsOf } from "../model/json.ts";
import type { OctopusDocument, OctopusSpace } from "./octopus-client.ts";

/**
 * The names of the variables that runs of the project have: its own and those of the variable sets that it includes
 * (`GET /variables/names` of the API reference), and those that tenants give values to.
 */
export async function listVariableNames(space: OctopusSpace, project: OctopusDocument): Promise<string[]> {
  const names = await space.getJson("/variables/names", { project: project.Id });
  const ids = textsOf(project, "IncludedLibraryVariableSetIds");
  const sets = ids.length === 0 ? [] : await space.list("/libraryvariablesets", { ids });
  const templates = [project, ...sets].flatMap((owner) => objectsOf(owner, "Templates"));
  const given = Array.isArray(names) ? names.filter((name) => typeof name === "string") : [];
  return [...given, ...templates.map((template) => textOf(template, "Name"))];
}
