const fourVerbs = "View Create Edit Delete";

/** Permissions that are granted in a space, by what they are about (names: docs, permissions; that the newer ones are a space's is assumed). */
const spacePermissionVerbs: Readonly<Record<string, string>> = {
  Account: fourVerbs,
  ActionTemplate: fourVerbs,
  AiAgentTranscript: "View",
  ApprovalRule: "Administer",
  Artifact: fourVerbs,
  BuildInformation: "Push Administer",
  BuiltInFeed: "Push Administer Download",
  Certificate: `${fourVerbs} ExportPrivateKey`,
  Defect: "Report Resolve",
  DeployedResource: "Administer",
  Deployment: "View Create Delete",
  Environment: fourVerbs,
  Event: "View",
  Feed: "View Edit",
  GitCredential: "View Edit",
  InsightsReport: fourVerbs,
  Interruption: "View Submit ViewSubmitResponsible",
  LibraryVariableSet: fourVerbs,
  Lifecycle: fourVerbs,
  Machine: fourVerbs,
  MachinePolicy: fourVerbs,
  Process: "View Edit",
  Project: fourVerbs,
  ProjectGroup: fourVerbs,
  Proxy: fourVerbs,
  Release: fourVerbs,
  Runbook: "View Edit",
  RunbookRun: "View Create Delete",
  RunbookSnapshot: "Create",
  SshKnownHosts: "View Administer",
  Subscription: fourVerbs,
  TagSet: "Create Edit Delete",
  TargetTag: "View Administer",
  Task: "View Create Cancel Edit Prioritize",
  Team: fourVerbs,
  Tenant: fourVerbs,
  Trigger: fourVerbs,
  Variable: "View ViewUnscoped Edit EditUnscoped",
  Worker: "View Edit",
};

export const spacePermissions: readonly string[] = Object.entries(spacePermissionVerbs).flatMap(([about, verbs]) =>
  verbs.split(" ").map((verb) => about + verb),
);

export const systemPermissions: readonly string[] = [
  "AdministerSystem",
  "ConfigureServer",
  "DeploymentFreezeAdminister",
  "FeatureToggleEdit",
  "PlatformHubView",
  "PlatformHubEdit",
  "RetentionAdminister",
  "TelemetryView",
  "SpaceView",
  "SpaceCreate",
  "SpaceEdit",
  "SpaceDelete",
  "UserView",
  "UserEdit",
  "UserInvite",
  "UserRoleView",
  "UserRoleEdit",
  "TeamView",
  "TeamCreate",
  "TeamEdit",
  "TeamDelete",
  "EventView",
  "EventRetentionView",
  "EventRetentionDelete",
  "TaskView",
  "TaskCreate",
  "TaskCancel",
  "TaskEdit",
];

/** By what roles with this permission can be narrowed down (assumed from the docs' page on user roles). */
export function restrictionsOf(permission: string): string[] {
  if (/^(Machine(View|Create|Edit|Delete)|Environment(View|Edit)|Certificate|Account)/.test(permission))
    return ["Environments", "Tenants"];
  if (/^(Project(View|Edit|Create|Delete)|Process|Release|Defect|Trigger)/.test(permission))
    return ["Projects", "ProjectGroups"];
  if (/^(Deployment|Runbook|Variable|Interruption|Artifact|Task|Event)/.test(permission))
    return ["Projects", "ProjectGroups", "Environments", "Tenants"];
  if (permission.startsWith("Tenant")) return ["Tenants"];
  return permission.startsWith("ProjectGroup") ? ["ProjectGroups"] : [];
}

/** `LibraryVariableSetEdit` reads "Library variable set edit": enough to show. */
export function describePermission(permission: string): string {
  const words = permission.replaceAll(/(?<=[a-z])(?=[A-Z])/g, " ").toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
