import { textOf } from "../model/json.ts";
import type { OctopusDocument, OctopusSpace } from "../octopus/octopus-client.ts";
import {
  byName,
  collectionRoutes,
  listByExactNames,
  listInBatches,
  nameField,
  type ResourceKind,
} from "./resource-kind.ts";

// Kinds that are pointed to and never carried along, so that a name is all there is to say about them.

export const tenant: ResourceKind = {
  ...lookUp({ id: "tenant", label: "tenant", idPrefix: "Tenants", collection: "tenants" }),
  listByNames: (space, names) => listByExactNames(space, "tenants", names),
};

export const tagSet: ResourceKind = {
  ...lookUp({ id: "tagSet", label: "tag set", idPrefix: "TagSets", collection: "tagsets" }),
  items: [
    {
      path: ["Tags"],
      identify: byName,
      referencedAs: "tag",
      pointedToBy: (tag, set) => textOf(tag, "CanonicalTagName") || `${textOf(set, "Name")}/${textOf(tag, "Name")}`,
    },
  ],
};

/** Every server has them under these ids, and shows them only to who may see the teams of the whole server. */
const builtInTeams: OctopusDocument[] = [
  { Id: "teams-everyone", Name: "Everyone" },
  { Id: "teams-administrators", Name: "Octopus Administrators" },
  { Id: "teams-managers", Name: "Octopus Managers" },
];

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

export const team: ResourceKind = {
  ...lookUp({ id: "team", label: "team", idPrefix: "Teams", collection: "teams" }),
  wellKnownIds: /^teams-(everyone|administrators|managers|spacemanagers-Spaces-\d+)$/,
  list: (space) => listTeams(space),
  listByIds: (space, ids) => listInBatches(ids, (batch) => listTeams(space, batch)),
};

function lookUp(options: { id: string; label: string; idPrefix: string; collection: string }): ResourceKind {
  const { list, listByIds } = collectionRoutes(options.collection);
  return {
    id: options.id,
    label: options.label,
    idPrefix: options.idPrefix,
    isLookUpOnly: true,
    list,
    listByIds,
    nameOf: nameField,
  };
}
