import { textOf, type JsonObject } from "../model/json.ts";
import type { OctopusDocument, OctopusSpace } from "../octopus/octopus-client.ts";
import { essentialId, onlyFor } from "./field.ts";
import { numberNames } from "./number-names.ts";
import { nameField, type ResourceKind } from "./resource-kind.ts";
import { team } from "./team.ts";
import { userRole } from "./user-role.ts";

/** What a team may do in the space. It has no name: the team's and the role's are its, and a number where a team has a role twice. */
export const scopedUserRole: ResourceKind = {
  id: "scopedUserRole",
  label: "role of a team",
  idPrefix: "ScopedUserRoles",
  list,
  create: async (space, body) => ({ ...body, ...(await space.post("/scopeduserroles", withoutName(body))) }),
  update: async (space, current, body) => ({
    ...body,
    ...(await space.put(`/scopeduserroles/${current.Id}`, withoutName(body))),
  }),
  nameOf: nameField,
  fields: {
    TeamId: essentialId,
    UserRoleId: essentialId,
    ProjectIds: onlyFor("id", "projects"),
    ProjectGroupIds: onlyFor("id", "project groups"),
    EnvironmentIds: onlyFor("id", "environments"),
    TenantIds: onlyFor("id", "tenants"),
  },
};

async function list(space: OctopusSpace): Promise<OctopusDocument[]> {
  const [roles, teams, all] = await Promise.all([
    userRole.list(space),
    team.list(space),
    space.server.list("/scopeduserroles", { spaces: space.id, includeSystem: false }),
  ]);
  const names = new Map([...roles, ...teams].map((one) => [one.Id, textOf(one, "Name")]));
  const nameOf = (document: JsonObject): string =>
    `${names.get(textOf(document, "TeamId")) ?? ""}: ${names.get(textOf(document, "UserRoleId")) ?? ""}`;
  const own = all.filter((one) => textOf(one, "SpaceId") === space.id && !isManagers(one));
  return numberNames(own.map((one) => ({ ...one, Name: nameOf(one) })));
}

/** Every space has a team that manages it, which may do all. */
function isManagers(document: JsonObject): boolean {
  return textOf(document, "TeamId").startsWith("teams-spacemanagers-");
}

function withoutName({ Name: _name, ...body }: JsonObject): JsonObject {
  return body;
}
