import { randomBytes } from "node:crypto";
import type { Resource } from "../model/collection.ts";
import { textOf, type Fields } from "../model/fields.ts";
import { describePermission, restrictionsOf, spacePermissions, systemPermissions } from "../model/permission-names.ts";
import { grantsOf, isAdministrator, teamsOf } from "../model/permissions.ts";
import { recordDeed } from "./audit.ts";
import { bindFields } from "./binding.ts";
import { createCrud } from "./crud.ts";
import { pageOf } from "./paging.ts";
import { badRequest, forbidden, notFound, type Answer, type Call, type Route } from "./route.ts";

export const users = createCrud({
  kind: "users",
  path: "/api/users",
  itemType: "User",
  noun: "user",
  fields: {
    Username: "",
    DisplayName: "",
    EmailAddress: "",
    Password: null,
    IsActive: true,
    IsRequestor: false,
    IsService: false,
    ServiceAccountType: null,
    Identities: [],
  },
  // Docs, users: a PUT cannot send the last two.
  kept: ["Created", "IsService", "ServiceAccountType"],
  // Docs, users.
  naming: { field: "Username", slugs: false, maxLength: 64 },
  validate: checkLengths,
  sensitiveFields: ["Password"],
  defaults: (fields, call, stored) => ({
    DisplayName: textOf(fields, "DisplayName") || textOf(fields, "Username"),
    // Source: the provider creates users active and makes them inactive by a second request.
    ...(stored === undefined ? { IsActive: true } : {}),
    CanPasswordBeEdited: fields["IsService"] !== true,
    ServiceAccountType: fields["IsService"] === true ? textOf(fields, "ServiceAccountType") || "Standard" : null,
    Created: call.model.now().toISOString(),
  }),
  filters: { filter: matchesFilter },
  links: (self) => ({
    ApiKeys: `${self}/apikeys{/id}{?skip,take}`,
    Permissions: `${self}/permissions`,
    PermissionsConfiguration: `${self}/permissions/configuration`,
    Spaces: `${self}/spaces`,
    Teams: `${self}/teams`,
    Avatar: "https://www.gravatar.com/avatar/?d=blank",
  }),
  view: (shown) => ({ ...shown, Password: null }),
  // Assumed: nobody removes the account that is in use.
  inUse: (user, call) => (user.Id === call.user.Id ? "You cannot delete your own account." : undefined),
  removed: (user, { model }) => {
    for (const key of model.collection("apikeys").list((candidate) => candidate["UserId"] === user.Id))
      model.collection("apikeys").remove(key.Id);
  },
  permissions: { view: "UserView", create: "UserEdit", edit: "UserEdit", delete: "UserEdit" },
});

/** Users, their keys, and what they may do. */
export const usersRoutes: Route[] = [
  { method: "GET", path: "/api/users/me", handle: (call) => ({ body: users.show(call.user, call) }) },
  ...users.routes.map(showSelf),
  {
    method: "GET",
    path: "/api/users/{id}/apikeys",
    handle: (call) => ({
      body: pageOf(keysOf(call), call, {
        itemType: "ApiKey",
        path: `/api/users/${ownerOf(call).Id}/apikeys`,
        show: showKey,
      }),
    }),
  },
  { method: "POST", path: "/api/users/{id}/apikeys", handle: createKey },
  { method: "GET", path: "/api/users/{id}/apikeys/{key}", handle: (call) => ({ body: showKey(keyOf(call)) }) },
  { method: "DELETE", path: "/api/users/{id}/apikeys/{key}", handle: removeKey },
  {
    method: "GET",
    path: "/api/users/{id}/teams",
    handle: (call) => ({
      body: teamsOf(call.model, ownerOf(call)).map((team) => showMembership(team, ownerOf(call).Id)),
    }),
  },
  { method: "GET", path: "/api/users/{id}/permissions", handle: (call) => ({ body: permissionSet(call) }) },
  {
    method: "GET",
    path: "/api/users/{id}/permissions/configuration",
    handle: (call) => ({ body: permissionSet(call) }),
  },
  { method: "GET", path: "/api/permissions/all", handle: () => ({ body: permissionDescriptions() }) },
  {
    method: "GET",
    path: "/api/users/authentication",
    anonymous: true,
    handle: () => ({ body: { AuthenticationProviders: [], CanCurrentUserEditIdentitiesForUser: false, Links: {} } }),
  },
  {
    method: "GET",
    path: "/api/users/authentication/{id}",
    handle: () => ({ body: { AuthenticationProviders: [], CanCurrentUserEditIdentitiesForUser: false, Links: {} } }),
  },
  { method: "GET", path: "/api/users/external-search", handle: () => ({ body: { Results: [], Links: {} } }) },
  { method: "GET", path: "/api/users/identity-metadata", handle: () => ({ body: { Providers: [], Links: {} } }) },
];

