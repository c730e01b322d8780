import { textOf, textsOf, type Fields } from "../model/fields.ts";
import { scopedRoleDefaults } from "../model/seeding.ts";
import { createCrud } from "./crud.ts";
import { badRequest, type Call, type Route } from "./route.ts";
import { isOfAskedSpace } from "./system-scope.ts";

export const scopedUserRoles = createCrud({
  kind: "scopeduserroles",
  path: "/api/scopeduserroles",
  without: ["all"],
  itemType: "ScopedUserRole",
  noun: "scoped user role",
  fields: { TeamId: "", UserRoleId: "", SpaceId: null, ...scopedRoleDefaults },
  naming: { slugs: false, unique: false },
  references: { TeamId: "teams", UserRoleId: "userroles", SpaceId: "spaces" },
  validate: checkScopedRole,
  listed: isOfAskedSpace,
  sortBy: "oldest",
  permissions: { view: "TeamView", create: "TeamEdit", edit: "TeamEdit", delete: "TeamEdit" },
});

/** Which team has which role where. They answer under a space's path too. */
export const scopedUserRolesRoutes: Route[] = [
  ...scopedUserRoles.routes,
  ...scopedUserRoles.routes.map((route) => ({ ...route, path: route.path.replace("/api/", "/api/{space}/") })),
];

/** Source: the sentence is asserted by the provider's tests of scoped user roles. */
function checkScopedRole(fields: Fields, { model }: Call): void {
  if (textOf(fields, "TeamId") === "" || textOf(fields, "UserRoleId") === "")
    throw badRequest("Please provide a team and a user role.");
  const role = model.collection("userroles").find(textOf(fields, "UserRoleId"));
  const granted = textsOf(role ?? {}, "GrantedSpacePermissions");
  if (textOf(fields, "SpaceId") === "" && granted.length > 0) {
    throw badRequest(
      `You cannot use a role with Space level permissions at the System level. Space level permissions: ${granted.join(", ")}`,
    );
  }
}
