import { textOf, type JsonObject } from "../model/json.ts";
import type { OctopusDocument, OctopusSpace } from "../octopus/octopus-client.ts";
import { isSameName } from "../octopus/same-name.ts";
import { anyOf, object, words } from "./field.ts";
import { collectionRoutes, listInBatches, nameField, type ResourceKind } from "./resource-kind.ts";

const { create, update } = collectionRoutes("teams");

/** The teams of a space. Those of the whole server, and the one that each space has by itself, are found by their names. */
export const team: ResourceKind = {
  id: "team",
  label: "team",
  idPrefix: "Teams",
  wellKnownIds: /^teams-(everyone|administrators|managers|spacemanagers-Spaces-\d+)$/,
  list: (space) => listTeams(space),
  listByIds: (space, ids) => listInBatches(ids, (batch) => listTeams(space, batch)),
  findUnasked: (_, names) => findBuiltIn(names),
  create,
  update,
  isKeptBack: isGiven,
  nameOf: nameField,
  fields: {
    MemberUserIds: anyOf("id", "members"),
    // Their ids are the sign-in provider's.
    ExternalSecurityGroups: object({ Id: words, DisplayName: words }),
  },
  serverMade: ["CanBeDeleted", "CanBeRenamed", "CanChangeRoles", "CanChangeMembers"],
  createOnly: ["Slug"],
  creationDefaults: { MemberUserIds: [], ExternalSecurityGroups: [] },
};

/** Whether every space has it, or the server. */
function isGiven(document: JsonObject): boolean {
  return textOf(document, "SpaceId") === "" || document["CanBeDeleted"] === false;
}

/** Every server has them under these ids, and shows them only to who may see the teams of the whole server. */
const builtInTeams: OctopusDocument[] = [
  { Id: "teams-everyone", Name: "Everyone" },
  { Id: "teams-administrators", Name: "Octopus Administrators" },
  { Id: "teams-managers", Name: "Octopus Managers" },
];

/** @returns undefined when one of the names is no built-in team's */
function findBuiltIn(names: readonly string[]): OctopusDocument[] | undefined {
  const found = names.flatMap((name) => builtInTeams.find((one) => isSameName(nameField(one), name)) ?? []);
  return found.length === names.length ? found : undefined;
}

function withBuiltIn(teams: OctopusDocument[], ids = builtInTeams.map(({ Id }) => Id)): OctopusDocument[] {
  const hidden = builtInTeams.filter(({ Id }) => ids.includes(Id) && !teams.some((shown) => shown.Id === Id));
  return [...teams, ...hidden];
}

/**
 * Teams belong to a space or to the whole server. The reference does not have the parameters that choose (the server's own root
 * document does), so that those of other spaces are left out here as well.
 */
async function listTeams(space: OctopusSpace, ids?: string[]): Promise<OctopusDocument[]> {
  const teams = await space.server.list("/teams", { ids, spaces: space.id, includeSystem: true });
  return withBuiltIn(
    teams.filter((one) => ["", space.id].includes(textOf(one, "SpaceId"))),
    ids,
  );
}
