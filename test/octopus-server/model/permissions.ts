import type { Resource } from "./collection.ts";
import { textOf, textsOf, type Fields } from "./fields.ts";
import type { Grant, KnownGrants } from "./grant.ts";
import type { OctopusModel } from "./model.ts";

/** What a permission is asked for: a space, or null for the system; ids narrow it to what roles can be restricted by. */
export interface PermissionScope {
  spaceId: string | null;
  projectId?: string;
  projectGroupId?: string;
  environmentIds?: readonly string[];
  tenantIds?: readonly string[];
}

export const administratorsTeamId = "teams-administrators";
export const everyoneTeamId = "teams-everyone";

/** True for members of Octopus Administrators: they skip every check. */
export function isAdministrator(model: OctopusModel, user: Resource): boolean {
  const administrators = model.collection("teams").find(administratorsTeamId);
  return administrators !== undefined && textsOf(administrators, "MemberUserIds").includes(user.Id);
}

/** True when one of the user's scoped roles grants the permission for this scope. */
export function isAllowed(
  model: OctopusModel,
  user: Resource,
  options: { permission: string; scope: PermissionScope },
): boolean {
  for (const listener of model.permissionAsked) listener({ userId: user.Id, permission: options.permission });
  if (isAdministrator(model, user)) return true;
  return grantsFor(model, user, options.permission).some(({ scoped }) => covers(scoped, options.scope));
}

/** True when one of the user's roles grants the permission anywhere: enough to ask for a list, which then leaves out the rest. */
export function isAllowedSomewhere(model: OctopusModel, user: Resource, permission: string): boolean {
  for (const listener of model.permissionAsked) listener({ userId: user.Id, permission });
  return isAdministrator(model, user) || grantsFor(model, user, permission).length > 0;
}

/** Spaces show themselves to whoever has a role in them, and to whoever may see all (docs: spaces; SpaceView). */
export function maySeeSpace(model: OctopusModel, user: Resource, space: Resource): boolean {
  if (isAllowed(model, user, { permission: "SpaceView", scope: { spaceId: null } })) return true;
  return knownGrants(model, user).spaceIds.has(space.Id);
}

/** What a user sees of very many documents: what does not hang on a document is looked up once. */
export interface Sight {
  /** Something of this space may be seen; "" stands for the system. */
  seesSpace: (spaceId: string) => boolean;
  /** For spaces in which roles are narrowed down to projects and so on; undefined when there are none. */
  sees: ((spaceId: string, scope: () => PermissionScope) => boolean) | undefined;
}

/** As {@link isAllowed} for very many documents. */
export function sightOf(model: OctopusModel, user: Resource, permission: string): Sight {
  if (isAdministrator(model, user)) return { seesSpace: () => true, sees: undefined };
  for (const listener of model.permissionAsked) listener({ userId: user.Id, permission });
  const own = grantsFor(model, user, permission);
  const spaceOf = ({ scoped }: Grant): string => textOf(scoped, "SpaceId");
  const open = new Set(own.filter(isUnrestricted).map(spaceOf));
  const narrow = own.filter((grant) => !open.has(spaceOf(grant)));
  const all = new Set(own.map(spaceOf));
  return {
    seesSpace: (spaceId) => all.has(spaceId),
    sees:
      narrow.length === 0
        ? undefined
        : (spaceId, scope) => open.has(spaceId) || narrow.some(({ scoped }) => covers(scoped, scope())),
  };
}

function isUnrestricted({ scoped }: Grant): boolean {
  const dimensions = ["ProjectIds", "ProjectGroupIds", "EnvironmentIds", "TenantIds"];
  return dimensions.every((dimension) => textsOf(scoped, dimension).length === 0);
}

/** The user's roles, one entry a scoped role of each of the user's teams. */
export function grantsOf(model: OctopusModel, user: Resource): readonly Grant[] {
  return knownGrants(model, user).grants;
}

