import { isReference } from "../model/graph.ts";
import { isJsonObject, textOf, type JsonObject, type JsonValue } from "../model/json.ts";
import type { OctopusDocument, OctopusSpace } from "../octopus/octopus-client.ts";
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
  items: [{ path: ["Variables"], identify: identifyVariable, isUnordered: true }],
};

/** One name may have many values: the scope tells them apart, as ids or as references, in whatever order. */
export function identifyVariable(variable: JsonObject): string {
  const scope = isJsonObject(variable["Scope"]) ? variable["Scope"] : {};
  const dimensions = Object.keys(scope)
    .toSorted()
    .flatMap((dimension) => describeDimension(dimension, scope[dimension] ?? null));
  const name = textOf(variable, "Name");
  return dimensions.length === 0 ? name : `${name} (${dimensions.join("; ")})`;
}

function describeDimension(dimension: string, values: JsonValue): string[] {
  if (!Array.isArray(values) || values.length === 0) return [];
  const names = values.map((value) => (isReference(value) ? value.$ref.key.join(" › ") : String(value)));
  return [`${dimension}: ${names.toSorted().join(", ")}`];
}

async function read(space: OctopusSpace, owner: OctopusDocument | undefined): Promise<OctopusDocument> {
  return space.get(`/variables/${textOf(owner ?? {}, "VariableSetId")}`);
}
