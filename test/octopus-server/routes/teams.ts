import type { Resource } from "../model/collection.ts";
import { textOf, textsOf, type Fields } from "../model/fields.ts";
import { describePermission, restrictionsOf, spacePermissions, systemPermissions } from "../model/permission-names.ts";
import { scopedRoleDefaults } from "../model/seeding.ts";
import { createCrud, type Crud } from "./crud.ts";
import { badRequest, notFound, type Call, type Route } from "./route.ts";

const teams = createCrud({
  kind: "teams",
  path: "/api/teams",
  itemType: "Team",
  noun: "team",
  fields: { Name: "", Description: "", SpaceId: null, MemberUserIds: [], ExternalSecurityGroups: [] },
  naming: { uniqueWithin: ["SpaceId"] },
  references: { MemberUserIds: "users", SpaceId: "spaces" },
  listed: isAskedFor,
  defaults: (fields, call, stored) => ({
    SpaceId: textOf(stored ?? fields, "SpaceId") || spaceOfPath(call),
    CanBeDeleted: stored?.["CanBeDeleted"] ?? true,
    CanBeRenamed: stored?.["CanBeRenamed"] ?? true,
    CanChangeRoles: stored?.["CanChangeRoles"] ?? true,
    CanChangeMembers: stored?.["CanChangeMembers"] ?? true,
  }),
  saved: copyManagers,
  // Source: go-octopusdeploy refuses to delete built-in teams by itself; the sentence is assumed.
  inUse: (team) => (team["CanBeDeleted"] === true ? undefined : "This team is built in and cannot be deleted."),
  removed: (team, { model }) => removeRoles(team, model.collection("scopeduserroles")),
  links: (self) => ({ ScopedUserRoles: `/api/teams/${self.split("/").at(-1)}/scopeduserroles{?skip,take,spaces,includeSystem}` }),
  permissions: { view: "TeamView", create: "TeamCreate", edit: "TeamEdit", delete: "TeamDelete" },
});

const userRoles = createCrud({
  kind: "userroles",
  path: "/api/userroles",
  itemType: "UserRole",
  noun: "user role",
  fields: { Name: "", Description: "", GrantedSpacePermissions: [], GrantedSystemPermissions: [] },
  naming: { slugs: false },
  defaults: (_fields, _call, stored) => ({ CanBeDeleted: stored?.["CanBeDeleted"] ?? true }),
  validate: checkRole,
  view: describeRole,
  inUse: whyRoleStays,
  permissions: { view: "UserRoleView", create: "UserRoleEdit", edit: "UserRoleEdit", delete: "UserRoleEdit" },
});

const scopedUserRoles = createCrud({
  kind: "scopeduserroles",
  path: "/api/scopeduserroles",
  itemType: "ScopedUserRole",
  noun: "scoped user role",
  fields: { TeamId: "", UserRoleId: "", SpaceId: null, ...scopedRoleDefaults },
  naming: { slugs: false, unique: false },
  references: { TeamId: "teams", UserRoleId: "userroles", SpaceId: "spaces" },
  validate: checkScopedRole,
  listed: isAskedFor,
  sortBy: "oldest",
  permissions: { view: "TeamView", create: "TeamEdit", edit: "TeamEdit", delete: "TeamEdit" },
});

/** Teams, roles, and which team has which role where. Teams answer under a space's path too. */
export const teamsRoutes: Route[] = [
  ...teams.routes,
  ...underSpace(teams),
  ...userRoles.routes,
  ...scopedUserRoles.routes,
  { method: "GET", path: "/api/teams/{id}/scopeduserroles", handle: (call) => ({ body: rolesOfTeam(call) }) },
  { method: "GET", path: "/api/{space}/teams/{id}/scopeduserroles", handle: (call) => ({ body: rolesOfTeam(call) }) },
  { method: "GET", path: "/api/teammembership", handle: (call) => ({ body: membership(call) }) },
];

/** The same documents at `/api/{space}/…`: those of the space and, unless told otherwise, those of the system. */
function underSpace(crud: Crud): Route[] {
  return crud.routes.map((route) => ({ ...route, path: route.path.replace("/api/", "/api/{space}/") }));
}

