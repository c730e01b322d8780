import type { Resource } from "../model/collection.ts";
import { textsOf, type Fields } from "../model/fields.ts";
import { describePermission, restrictionsOf, spacePermissions, systemPermissions } from "../model/permission-names.ts";
import { createCrud } from "./crud.ts";
import { badRequest, type Call, type Route } from "./route.ts";

const userRoles = createCrud({
  kind: "userroles",
  path: "/api/userroles",
  itemType: "UserRole",
  noun: "user role",
  // Docs: a PUT may leave the name out.
  fields: (_sent, _call, stored) => ({
    Name: stored?.["Name"] ?? "",
    Description: "",
    GrantedSpacePermissions: [],
    GrantedSystemPermissions: [],
    SupportedRestrictions: [],
  }),
  naming: { slugs: false },
  defaults: (_fields, _call, stored) => ({ CanBeDeleted: stored?.["CanBeDeleted"] ?? true }),
  validate: checkRole,
  view: describeRole,
  inUse: whyRoleStays,
  permissions: { view: "UserRoleView", create: "UserRoleEdit", edit: "UserRoleEdit", delete: "UserRoleEdit" },
});

/** What a role allows; where a team has it is told by scoped user roles. */
export const userRolesRoutes: Route[] = userRoles.routes;

function checkRole(fields: Fields, _call: Call, stored: Resource | undefined): void {
  // Source: docs, user roles: the built-in administrator role cannot be changed; assumed for the other built-in ones' deletion alone.
  if (stored?.Id === "userroles-systemadministrator")
    throw badRequest("The role System administrator cannot be changed.");
  const wrong = [
    ...textsOf(fields, "GrantedSpacePermissions").filter((name) => !spacePermissions.includes(name)),
    ...textsOf(fields, "GrantedSystemPermissions").filter((name) => !systemPermissions.includes(name)),
  ];
  // Assumed: a permission that does not exist is refused.
  if (wrong.length > 0) throw badRequest(`The permission '${wrong[0]}' does not exist at this level.`);
}

/** What narrows a role down is told of built-in roles alone: the provider's test of a role of its own expects none. */
function describeRole(shown: Fields, role: Resource): Fields {
  const space = textsOf(shown, "GrantedSpacePermissions");
  const system = textsOf(shown, "GrantedSystemPermissions");
  return {
    ...shown,
    SpacePermissionDescriptions: space.map(describePermission),
    SystemPermissionDescriptions: system.map(describePermission),
    ...(role["CanBeDeleted"] === true ? {} : { SupportedRestrictions: [...new Set(space.flatMap(restrictionsOf))] }),
  };
}

function whyRoleStays(role: Resource, { model }: Call): string | undefined {
  if (role["CanBeDeleted"] !== true) return "This role is built in and cannot be deleted.";
  const isUsed = model.collection("scopeduserroles").list((scoped) => scoped["UserRoleId"] === role.Id).length > 0;
  return isUsed ? "This role is used by at least one team. Remove it from the team first." : undefined;
}
