import { builtInRoles } from "./built-in-roles.ts";
import type { Resource } from "./collection.ts";
import { textsOf, type Fields } from "./fields.ts";
import { machinePolicyDefaults } from "./machine-policy.ts";
import type { OctopusModel } from "./model.ts";
import { administratorsTeamId, everyoneTeamId } from "./permissions.ts";

/** Numbers for the signed-in are those of docs, rate limiting; the others are assumed. Disabled, as after an upgrade from before 2026.3. */
const rateLimitingPolicies = [
  { Name: "Unauthenticated", ScopeType: "Unauthenticated", RequestsPerMinute: 100, BurstLimit: 100 },
  { Name: "Authenticated", ScopeType: "AuthenticatedHuman", RequestsPerMinute: 200, BurstLimit: 200 },
  { Name: "Authenticated AI agent", ScopeType: "AuthenticatedAgent", RequestsPerMinute: 200, BurstLimit: 200 },
].map((policy) => ({ ...policy, IsBuiltIn: true, IsEnabled: false, AuditMode: false }));

/** What a server has before anybody touches it: the roles, the administrator and the space Default. @returns the administrator */
export function seedServer(model: OctopusModel, { apiKey }: { apiKey: string }): Resource {
  for (const role of builtInRoles) model.collection("userroles").add({ ...role, CanBeDeleted: false });
  const administrator = model.collection("users").add({
    Username: "admin",
    Created: model.now().toISOString(),
    ServiceAccountType: null,
    DisplayName: "Administrator",
    EmailAddress: "admin@example.com",
    IsActive: true,
    IsService: false,
    IsRequestor: true,
    Identities: [],
    CanPasswordBeEdited: true,
  });
  addKey(model, administrator, apiKey);
  addSystemTeam(model, {
    id: administratorsTeamId,
    name: "Octopus Administrators",
    roleId: "userroles-systemadministrator",
    members: [administrator.Id],
  });
  addSystemTeam(model, {
    id: "teams-managers",
    name: "Octopus Managers",
    roleId: "userroles-systemmanager",
    members: [],
  });
  addSystemTeam(model, { id: everyoneTeamId, name: "Everyone", roleId: undefined, members: [] });
  const space = model.collection("spaces").add({
    Name: "Default",
    Slug: "default",
    Description: "",
    IsDefault: true,
    IsPrivate: false,
    TaskQueueStopped: false,
    SpaceManagersTeams: [administratorsTeamId],
    SpaceManagersTeamMembers: [],
    ExtensionSettings: [],
    Icon: null,
  });
  addManagers(model, space);
  seedSpace(model, space);
  for (const policy of rateLimitingPolicies) model.collection("ratelimitingpolicies").add({ ...policy });
  return administrator;
}

/** The team that manages a space, and the role of space managers for it and for the other teams that manage. */
export function addManagers(model: OctopusModel, space: Resource): void {
  const teamId = managersTeamIdOf(space);
  const members = textsOf(space, "SpaceManagersTeamMembers");
  const teams = model.collection("teams");
  const team = {
    ...teamDefaults,
    Name: "Space Managers",
    Slug: "space-managers",
    SpaceId: space.Id,
    MemberUserIds: members,
  };
  if (teams.find(teamId) === undefined) teams.add({ ...team, Id: teamId });
  else teams.replace(teamId, { ...teams.find(teamId), MemberUserIds: members });
  const managing = [teamId, ...textsOf(space, "SpaceManagersTeams").filter((id) => id !== teamId)];
  model.collection("spaces").replace(space.Id, { ...space, SpaceManagersTeams: managing });
  const roles = model.collection("scopeduserroles");
  const isManagerRole = (scoped: Resource): boolean =>
    scoped["SpaceId"] === space.Id && scoped["UserRoleId"] === "userroles-spacemanager";
  for (const scoped of roles.list(isManagerRole))
    if (!managing.includes(String(scoped["TeamId"]))) roles.remove(scoped.Id);
  for (const id of managing) {
    if (roles.list((scoped) => isManagerRole(scoped) && scoped["TeamId"] === id).length > 0) continue;
    roles.add({ ...scopedRoleDefaults, TeamId: id, UserRoleId: "userroles-spacemanager", SpaceId: space.Id });
  }
}

export function managersTeamIdOf(space: Resource): string {
  return `teams-spacemanagers-${space.Id}`;
}

