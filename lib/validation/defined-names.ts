import { objectsOf, textOf, textsOf } from "../model/json.ts";
import type { OctopusDocument, OctopusSpace } from "../octopus/octopus-client.ts";
import { foldName } from "../octopus/same-name.ts";

/** The variables that runs of a project have from what Octopus keeps outside of its files; names are folded. */
export interface DefinedNames {
  all: ReadonlySet<string>;
  /** Of those, the project's and its sets' own secrets. */
  secrets: ReadonlySet<string>;
}

/** Of the project, of the sets that it includes, and of what tenants give values to: with two requests. */
export async function readDefinedNames(space: OctopusSpace, project: OctopusDocument): Promise<DefinedNames> {
  const ids = textsOf(project, "IncludedLibraryVariableSetIds");
  const sets = ids.length === 0 ? [] : await space.list("/libraryvariablesets", { ids });
  const owners = [project, ...sets].map((owner) => textOf(owner, "VariableSetId")).filter((id) => id !== "");
  const kept = owners.length === 0 ? [] : await space.listWhole("/variables/all", { ids: owners });
  const variables = kept.flatMap((set) => objectsOf(set, "Variables"));
  const templates = [project, ...sets].flatMap((owner) => objectsOf(owner, "Templates"));
  return {
    all: new Set([...variables, ...templates].map((one) => foldName(textOf(one, "Name")))),
    secrets: new Set(
      variables.filter((one) => one["IsSensitive"] === true).map((one) => foldName(textOf(one, "Name"))),
    ),
  };
}
