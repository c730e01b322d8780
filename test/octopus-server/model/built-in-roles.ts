import { spacePermissions, systemPermissions } from "./permission-names.ts";

export interface BuiltInRole {
  Id: string;
  Name: string;
  Description: string;
  GrantedSpacePermissions: readonly string[];
  GrantedSystemPermissions: readonly string[];
}

const views = spacePermissions.filter(
  (permission) =>
    permission.endsWith("View") &&
    !/^(Account|AiAgent|Certificate|Event|Feed|GitCredential|Insights|SshKnownHosts|Subscription|TargetTag|Team|Worker)/.test(
      permission,
    ),
);
const projectContributor = [
  ...views,
  ...matching(/^(Process|Runbook|Variable|Trigger)(View|Edit|Create|Delete|ViewUnscoped|EditUnscoped)$/),
  "ProjectEdit",
  "LibraryVariableSetView",
  "FeedView",
];

/** The roles that every server has. Names from the docs; which permissions each grants is assumed where the docs give none. */
export const builtInRoles: readonly BuiltInRole[] = [
  role("userroles-systemadministrator", "System administrator", { space: [], system: systemPermissions }),
  role("userroles-systemmanager", "System manager", {
    space: [],
    system: systemPermissions.filter((permission) => permission !== "AdministerSystem"),
  }),
  role("userroles-spacemanager", "Space manager", { space: spacePermissions }),
  role("userroles-projectviewer", "Project viewer", { space: views }),
  role("userroles-projectcontributor", "Project contributor", { space: projectContributor }),
  role("userroles-projectinitiator", "Project initiator", {
    space: [...projectContributor, "ProjectCreate", "ProjectDelete", "ProjectGroupCreate"],
  }),
  role("userroles-projectdeployer", "Project deployer", {
    space: [...projectContributor, ...matching(/^(Deployment|RunbookRun|Interruption|Artifact|Task)/)],
  }),
  role("userroles-projectlead", "Project lead", {
    space: [...projectContributor, ...matching(/^(Release|Defect|Artifact|Interruption)/)],
  }),
  role("userroles-deploymentcreator", "Deployment creator", {
    space: [
      "DeploymentCreate",
      "DeploymentView",
      "ReleaseView",
      "EnvironmentView",
      "ProjectView",
      "TaskView",
      "TaskCancel",
    ],
  }),
  role("userroles-releasecreator", "Release creator", {
    space: ["ReleaseCreate", "ReleaseView", "ProjectView", "ProcessView", "FeedView"],
  }),
  role("userroles-runbookproducer", "Runbook producer", {
    space: [...views, ...matching(/^Runbook/), ...matching(/^Variable/), "FeedView"],
  }),
  role("userroles-runbookconsumer", "Runbook consumer", {
    space: [
      "RunbookView",
      "RunbookRunCreate",
      "RunbookRunView",
      "ProjectView",
      "EnvironmentView",
      "TenantView",
      "TaskView",
      "TaskCreate",
      "TaskCancel",
      "ArtifactView",
      "InterruptionView",
    ],
  }),
  role("userroles-environmentmanager", "Environment manager", {
    space: [
      ...matching(/^(Environment|Machine|MachinePolicy|Account|Certificate|Proxy|Worker|Lifecycle|Task)/),
      "EventView",
    ],
  }),
  role("userroles-environmentviewer", "Environment viewer", {
    space: ["EnvironmentView", "MachineView", "MachinePolicyView", "AccountView", "CertificateView", "LifecycleView"],
  }),
  role("userroles-tenantmanager", "Tenant manager", {
    space: [
      ...matching(/^(Tenant|TagSet)/),
      "EnvironmentView",
      "ProjectView",
      "LibraryVariableSetView",
      "VariableView",
    ],
  }),
  role("userroles-variableeditor", "Variable editor", {
    space: [...matching(/^(Variable|LibraryVariableSet)/), "ProjectView", "EnvironmentView"],
  }),
  role("userroles-buildserver", "Build server", {
    space: [
      "BuildInformationPush",
      "BuiltInFeedPush",
      "BuiltInFeedDownload",
      "DeploymentCreate",
      "DeploymentView",
      "EnvironmentView",
      "FeedView",
      "LifecycleView",
      "ProcessView",
      "ProjectView",
      "ReleaseCreate",
      "ReleaseEdit",
      "ReleaseView",
      "RunbookRunCreate",
      "RunbookRunView",
      "RunbookSnapshotCreate",
      "RunbookView",
      "TaskCreate",
      "TaskView",
      "TenantView",
    ],
  }),
  role("userroles-packagepublisher", "Package publisher", {
    space: ["BuiltInFeedPush", "BuiltInFeedDownload", "FeedView", "BuildInformationPush"],
  }),
  role("userroles-certificatemanager", "Certificate manager", {
    space: [...matching(/^Certificate/), "EnvironmentView", "TenantView"],
  }),
];

function role(
  id: string,
  name: string,
  { space, system = [] }: { space: readonly string[]; system?: readonly string[] },
): BuiltInRole {
  return {
    Id: id,
    Name: name,
    Description: `The built-in role ${name}.`,
    GrantedSpacePermissions: [...new Set(space)],
    GrantedSystemPermissions: [...system],
  };
}

function matching(pattern: RegExp): string[] {
  return spacePermissions.filter((permission) => pattern.test(permission));
}
