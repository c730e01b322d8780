import { readGraph } from "../../lib/graph/read-graph.ts";
import { isReference, isSecretMark, isText, ownSpace } from "../../lib/model/graph.ts";
import { identityField } from "../../lib/model/identity.ts";
import { isJsonObject, type JsonValue } from "../../lib/model/json.ts";
import { findField } from "../../lib/resources/fields.ts";
import { getKind } from "../../lib/resources/index.ts";
import { contract } from "../published-contract.ts";
import type { Shape, Shapes } from "../octopus-server/contract/shape.ts";
import { startCarrying } from "./carry.ts";
import type { KindStory } from "./kind-story.ts";

/** Where a kind's fields are told. */
interface KnownDocument {
  /** Of the published reference: an area, and the type that its answers have. */
  area: string;
  type: string;
  /** What it does not list, since it is a union: paths, as clients of Octopus's own have them, and {@link word}s. */
  clients?: readonly string[];
}

/** That the field has one of the words that it can have: `FeedType: NuGet`. */
function word(field: string, value: string): string {
  return `${field}: ${value}`;
}

function words(field: string, values: readonly string[]): string[] {
  return [field, ...values.map((value) => word(field, value))];
}

/** go-octopusdeploy 2.115.0 and OctopusClients of August 2026, accounts. */
const ofAccounts = [
  ["AccessKey", "AccountTestSubjectKeys", "ActiveDirectoryEndpointBaseUri", "Audience", "AzureEnvironment"],
  ["CertificateBytes", "CertificateThumbprint", "ClientId", "CustomClaims", "DeploymentSubjectKeys"],
  ["HealthCheckSubjectKeys", "JsonKey", "Password", "PrivateKeyFile", "PrivateKeyPassphrase", "Region"],
  ["ResourceManagementEndpointBaseUri", "RoleArn", "SecretKey", "ServiceManagementEndpointBaseUri"],
  ["ServiceManagementEndpointSuffix", "SessionDuration", "SubscriptionNumber", "TenantId", "Token"],
  ["TokenLifetimeSeconds", "Username"],
].flat();

/** The same, feeds. */
const ofFeeds = [
  ["AccessKey", "ApiVersion", "DeletePackagesAssociatedWithReleases", "DeleteUnreleasedPackagesAfterDays"],
  ["DownloadAttempts", "DownloadRetryBackoffSeconds", "EnhancedMode", "FeedUri", "IsBuiltInRepoSyncEnabled"],
  ["LayoutRegex", "OidcAuthentication.Audience", "OidcAuthentication.ClientId", "OidcAuthentication.RoleArn"],
  ["OidcAuthentication.SessionDuration", "OidcAuthentication.SubjectKeys", "OidcAuthentication.TenantId"],
  ["OidcAuthentication.Type", "Password", "Project", "Region", "RegistryPath", "Repository", "SecretKey"],
  ["ServiceAccountJsonKey", "UseMachineCredentials", "UseServiceAccountKey", "Username"],
  words("OidcAuthentication.Type", ["AWS", "Azure", "Google"]),
].flat();

const ofTentacles = ["CommunicationMode", "ProxyId", "Thumbprint", "Uri"];

/** The same, endpoints of machines that can be workers. */
const ofMachines = [
  ["AccountId", "DefaultNamespace", "DotNetCorePlatform", "Fingerprint", "Host", "Port", "ProxyId", "Thumbprint"],
  ["UpgradeLocked", "Uri"],
  ofTentacles.map((field) => `TentacleEndpointConfiguration.${field}`),
  words("TentacleEndpointConfiguration.CommunicationMode", ["Listening", "Polling"]),
]
  .flat()
  .map((field) => `Endpoint.${field}`);

const ofClusters = [
  ["AccountId", "AdminLogin", "AssumeRole", "AssumeRoleExternalId", "AssumeRoleSessionDurationSeconds"],
  ["AssumedRoleArn", "AssumedRoleSession", "AuthenticationType", "ClientCertificate", "ClusterName"],
  ["ClusterResourceGroup", "ImpersonateServiceAccount", "Project", "Region", "ServiceAccountEmails", "TokenPath"],
  ["UseInstanceRole", "UseVmServiceAccount", "Zone"],
  words(
    "AuthenticationType",
    ["Aws", "Azure", "Certificate", "GoogleCloud", "PodService", "Standard"].map((way) => `Kubernetes${way}`),
  ),
].flat();