function spaceOfPath(call: Call): string | null {
  return call.params["space"] === undefined ? null : call.space.Id;
}

/** `spaces` and `includeSystem` narrow down; without them everything is listed (assumed for paths without a space). */
function isAskedFor(resource: Resource, call: Call): boolean {
  const spaceId = textOf(resource, "SpaceId");
  const path = spaceOfPath(call);
  if (spaceId === "") return call.query.get("includeSystem")?.toLowerCase() !== "false";
  if (path !== null) return spaceId === path;
  const spaces = call.query.list("spaces") ?? [];
  return spaces.length === 0 || spaces.includes("all") || spaces.includes(spaceId);
}

/** A change to the members of a space's managers is a change of the space's managers. */
function copyManagers(team: Resource, { model }: Call): void {
  const space = model.collection("spaces").find(team.Id.replace("teams-spacemanagers-", ""));
  if (space === undefined || !team.Id.startsWith("teams-spacemanagers-")) return;
  model.collection("spaces").replace(space.Id, { ...space, SpaceManagersTeamMembers: textsOf(team, "MemberUserIds") });
}

function removeRoles(team: Resource, roles: { list(matches: (scoped: Resource) => boolean): Resource[]; remove(id: string): boolean }): void {
  for (const scoped of roles.list((candidate) => candidate["TeamId"] === team.Id)) roles.remove(scoped.Id);
}

function checkRole(fields: Fields, _call: Call, stored: Resource | undefined): void {
  // Source: docs, user roles: the built-in administrator role cannot be changed; assumed for the other built-in ones' deletion alone.
  if (stored?.Id === "userroles-systemadministrator") throw badRequest("The role System administrator cannot be changed.");
  const wrong = [
    ...textsOf(fields, "GrantedSpacePermissions").filter((name) => !spacePermissions.includes(name)),
    ...textsOf(fields, "GrantedSystemPermissions").filter((name) => !systemPermissions.includes(name)),
  ];
  if (wrong.length > 0) throw badRequest(`The permission '${wrong[0]}' does not exist at this level.`);
}

function describeRole(shown: Fields): Fields {
  const space = textsOf(shown, "GrantedSpacePermissions");
  const system = textsOf(shown, "GrantedSystemPermissions");
  return {
    ...shown,
    SpacePermissionDescriptions: space.map(describePermission),
    SystemPermissionDescriptions: system.map(describePermission),
    SupportedRestrictions: [...new Set(space.flatMap(restrictionsOf))],
  };
}

function whyRoleStays(role: Resource, { model }: Call): string | undefined {
  if (role["CanBeDeleted"] !== true) return "This role is built in and cannot be deleted.";
  const isUsed = model.collection("scopeduserroles").list((scoped) => scoped["UserRoleId"] === role.Id).length > 0;
  return isUsed ? "This role is used by at least one team. Remove it from the team first." : undefined;
}

/** Source: the sentence is asserted by the provider's tests of scoped user roles. */
function checkScopedRole(fields: Fields, { model }: Call): void {
  if (textOf(fields, "TeamId") === "" || textOf(fields, "UserRoleId") === "") throw badRequest("Please provide a team and a user role.");
  const role = model.collection("userroles").find(textOf(fields, "UserRoleId"));
  const granted = textsOf(role ?? {}, "GrantedSpacePermissions");
  if (textOf(fields, "SpaceId") === "" && granted.length > 0) {
    throw badRequest(`You cannot use a role with Space level permissions at the System level. Space level permissions: ${granted.join(", ")}`);
  }
}

function rolesOfTeam(call: Call): Fields {
  const team = teams.find(call.params["id"] ?? "", call);
  const roles = scopedUserRoles.list(call).filter((scoped) => scoped["TeamId"] === team.Id);
  return scopedUserRoles.page(roles, call, `/api/teams/${team.Id}/scopeduserroles`);
}

function membership(call: Call): Fields[] {
  const userId = call.query.get("userId") ?? call.user.Id;
  if (call.model.collection("users").find(userId) === undefined) throw notFound();
  return teams.list(call).filter((team) => textsOf(team, "MemberUserIds").includes(userId)).map((team) => ({ TeamId: team.Id, TeamName: team["Name"], SpaceId: team["SpaceId"] }));
}