function grantsFor(model: OctopusModel, user: Resource, permission: string): readonly Grant[] {
  const { grants: all, byPermission } = knownGrants(model, user);
  const found = byPermission.get(permission) ?? all.filter((grant) => grants(grant, permission));
  byPermission.set(permission, found);
  return found;
}

function knownGrants(model: OctopusModel, user: Resource): KnownGrants {
  const kinds = ["teams", "scopeduserroles", "userroles"] as const;
  const revision = kinds.map((kind) => model.collection(kind).revision).join(" ");
  const known = model.knownGrants.get(user);
  if (known?.revision === revision) return known;
  const found = findGrants(model, user);
  const spaceIds = new Set(found.map(({ scoped }) => textOf(scoped, "SpaceId")));
  const fresh = { revision, grants: found, spaceIds, byPermission: new Map<string, readonly Grant[]>() };
  model.knownGrants.set(user, fresh);
  return fresh;
}

function findGrants(model: OctopusModel, user: Resource): Grant[] {
  const teamIds = new Set(teamsOf(model, user).map((team) => team.Id));
  return model
    .collection("scopeduserroles")
    .list((scoped) => teamIds.has(textOf(scoped, "TeamId")))
    .flatMap((scoped) => {
      const role = model.collection("userroles").find(textOf(scoped, "UserRoleId"));
      return role === undefined ? [] : [{ scoped, role }];
    });
}

/** Everyone is a member of the team Everyone without being listed in it. */
export function teamsOf(model: OctopusModel, user: Resource): Resource[] {
  if (user.Id === "") return [];
  return model
    .collection("teams")
    .list((team) => team.Id === everyoneTeamId || textsOf(team, "MemberUserIds").includes(user.Id));
}

/** What restricts access to a document: itself, and what it belongs to. */
export function scopeOf(kind: string, document: Fields & { Id: string }, model: OctopusModel): PermissionScope {
  const projectId = kind === "projects" ? document.Id : textOf(document, "ProjectId");
  const project = kind === "projects" ? document : model.collection("projects").find(projectId);
  const projectGroupId = kind === "projectgroups" ? document.Id : textOf(project ?? {}, "ProjectGroupId");
  const environmentIds =
    kind === "environments"
      ? [document.Id]
      : [...textsOf(document, "EnvironmentIds"), textOf(document, "EnvironmentId")].filter((id) => id !== "");
  const tenantIds =
    kind === "tenants"
      ? [document.Id]
      : [...textsOf(document, "TenantIds"), textOf(document, "TenantId")].filter((id) => id !== "");
  return {
    spaceId: textOf(document, "SpaceId") || null,
    ...(projectId === "" ? {} : { projectId }),
    ...(projectGroupId === "" ? {} : { projectGroupId }),
    ...(environmentIds.length === 0 ? {} : { environmentIds }),
    ...(tenantIds.length === 0 ? {} : { tenantIds }),
  };
}

function grants({ role, scoped }: Grant, permission: string): boolean {
  const field = textOf(scoped, "SpaceId") === "" ? "GrantedSystemPermissions" : "GrantedSpacePermissions";
  return textsOf(role, field).includes(permission);
}

/** An unrestricted dimension covers all; what is asked without naming a dimension (a list) is allowed and then filtered. */
function covers(scoped: Resource, scope: PermissionScope): boolean {
  if ((textOf(scoped, "SpaceId") || null) !== scope.spaceId) return false;
  const projects = [...textsOf(scoped, "ProjectIds"), ...textsOf(scoped, "ProjectGroupIds")];
  const project = [scope.projectId, scope.projectGroupId].filter((id) => id !== undefined);
  return (
    within(projects, project) &&
    within(textsOf(scoped, "EnvironmentIds"), scope.environmentIds) &&
    within(textsOf(scoped, "TenantIds"), scope.tenantIds)
  );
}

function within(allowed: readonly string[], asked: readonly string[] | undefined): boolean {
  if (allowed.length === 0 || asked === undefined || asked.length === 0) return true;
  return asked.some((id) => allowed.includes(id));
}
