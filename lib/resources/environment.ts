import { findTold } from "../octopus/remember-reads.ts";
import type { OctopusDocument, OctopusSpace } from "../octopus/octopus-client.ts";
import { anyOf, map, object } from "./field.ts";
import { NotFoundError } from "../step/errors.ts";
import { collectionRoutes, listInBatches, nameField, type ResourceKind } from "./resource-kind.ts";

export const environment: ResourceKind = {
  id: "environment",
  label: "environment",
  idPrefix: "Environments",
  ...collectionRoutes("environments"),
  nameOf: nameField,
  findUnasked: (space, names) => findTold(space, "Environments", names),
  excludedBy: "environments",
  fields: { EnvironmentTags: anyOf("tag", "environment tags"), ExtensionSettings: object({ Values: map() }) },
  createOnly: ["Slug", "SortOrder"],
};

/**
 * What ephemeral environments are made below; channels and scopes point to it. The list of environments does not have it, whose
 * ids it may share: it is asked for what that list lacks (go-octopusdeploy, environments v2). The ephemeral ones themselves come
 * and go with releases, which no package has.
 */
export const parentEnvironment: ResourceKind = {
  id: "parentEnvironment",
  label: "parent environment",
  idPrefix: "ParentEnvironments",
  wellKnownIds: /^Environments-\d+$/,
  list: async (space) => Promise.all((await listParents(space)).map((parent) => read(space, parent))),
  listByIds: (space, ids) => listInBatches(ids, (batch) => listParents(space, batch)),
  read,
  create: async (space, { SortOrder: _last, ...body }) => read(space, await space.post("/parentEnvironments", body)),
  update: (space, current, body) => space.put(`/parentEnvironments/${current.Id}`, body),
  nameOf: nameField,
  createOnly: ["Slug", "SortOrder"],
};

/** The list does not have all of its fields (Octopus's API reference, environments). */
function read(space: OctopusSpace, { Id }: OctopusDocument): Promise<OctopusDocument> {
  return space.get(`/parentEnvironments/${Id}`);
}

/** Servers that know no parent environments do not have the route. */
async function listParents(space: OctopusSpace, ids?: string[]): Promise<OctopusDocument[]> {
  try {
    return await space.list("/environments/v2", { type: "Parent", ids });
  } catch (error) {
    if (error instanceof NotFoundError) return [];
    throw error;
  }
}
