import { isJsonObject, objectOf, objectsOf, textOf, type JsonObject } from "../model/json.ts";
import type { OctopusDocument, OctopusSpace } from "../octopus/octopus-client.ts";
import { NotFoundError } from "../step/errors.ts";
import type { ResourceKind } from "./resource-kind.ts";

/**
 * What a space and GitHub agreed on, for one account there: both sides have to consent, so that nobody can copy it. What uses one finds
 * that of the same account.
 */
export const gitHubConnection: ResourceKind = {
  id: "gitHubConnection",
  label: "GitHub connection",
  // Octopus's Terraform provider 1.17.0 has both, in tests of projects and of steps.
  idPrefix: ["GitHubAppConnections", "GitHubConnections"],
  isLookUpOnly: true,
  list,
  listByIds: async (space, ids) => (await listIfThere(space)).filter(({ Id }) => ids.includes(Id)),
  nameOf: (document) => textOf(objectOf(document, "Installation"), "AccountLogin"),
};

/** Of a server that has no connections there are none. */
async function listIfThere(space: OctopusSpace): Promise<OctopusDocument[]> {
  try {
    return await list(space);
  } catch (error) {
    if (error instanceof NotFoundError) return [];
    throw error;
  }
}

const pageSize = 1000;

/** Not a page as others are (Octopus's API reference, GitHub). */
async function list(space: OctopusSpace): Promise<OctopusDocument[]> {
  const all: OctopusDocument[] = [];
  for (;;) {
    const answer = await space.getJson("/github/connections", { skip: all.length, take: pageSize });
    const page = isJsonObject(answer) ? objectsOf(answer, "Connections") : [];
    all.push(...page.map(withId));
    if (page.length < pageSize) return all;
  }
}

function withId(connection: JsonObject): OctopusDocument {
  return { ...connection, Id: textOf(connection, "Id") };
}
