import { textOf, textsOf, type JsonObject } from "../model/json.ts";
import type { OctopusDocument, OctopusSpace } from "../octopus/octopus-client.ts";
import { environment } from "./environment.ts";
import { essentialId, onlyFor } from "./field.ts";
import { numberNames } from "./number-names.ts";
import { projectGroup } from "./project-group.ts";
import { project } from "./project.ts";
import { nameField, type ResourceKind } from "./resource-kind.ts";
import { team } from "./team.ts";
import { tenant } from "./tenant.ts";
import { userRole } from "./user-role.ts";

/**
 * What a team may do in the space. It has no name: those of the team, of the role and of all that it is limited to are its, so that
 * what people give a team besides is never taken for it.
 */
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
  const own = all.filter((one) => textOf(one, "SpaceId") === space.id && !isManagers(one));
  const names = toNames([...roles, ...teams, ...(await listLimits(space, own))]);
  return numberNames(own.map((one) => ({ ...one, Name: describe(one, names) })));
}

/** To what a role can be limited. */
const limits = { ProjectIds: project, ProjectGroupIds: projectGroup, EnvironmentIds: environment, TenantIds: tenant };

async function listLimits(space: OctopusSpace, own: readonly OctopusDocument[]): Promise<OctopusDocument[]> {
  const lists = Object.entries(limits).map(async ([field, { listByIds }]) => {
    const ids = [...new Set(own.flatMap((one) => textsOf(one, field)))];
    return ids.length === 0 ? [] : ((await listByIds?.(space, ids)) ?? []);
  });
  return (await Promise.all(lists)).flat();
}

function toNames(documents: readonly OctopusDocument[]): ReadonlyMap<string, string> {
  return new Map(documents.map((one) => [one.Id, textOf(one, "Name")]));
}

function describe(document: JsonObject, names: ReadonlyMap<string, string>): string {
  const nameIn = (id: string): string => names.get(id) ?? "";
  const limited = Object.keys(limits).flatMap((field) => textsOf(document, field).map(nameIn).toSorted());
  const name = `${nameIn(textOf(document, "TeamId"))}: ${nameIn(textOf(document, "UserRoleId"))}`;
  return limited.length === 0 ? name : `${name} (${limited.join(", ")})`;
}

/** Every space has a team that manages it, which may do all. */
function isManagers(document: JsonObject): boolean {
  return textOf(document, "TeamId").startsWith("teams-spacemanagers-");
}

function withoutName({ Name: _name, ...body }: JsonObject): JsonObject {
  return body;
}
