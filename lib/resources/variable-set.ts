import { textOf, type JsonObject } from "../json.ts";
import type { OctopusDocument, OctopusSpace } from "../octopus/octopus-client.ts";
import { canonicalJson } from "../json.ts";
import type { ResourceKind } from "./resource-kind.ts";

/** The variables of a project or of a library variable set. */
export const variableSet: ResourceKind = {
  id: "variableSet",
  label: "variables",
  ownedBy: ["project", "libraryVariableSet"],
  isSingleton: true,
  list: async (space, owner) => [await read(space, owner)],
  update: (space, current, body) => space.put(`/variables/${current.Id}`, body),
  nameOf: () => "",
  serverMade: ["OwnerId", "Version", "ScopeValues"],
  items: [{ path: ["Variables"], identify: identifyVariable }],
};

/** One name may have many values: the scope tells them apart. */
export function identifyVariable(variable: JsonObject): string {
  const scope = variable["Scope"] ?? {};
  return `${textOf(variable, "Name")} ${canonicalJson(scope)}`;
}

async function read(space: OctopusSpace, owner: OctopusDocument | undefined): Promise<OctopusDocument> {
  return space.get(`/variables/${textOf(owner ?? {}, "VariableSetId")}`);
}
