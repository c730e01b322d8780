import { objectOf, textOf, type JsonObject } from "../model/json.ts";
import type { OctopusDocument, OctopusSpace } from "../octopus/octopus-client.ts";
import { object, words } from "./field.ts";
import { collectionRoutes, nameField, type ResourceKind } from "./resource-kind.ts";

const { list } = collectionRoutes("git-credentials");

export const gitCredential: ResourceKind = {
  id: "gitCredential",
  label: "Git credential",
  idPrefix: "GitCredentials",
  list,
  // This collection has no filter by ids, and its `name` matches substrings (Octopus's API reference, git-credentials).
  listByIds: async (space, ids) => (await list(space)).filter((credential) => ids.includes(credential.Id)),
  create: async (space, body) => getWhole(space, await space.post(`/git-credentials${versionFor(body)}`, body)),
  update: async (space, { Id }, body) =>
    getWhole(space, { ...(await space.put(`/git-credentials/${Id}${versionFor(body)}`, body)), Id }),
  describeUnknown,
  nameOf: nameField,
  fields: { Details: object({ Username: words }), RepositoryRestrictions: object({ AllowedRepositories: words }) },
  creationDefaults: { RepositoryRestrictions: { Enabled: false, AllowedRepositories: [] } },
};

async function describeUnknown(space: OctopusSpace, bodies: readonly JsonObject[]): Promise<string[]> {
  const others = bodies.filter((body) => versionFor(body) !== "");
  if (others.length === 0 || (await space.find("/git-credentials/v2", { skip: 0, take: 1 })) !== undefined) return [];
  return others.map(
    (body) =>
      `type "${textOf(objectOf(body, "Details"), "Type")}" of Git credentials, which the Git credential "${nameField(body)}" has`,
  );
}

/** The first version of the address takes user names and passwords alone, and is the only one that older servers have. */
function versionFor(body: JsonObject): string {
  return textOf(objectOf(body, "Details"), "Type") === "UsernamePassword" ? "" : "/v2";
}

/** A POST is answered by the id and a PUT by nothing (Octopus's API reference), by older servers with the document. */
async function getWhole(space: OctopusSpace, answer: OctopusDocument): Promise<OctopusDocument> {
  return textOf(answer, "Name") === "" ? space.get(`/git-credentials/${answer.Id}`) : answer;
}