/** Docs, users; the sentence is assumed. */
function checkLengths(fields: Fields): void {
  const limits = { DisplayName: 64, EmailAddress: 256 };
  for (const [field, limit] of Object.entries(limits))
    if (textOf(fields, field).length > limit) throw badRequest(`The ${field} must be ${limit} characters or fewer.`);
}

/** External groups bring nobody into a team here. */
export function showMembership(team: Resource, userId: string): Fields {
  return {
    TeamId: team.Id,
    TeamName: team["Name"],
    SpaceId: team["SpaceId"],
    UserId: userId,
    IsDirectlyAssigned: true,
    ExternalSecurityGroups: [],
  };
}

/** Everybody may look at the own account (assumed). */
function showSelf(route: Route): Route {
  if (route.method !== "GET" || !route.path.endsWith("/{id}")) return route;
  const { permission: _permission, ...open } = route;
  return {
    ...open,
    handle: (call) => (call.params["id"] === call.user.Id ? { body: users.show(call.user, call) } : route.handle(call)),
  };
}

function matchesFilter(user: Resource, value: string): boolean {
  const wanted = value.toLowerCase();
  return ["Username", "DisplayName", "EmailAddress"].some((field) =>
    textOf(user, field).toLowerCase().includes(wanted),
  );
}

/** The user of the path, for oneself or for who may edit users. */
function ownerOf({ model, user, params }: Call): Resource {
  const id = params["id"] === "me" ? user.Id : (params["id"] ?? "");
  const owner = model.collection("users").find(id);
  if (owner === undefined) throw notFound();
  const mayLook =
    owner.Id === user.Id ||
    isAdministrator(model, user) ||
    grantsOf(model, user).some(({ role }) => JSON.stringify(role["GrantedSystemPermissions"]).includes("UserEdit"));
  // Assumed: which permission is named.
  if (!mayLook) throw forbidden("UserEdit");
  return owner;
}

function keysOf(call: Call): Resource[] {
  const owner = ownerOf(call);
  return call.model.collection("apikeys").list((key) => key["UserId"] === owner.Id);
}

function keyOf(call: Call): Resource {
  const found = keysOf(call).find((key) => key.Id === call.params["key"]);
  if (found === undefined) throw notFound();
  return found;
}

function showKey(key: Fields): Fields {
  const { Secret, ...shown } = key;
  const hint = typeof Secret === "string" ? `${Secret.slice(0, 7)}…` : "";
  return {
    ...shown,
    ApiKey: { HasValue: true, NewValue: null, Hint: hint },
    Links: { Self: `/api/users/${textOf(key, "UserId")}/apikeys/${textOf(key, "Id")}` },
  };
}