/** And of those that are targets alone. */
const ofTargets = [
  ["AadClientCredentialSecret", "AadCredentialType", "AadUserCredentialPassword", "AadUserCredentialUsername"],
  ["ApplicationsDirectory", "AssumeRole", "AssumeRoleExternalId", "AssumeRoleSessionDurationSeconds"],
  ["AssumedRoleArn", "AssumedRoleSession", "CertificateStoreLocation", "CertificateStoreName"],
  ["ClientCertVariable", "CloudServiceName", "ClusterCertificate", "ClusterCertificatePath", "ClusterName"],
  ["ClusterUrl", "ConnectionEndpoint", "Container.FeedId", "Container.Image", "ContainerOptions"],
  ["DefaultWorkerPoolId", "DeploymentTargetTypeId", "Destination.DestinationType", "Destination.DropFolderPath"],
  ["Inputs", "Namespace", "OctopusWorkingDirectory", "Region", "ResourceGroupName", "RunningInContainer"],
  ["SecurityMode", "SensitiveVariablesEncryptionPassword", "ServerCertThumbprint", "SkipTlsVerification", "Slot"],
  ["StepPackageVersion", "StorageAccountName", "SwapIfPossible", "UseCurrentInstanceCount", "UseInstanceRole"],
  ["WebAppName", "WebAppSlotName"],
  words("AadCredentialType", ["ClientCredential", "UserCredential"]),
  words("SecurityMode", ["SecureAzureAD", "SecureClientCertificate", "Unsecure"]),
  ofClusters.map((field) => `Authentication.${field}`),
]
  .flat()
  .map((field) => `Endpoint.${field}`);

/** The same, actions of a process, which are parts of a step. */
const ofProcesses = [
  ["ActionType", "Channels", "Container.FeedId", "Container.Image", "Environments", "ExcludedEnvironments"],
  [
    "IsDisabled",
    "IsRequired",
    "Name",
    "Notes",
    "Properties",
    "Slug",
    "TenantTags",
    "WorkerPoolId",
    "WorkerPoolVariable",
  ],
  ["AcquisitionLocation", "FeedId", "Name", "PackageId", "Properties"].map((field) => `Packages.${field}`),
  [
    ["DefaultBranch", "FilePathFilters", "GitCredentialId", "GitCredentialType", "GitHubConnectionId", "Name"],
    ["RepositoryUri"],
  ]
    .flat()
    .map((field) => `GitDependencies.${field}`),
]
  .flat()
  .map((field) => `Steps.Actions.${field}`);

/** The same, triggers. */
const ofTriggers = [
  ["ChannelId", "DestinationEnvironmentId", "EnvironmentId", "EnvironmentIds", "RunbookId", "SourceEnvironmentIds"],
  ["ShouldRedeployWhenMachineHasBeenDeployedTo", "ShouldRedeployWhenReleaseIsCurrent", "TenantIds", "TenantTags"],
]
  .flat()
  .map((field) => `Action.${field}`)
  .concat(
    [
      ["CronExpression", "DateOfMonth", "DayNumberOfMonth", "DayOfWeek", "DaysOfWeek", "EnvironmentIds"],
      ["EventCategories", "EventGroups", "HourInterval", "Interval", "MinuteInterval", "MonthlyScheduleType"],
      ["Packages.DeploymentActionSlug", "Packages.PackageReference", "Roles", "RunAfter", "RunUntil"],
      ["Sources.DeploymentActionSlug", "Sources.ExcludeFilePaths", "Sources.GitDependencyName"],
      ["Sources.IncludeFilePaths", "StartTime", "Timezone"],
      words("Interval", ["OnceDaily", "OnceEveryMinute", "OnceHourly"]),
      words("MonthlyScheduleType", ["DateOfMonth", "DayOfMonth"]),
    ]
      .flat()
      .map((field) => `Filter.${field}`),
  );

