import type { Resource } from "../model/collection.ts";
import { textOf, textsOf, type Fields } from "../model/fields.ts";
import { createCrud, type Crud } from "./crud.ts";
import { badRequest, notFound, type Call, type Route } from "./route.ts";
import { scopedUserRoles } from "./scopeduserroles.ts";
import { isOfAskedSpace, spaceOfPath } from "./system-scope.ts";
import { showMembership } from "./users.ts";

const teams = createCrud({
  kind: "teams",
  path: "/api/teams",
  itemType: "Team",
  noun: "team",
  fields: { Name: "", Description: "", SpaceId: null, MemberUserIds: [], ExternalSecurityGroups: [] },
  naming: { uniqueWithin: ["SpaceId"] },
  references: { MemberUserIds: "users", SpaceId: "spaces" },
  listed: isOfAskedSpace,
  defaults: (fields, call, stored) => ({
    SpaceId: textOf(stored ?? fields, "SpaceId") || spaceOfPath(call),
    CanBeDeleted: stored?.["CanBeDeleted"] ?? true,
    CanBeRenamed: stored?.["CanBeRenamed"] ?? true,
    CanChangeRoles: stored?.["CanChangeRoles"] ?? true,
    CanChangeMembers: stored?.["CanChangeMembers"] ?? true,
  }),
  validate: (fields, _call, stored) => checkMembers(fields, stored),
  saved: copyManagers,
  // Source: go-octopusdeploy refuses to delete built-in teams by itself; the sentence is assumed.
  inUse: (team) => (team["CanBeDeleted"] === true ? undefined : "This team is built in and cannot be deleted."),
  removed: (team, { model }) => removeRoles(team, model.collection("scopeduserroles")),
  links: (self) => ({
    ScopedUserRoles: `/api/teams/${self.split("/").at(-1)}/scopeduserroles{?skip,take,spaces,includeSystem}`,
  }),
  permissions: { view: "TeamView", create: "TeamCreate", edit: "TeamEdit", delete: "TeamDelete" },
});

/** Teams. They answer under a space's path too. */
export const teamsRoutes: Route[] = [
  ...teams.routes,
  ...underSpace(teams),
  { method: "GET", path: "/api/teams/{id}/scopeduserroles", handle: (call) => ({ body: rolesOfTeam(call) }) },
  { method: "GET", path: "/api/{space}/teams/{id}/scopeduserroles", handle: (call) => ({ body: rolesOfTeam(call) }) },
  { method: "GET", path: "/api/teammembership", handle: (call) => ({ body: membership(call) }) },
];

/** Docs, teams: those of Everyone are everyone; the sentence is assumed. */
function checkMembers(fields: Fields, stored: Resource | undefined): void {
  if (stored?.["CanChangeMembers"] !== false) return;
  if (JSON.stringify(textsOf(fields, "MemberUserIds")) !== JSON.stringify(textsOf(stored, "MemberUserIds")))
    throw badRequest("The members of this team cannot be changed.");
}

/** The same documents at `/api/{space}/…`: those of the space and, unless told otherwise, those of the system. */
function underSpace(crud: Crud): Route[] {
  return crud.routes.map((route) => ({ ...route, path: route.path.replace("/api/", "/api/{space}/") }));
}

/** A change to the members of a space's managers is a change of the space's managers. */
function copyManagers(team: Resource, { model }: Call): void {
  const space = model.collection("spaces").find(team.Id.replace("teams-spacemanagers-", ""));
  if (space === undefined || !team.Id.startsWith("teams-spacemanagers-")) return;
  model.collection("spaces").replace(space.Id, { ...space, SpaceManagersTeamMembers: textsOf(team, "MemberUserIds") });
}

function removeRoles(
  team: Resource,
  roles: { list(matches: (scoped: Resource) => boolean): Resource[]; remove(id: string): boolean },
): void {
  for (const scoped of roles.list((candidate) => candidate["TeamId"] === team.Id)) roles.remove(scoped.Id);
}

function rolesOfTeam(call: Call): Fields {
  const team = teams.find(call.params["id"] ?? "", call);
  const roles = scopedUserRoles.list(call).filter((scoped) => scoped["TeamId"] === team.Id);
  return scopedUserRoles.page(roles, call, `/api/teams/${team.Id}/scopeduserroles`);
}

function membership(call: Call): Fields[] {
  const userId = call.query.get("userId") ?? call.user.Id;
  if (call.model.collection("users").find(userId) === undefined) throw notFound();
  return teams
    .list(call)
    .filter((team) => textsOf(team, "MemberUserIds").includes(userId))
    .map((team) => showMembership(team, userId));
}
