import type { OctopusDocument, OctopusSpace } from "../octopus/octopus-client.ts";
import { isOwnModule } from "../octopus/receipt-modules.ts";
import { object } from "./field.ts";
import { parameterFields } from "./process-fields.ts";
import { byName, collectionRoutes, listInBatches, nameField, type ResourceKind } from "./resource-kind.ts";

const templates = { path: ["Templates"], identify: byName, referencedAs: "template" } as const;

export const libraryVariableSet: ResourceKind = {
  id: "libraryVariableSet",
  label: "library variable set",
  ...routesFor("Variables"),
  // Packages of earlier versions do not tell the two apart.
  listFormer: (space) => listSets(space, "ScriptModule"),
  fields: { Templates: object(parameterFields) },
  items: [templates],
};

/** Scripts that other scripts import. Octopus keeps them as variable sets with another content, which may have the name of one of the others. */
export const scriptModule: ResourceKind = {
  id: "scriptModule",
  label: "script module",
  ...routesFor("ScriptModule"),
};

function routesFor(contentType: "Variables" | "ScriptModule"): Omit<ResourceKind, "id" | "label"> {
  return {
    idPrefix: "LibraryVariableSets",
    ...collectionRoutes("libraryvariablesets"),
    list: (space) => listSets(space, contentType),
    listByIds: (space, ids) => listInBatches(ids, (batch) => listSets(space, contentType, batch)),
    isKeptBack: isOwnModule,
    nameOf: nameField,
    excludedBy: "libraryVariableSets",
    serverMade: ["VariableSetId", "Version"],
    creationDefaults: { ContentType: contentType },
  };
}

function listSets(space: OctopusSpace, contentType: string, ids?: string[]): Promise<OctopusDocument[]> {
  return space.list("/libraryvariablesets", { ids, contentType });
}
