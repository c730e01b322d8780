import { textOf } from "../model/json.ts";
import type { OctopusDocument, OctopusSpace } from "../octopus/octopus-client.ts";
import { collectionRoutes, nameField, type ResourceKind } from "./resource-kind.ts";

const { list, create, update } = collectionRoutes("git-credentials");

export const gitCredential: ResourceKind = {
  id: "gitCredential",
  label: "Git credential",
  idPrefix: "GitCredentials",
  list,
  // This collection has no filter by ids, and its `name` matches substrings (Octopus's API reference, git-credentials).
  listByIds: async (space, ids) => (await list(space)).filter((credential) => ids.includes(credential.Id)),
  create: async (space, body) => getWhole(space, await create(space, body)),
  update: async (space, current, body) => getWhole(space, { ...(await update(space, current, body)), Id: current.Id }),
  nameOf: nameField,
  creationDefaults: { RepositoryRestrictions: { Enabled: false, AllowedRepositories: [] } },
};

/** A POST is answered by the id and a PUT by nothing (Octopus's API reference), by older servers with the document. */
async function getWhole(space: OctopusSpace, answer: OctopusDocument): Promise<OctopusDocument> {
  return textOf(answer, "Name") === "" ? space.get(`/git-credentials/${answer.Id}`) : answer;
}