/** The only answer that ever shows a key. Go's client wants upper-case letters and digits after `API-`. */
function createKey(call: Call): Answer {
  const owner = ownerOf(call);
  const { Purpose, Expires } = bindFields(call.body, { Purpose: "", Expires: null });
  // Source: docs, API keys: a key has a purpose; that the API insists on one is assumed.
  if (Purpose === "") throw badRequest("Please provide a purpose for the API key.");
  if (Expires !== null && (typeof Expires !== "string" || Number.isNaN(Date.parse(Expires))))
    throw badRequest("The expiry date is not valid.");
  // Source: docs, API keys: the expiry lies ahead; the sentence is assumed.
  if (typeof Expires === "string" && Date.parse(Expires) <= call.model.now().getTime())
    throw badRequest("The expiry date must be in the future.");
  const secret = `API-${randomBytes(16).toString("hex").toUpperCase()}`;
  const key = call.model
    .collection("apikeys")
    .add({ UserId: owner.Id, Purpose, Expires, Created: call.model.now().toISOString(), Secret: secret });
  recordDeed(call, key, { category: "Created", message: `API key ${textOf(key, "Purpose")} was created` });
  return { status: 201, body: { ...showKey(key), ApiKey: secret } };
}

function removeKey(call: Call): Answer {
  const key = keyOf(call);
  call.model.collection("apikeys").remove(key.Id);
  recordDeed(call, key, { category: "Deleted", message: `API key ${textOf(key, "Purpose")} was deleted` });
  return { body: {} };
}

/** By permission, where it holds: one entry a scoped role; no ids in a dimension stands for all. */
function permissionSet(call: Call): Fields {
  const { model, query } = call;
  const owner = ownerOf(call);
  const wantedSpaces = query.list("spaces");
  const inSpaces: Record<string, Fields[]> = {};
  const inSystem = new Set<string>();
  for (const { scoped, role } of grantsOf(model, owner)) {
    const spaceId = textOf(scoped, "SpaceId");
    if (spaceId === "") {
      for (const permission of Array.isArray(role["GrantedSystemPermissions"]) ? role["GrantedSystemPermissions"] : [])
        inSystem.add(String(permission));
      continue;
    }
    if (
      wantedSpaces !== undefined &&
      wantedSpaces.length > 0 &&
      !wantedSpaces.includes(spaceId) &&
      !wantedSpaces.includes("all")
    )
      continue;
    for (const permission of Array.isArray(role["GrantedSpacePermissions"]) ? role["GrantedSpacePermissions"] : [])
      (inSpaces[String(permission)] ??= []).push(restriction(scoped));
  }
  if (isAdministrator(model, owner))
    for (const permission of spacePermissions) (inSpaces[permission] ??= []).push(restriction({ SpaceId: null }));
  return {
    Id: owner.Id,
    IsPermissionsComplete: true,
    IsTeamsComplete: true,
    SpacePermissions: inSpaces,
    SystemPermissions: [...inSystem],
    Teams: teamsOf(model, owner).map((team) => ({
      Id: team.Id,
      Name: team["Name"],
      SpaceId: team["SpaceId"],
      ExternalSecurityGroups: [],
      IsDirectlyAssigned: true,
    })),
    Links: { Self: `/api/users/${owner.Id}/permissions` },
  };
}

function restriction(scoped: Fields): Fields {
  const { SpaceId = null, ProjectIds = [], ProjectGroupIds = [], EnvironmentIds = [], TenantIds = [] } = scoped;
  return {
    SpaceId,
    RestrictedToProjectIds: ProjectIds,
    RestrictedToProjectGroupIds: ProjectGroupIds,
    RestrictedToEnvironmentIds: EnvironmentIds,
    RestrictedToTenantIds: TenantIds,
  };
}

function permissionDescriptions(): Fields {
  const names = [...new Set([...spacePermissions, ...systemPermissions])];
  return Object.fromEntries(
    names.map((name) => [
      name,
      {
        CanApplyAtSpaceLevel: spacePermissions.includes(name),
        CanApplyAtSystemLevel: systemPermissions.includes(name),
        Description: describePermission(name),
        SupportedRestrictions: restrictionsOf(name),
      },
    ]),
  );
}
