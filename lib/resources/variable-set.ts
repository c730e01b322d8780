import { isReference } from "../model/graph.ts";
import { canonicalJson, isJsonObject, textOf, type JsonObject, type JsonValue } from "../model/json.ts";
import { keptField } from "../model/kept.ts";
import type { OctopusDocument, OctopusSpace } from "../octopus/octopus-client.ts";
import { object, onlyFor, words, type Fields } from "./field.ts";
import { wordMap } from "./process-fields.ts";
import { listInBatches, type ResourceKind } from "./resource-kind.ts";

/** For what a value is: without one of these it would be for everything in that respect. */
const scope: Fields = {
  Environment: onlyFor("id", "environments"),
  Machine: onlyFor("id", "targets"),
  Channel: onlyFor("id", "channels"),
  Action: onlyFor("action", "steps"),
  ProcessOwner: onlyFor("id", "processes"),
  TenantTag: onlyFor("tag", "tenant tags"),
  Role: onlyFor("role", "target tags"),
  "*": onlyFor("id", "others"),
};

const prompt: Fields = { Label: words, DisplaySettings: wordMap };

/** The variables of a project, a library variable set or a script module, whose script is one of them. */
export const variableSet: ResourceKind = {
  id: "variableSet",
  label: "variables",
  ownedBy: ["project", "libraryVariableSet", "scriptModule"],
  isSingleton: true,
  ownerIdOf: (document) => textOf(document, "OwnerId"),
  list: async (space, owner) => [await read(space, owner)],
  listBelow: (space, owners) =>
    listInBatches(
      owners.map((owner) => textOf(owner, "VariableSetId")),
      (ids) => space.listWhole("/variables/all", { ids }),
    ),
  update: (space, current, body) => space.put(`/variables/${current.Id}`, body),
  nameOf: () => "",
  fields: {
    Variables: object({ Value: { text: "value" }, Scope: object(scope), Prompt: object(prompt) }),
  },
  serverMade: ["OwnerId", "Version", "ScopeValues"],
  items: [
    {
      path: ["Variables"],
      label: "variable",
      identify: identifyVariable,
      isUnordered: true,
      sortBy: (variable) => [textOf(variable, "Name"), canonicalJson(variable["Scope"] ?? {})],
      excludedBy: "variables",
    },
  ],
};

/** Whether the field is a sensitive variable's value, which the API has bare. */
export function isVariableSecret(owner: JsonObject, field: string): boolean {
  return field === "Value" && owner["IsSensitive"] === true;
}

/** One name may have many values: the scope tells them apart, as ids or as references, in whatever order. */
export function identifyVariable(variable: JsonObject): string {
  const limits = isJsonObject(variable["Scope"]) ? variable["Scope"] : {};
  const dimensions = Object.keys(limits)
    .filter((dimension) => dimension !== keptField)
    .toSorted()
    .flatMap((dimension) => describeDimension(dimension, limits[dimension] ?? null));
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