/** What a server puts into each space (reference: what the clients' tests find in a new space). */
export function seedSpace(model: OctopusModel, space: Resource): void {
  const SpaceId = space.Id;
  model.collection("lifecycles").add({
    SpaceId,
    Name: "Default Lifecycle",
    Slug: "default-lifecycle",
    Description: "",
    Phases: [],
    ReleaseRetentionPolicy: { Strategy: "Default", QuantityToKeep: 0, ShouldKeepForever: true, Unit: "Items" },
    TentacleRetentionPolicy: { Strategy: "Default", QuantityToKeep: 0, ShouldKeepForever: true, Unit: "Items" },
  });
  model.collection("projectgroups").add({
    SpaceId,
    Name: "Default Project Group",
    Slug: "default-project-group",
    Description: "",
    EnvironmentIds: [],
    RetentionPolicyId: null,
  });
  model.collection("workerpools").add({
    SpaceId,
    Name: "Default Worker Pool",
    Slug: "default-worker-pool",
    Description: "",
    IsDefault: true,
    SortOrder: 0,
    CanAddWorkers: true,
    WorkerPoolType: "StaticWorkerPool",
  });
  model.collection("machinepolicies").add({
    SpaceId,
    ...machinePolicyDefaults,
    Name: "Default Machine Policy",
    Description: "Default machine policy.",
    IsDefault: true,
  });
  seedFeeds(model, space);
  seedRetention(model, space);
}

/** True once {@link seedSpace} ran for the space. */
export function isSeeded(model: OctopusModel, space: Resource): boolean {
  return model.collection("lifecycles").listInSpace(space.Id).length > 0;
}

export const teamDefaults: Fields = {
  Description: "",
  ExternalSecurityGroups: [],
  MemberUserIds: [],
  CanBeDeleted: false,
  CanBeRenamed: false,
  CanChangeMembers: true,
  CanChangeRoles: false,
};

export const scopedRoleDefaults: Fields = { EnvironmentIds: [], ProjectIds: [], ProjectGroupIds: [], TenantIds: [] };

function addKey(model: OctopusModel, user: Resource, secret: string): void {
  model.collection("apikeys").add({
    UserId: user.Id,
    Purpose: "The key that the server started with",
    Secret: secret,
    Created: model.now().toISOString(),
    Expires: null,
  });
}

function addSystemTeam(
  model: OctopusModel,
  team: { id: string; name: string; roleId: string | undefined; members: string[] },
): void {
  model.collection("teams").add({
    ...teamDefaults,
    Id: team.id,
    Name: team.name,
    Slug: team.id.replace("teams-", ""),
    SpaceId: null,
    MemberUserIds: team.members,
    CanChangeMembers: team.id !== everyoneTeamId,
  });
  if (team.roleId === undefined) return;
  model
    .collection("scopeduserroles")
    .add({ ...scopedRoleDefaults, TeamId: team.id, UserRoleId: team.roleId, SpaceId: null });
}

/** The ids of the default space's feeds are well known; in other spaces they count (no source settles it). */
function seedFeeds(model: OctopusModel, space: Resource): void {
  const isFirst = model.collection("feeds").size === 0;
  const common = {
    SpaceId: space.Id,
    PackageAcquisitionLocationOptions: ["Server", "ExecutionTarget"],
    DownloadAttempts: 5,
    DownloadRetryBackoffSeconds: 10,
  };
  model.collection("feeds").add({
    ...(isFirst ? { Id: "feeds-builtin" } : {}),
    ...common,
    Name: "Octopus Server (built-in)",
    Slug: "octopus-server-built-in",
    FeedType: "BuiltIn",
    DeleteUnreleasedPackagesAfterDays: null,
    DeletePackagesAssociatedWithReleases: false,
    IsBuiltInRepoSyncEnabled: false,
  });
  model.collection("feeds").add({
    ...(isFirst ? { Id: "feeds-builtin-releases" } : {}),
    ...common,
    Name: "Octopus Server Releases (built-in)",
    Slug: "octopus-server-releases-built-in",
    FeedType: "OctopusProject",
  });
}

function seedRetention(model: OctopusModel, space: Resource): void {
  const policies = [
    {
      RetentionType: "LifecycleRelease",
      Name: "Release retention",
      Strategy: "Forever",
      QuantityToKeep: 0,
      Unit: "Items",
    },
    {
      RetentionType: "LifecycleTentacle",
      Name: "Tentacle retention",
      Strategy: "Forever",
      QuantityToKeep: 0,
      Unit: "Items",
    },
    {
      RetentionType: "RunbookRetention",
      Name: "Runbook retention",
      Strategy: "Count",
      QuantityToKeep: 100,
      Unit: "Items",
    },
  ];
  for (const policy of policies) model.collection("retentionpolicies").add({ SpaceId: space.Id, ...policy });
}