/** By kind. */
export const knownDocuments: Readonly<Record<string, KnownDocument>> = {
  account: { area: "accounts", type: "Account", clients: ofAccounts },
  // go-octopusdeploy 2.115.0, approvalpolicies; the reference has no page.
  approvalPolicy: {
    area: "approval-policies",
    type: "ApprovalPolicy",
    clients: [
      ["AllowSelfApproval", "ApprovingTeamIds", "ApprovingUserIds", "Description", "IdScopes.EnvironmentIds"],
      ["IdScopes.ProjectId", "IsDisabled", "MinimumApproversRequired", "Name", "ScopingStrategy"],
      ["TagScopes.EnvironmentTags", "TagScopes.ProjectTags"],
      words("ScopingStrategy", ["Id", "Tag"]),
    ].flat(),
  },
  certificate: { area: "certificates", type: "Certificate" },
  channel: { area: "channels", type: "Channel" },
  // The provider's resource tells how a schedule of months is made.
  deploymentFreeze: {
    area: "deployment-freeze",
    type: "DeploymentFreeze",
    clients: [
      ["DateOfMonth", "DayNumberOfMonth", "DayOfWeek", "DaysOfWeek"],
      words("MonthlyScheduleType", ["DateOfMonth", "DayOfMonth"]),
    ]
      .flat()
      .map((field) => `RecurringSchedule.${field}`),
  },
  deploymentProcess: { area: "deployment-processes", type: "DeploymentProcess", clients: ofProcesses },
  deploymentSettings: { area: "deployment-settings", type: "DeploymentSettings" },
  environment: { area: "environments", type: "Environment" },
  feed: { area: "feeds", type: "Feed", clients: ofFeeds },
  // The form of a key (docs, git-credentials), which no client tells.
  gitCredential: {
    area: "spaces",
    type: "GitCredential",
    clients: ["Username", "Password", "PrivateKey", "Passphrase"].map((field) => `Details.${field}`),
  },
  libraryVariableSet: { area: "library-variable-sets", type: "LibraryVariableSet" },
  lifecycle: { area: "lifecycles", type: "Lifecycle" },
  machine: { area: "deployment-targets", type: "Machine", clients: [...ofMachines, ...ofTargets] },
  machinePolicy: { area: "machine-policies", type: "MachinePolicy" },
  // go-octopusdeploy 2.115.0, serviceaccounts.
  oidcIdentity: {
    area: "service-accounts",
    type: "OidcIdentity",
    clients: ["Audience", "Issuer", "Name", "Subject"],
  },
  parentEnvironment: { area: "parent-environments", type: "ParentEnvironment" },
  project: { area: "projects", type: "Project" },
  projectGroup: { area: "project-groups", type: "ProjectGroup" },
  projectTrigger: { area: "project-triggers", type: "ProjectTrigger", clients: ofTriggers },
  proxy: { area: "proxies", type: "Proxy" },
  // go-octopusdeploy 2.115.0, retention/*.go.
  retentionPolicy: { area: "retention", type: "RetentionPolicy", clients: ["QuantityToKeep", "Strategy", "Unit"] },
  runbook: { area: "runbooks", type: "Runbook" },
  runbookProcess: { area: "runbook-processes", type: "RunbookProcess" },
  scopedUserRole: { area: "scoped-user-roles", type: "ScopedUserRole" },
  scriptModule: { area: "library-variable-sets", type: "LibraryVariableSet" },
  stepTemplate: { area: "action-templates", type: "ActionTemplate" },
  subscription: { area: "subscriptions", type: "Subscription" },
  tagSet: { area: "tag-sets", type: "TagSet" },
  team: { area: "teams", type: "Team" },
  tenant: { area: "tenants", type: "Tenant" },
  user: { area: "users", type: "User" },
  userRole: { area: "user-roles", type: "UserRole" },
  variableSet: { area: "variables", type: "VariableSet" },
  worker: { area: "workers", type: "Worker", clients: ofMachines },
  // Octopus's API reference, POST of worker pools.
  workerPool: { area: "worker-pools", type: "WorkerPool", clients: ["WorkerType"] },
};

/** Every field that people can set, as a path, and every {@link word}, by the reference and by clients; undefined without the reference. */
export function listKnownFields(kindId: string): string[] | undefined {
  const known = knownDocuments[kindId];
  if (contract === undefined || known === undefined) return undefined;
  const { types, endpoints } = contract.areas[known.area] ?? { types: {}, endpoints: [] };
  const creation = endpoints.find(({ method, answer }) => method === "POST" && isType(answer, known.type));
  const shapes = [types[known.type], creation?.body?.fields].filter((one) => one !== undefined);
  const fields = [...shapes.flatMap((one) => listShapes(one)), ...(known.clients ?? [])];
  return [...new Set(fields)].filter((field) => !isServerMade(kindId, field)).toSorted();
}

function isType(answer: Shape | string, type: string): boolean {
  return typeof answer === "object" && answer.type === type;
}

function listShapes(shapes: Shapes, path: readonly string[] = []): string[] {
  return Object.entries(shapes).flatMap(([name, shape]) => {
    const inner = (shape.items ?? shape).fields;
    const isLeaf = inner === undefined || "*" in inner || "HasValue" in inner || "SensitiveValue" in inner;
    if (!isLeaf) return listShapes(inner, [...path, name]);
    return words([...path, name].join("."), shape.items?.enum ?? shape.enum ?? []);
  });
}

function isServerMade(kindId: string, field: string): boolean {
  const path = field.replace(/: .*/, "").split(".");
  const kind = getKind(kindId);
  return path.some((_name, index) => findField(kind, path.slice(0, index + 1)).isServerMade === true);
}

/** Every field in which some resource of a story has a value, all that these are in, and every text as a {@link word}. */
export async function listTriedFields({ kind, prepare, seed, server }: KindStory, wanted: string): Promise<string[]> {
  const { upstream } = await startCarrying(server);
  await prepare?.(upstream);
  await seed(upstream);
  const { graph } = await readGraph(upstream, ownSpace, { select: { resources: [getKind(kind).label] } });
  return graph.nodes.filter((node) => node.kind === wanted).flatMap(({ body }) => listFields(body, []));
}

function listFields(value: JsonValue, path: readonly string[]): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => listFields(item, path));
  if (value === "" || value === null) return [];
  const field = path.join(".");
  if (typeof value === "string") return [field, word(field, value)];
  if (!isJsonObject(value) || isReference(value) || isSecretMark(value) || isText(value)) return [field];
  const inner = Object.entries(value).filter(([name]) => name !== identityField);
  return [field, ...inner.flatMap(([name, item]) => listFields(item, [...path, name]))];
}
