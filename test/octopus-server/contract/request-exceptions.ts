import type { Breach } from "./check-request.ts";

/** One thing that requests may have otherwise than the contract, since it is known from elsewhere. A `*` stands for any text. */
export interface RequestException extends Breach {
  /** Where it is known from: a page, or a file of a client of Octopus's own and its version. */
  source: string;
}

const go = "go-octopusdeploy 2.115.0";
const dotNet = "OctopusClients, August 2026";

/**
 * Where the reference is silent: on what differs from one kind of a thing to the next, on parameters that the server announces itself
 * in the links of its root document, and on names that older servers know. One that no request of the whole suite falls under is
 * stale, and fails it.
 */
const undocumented: readonly { endpoints: readonly string[]; at: readonly string[]; source: string }[] = [
  {
    endpoints: ["* /api/{spaceId}/projecttriggers*"],
    at: ["body Action.*"],
    source: `${go}, actions/*.go`,
  },
  {
    endpoints: ["* /api/{spaceId}/projecttriggers*"],
    at: ["body Filter.*"],
    source: `${go}, filters/*.go`,
  },
  {
    endpoints: ["* /api/{spaceId}/feeds*"],
    at: fieldsOf([
      "AccessKey ApiVersion DeletePackagesAssociatedWithReleases DeleteUnreleasedPackagesAfterDays DownloadAttempts",
      "DownloadRetryBackoffSeconds EnhancedMode FeedUri IsBuiltInRepoSyncEnabled LayoutRegex OidcAuthentication Password",
      "Project Region RegistryPath Repository SecretKey ServiceAccountJsonKey UseMachineCredentials UseServiceAccountKey",
      "Username",
    ]),
    source: `${go}, feeds/*.go`,
  },
  {
    endpoints: ["* /api/{spaceId}/git-credentials*"],
    at: ["body Details.Type"],
    source: `${go}, credentials/username_password.go`,
  },
  {
    endpoints: ["* /api/{spaceId}/git-credentials*"],
    at: ["body Details.PrivateKey", "body Details.Passphrase"],
    source: "docs, git-credentials: the form of a key; no client tells the names",
  },
  {
    endpoints: ["POST /api/{spaceId}/accounts", "PUT /api/{spaceId}/accounts/{accountId}"],
    at: fieldsOf([
      "AccessKey AccountTestSubjectKeys AccountType ActiveDirectoryEndpointBaseUri Audience AzureEnvironment",
      "CertificateBytes CertificateThumbprint ClientId CustomClaims DeploymentSubjectKeys HealthCheckSubjectKeys JsonKey",
      "Password PrivateKeyFile PrivateKeyPassphrase Region ResourceManagementEndpointBaseUri RoleArn SecretKey",
      "ServiceManagementEndpointBaseUri ServiceManagementEndpointSuffix SessionDuration SubscriptionNumber TenantId Token",
      "Username",
    ]),
    source: `${go}, accounts/account_resource.go`,
  },
  {
    endpoints: ["POST /api/{spaceId}/accounts", "PUT /api/{spaceId}/accounts/{accountId}"],
    at: ["body TokenLifetimeSeconds"],
    source: `${dotNet}, Model/Accounts/GoogleCloudOidcAccountResource.cs`,
  },
  {
    endpoints: ["* /api/{spaceId}/machines*", "* /api/{spaceId}/workers*"],
    at: ["body Endpoint.*"],
    source: `${go}, machines/endpoint_resource.go; ${dotNet}, Model/Endpoints/*.cs`,
  },
  {
    endpoints: ["* /api/{spaceId}/machinepolicies*"],
    at: ["body PollingRequestMaximumMessageProcessingTimeout"],
    source: `${go}, machines/machine_policy.go`,
  },
  {
    endpoints: ["PUT /api/{spaceId}/workerpools/{id}"],
    at: ["body SortOrder", "body WorkerPoolType"],
    source: `${go}, workerpools/worker_pool_resource.go, which sends both`,
  },
  {
    endpoints: ["PUT /api/{spaceId}/projects/{projectId}"],
    at: ["body PersistenceSettings.*"],
    source: `${go}, projects/git_persistence_settings.go`,
  },
  {
    endpoints: ["POST /api/{spaceId}/projects/{projectId}/git/convert"],
    at: ["body VersionControlSettings.Credentials.*"],
    source: `${go}, credentials/reference.go and username_password.go`,
  },
  {
    endpoints: ["GET /api/{spaceId}/teams"],
    at: ["query spaces", "query includeSystem"],
    source: `${go}, constants/constants_uri_templates.go, TestURITeams`,
  },
  {
    endpoints: [
      "GET /api/{spaceId}/approvalpolicies",
      "POST /api/{spaceId}/approvalpolicies",
      "PUT /api/{spaceId}/approvalpolicies/{id}",
    ],
    at: ["route"],
    source: `${go}, approvalpolicies/approval_policies_service.go`,
  },
  {
    endpoints: [
      "GET /api/serviceaccounts/{id}/oidcidentities/v1",
      "POST /api/serviceaccounts/{id}/oidcidentities/create/v1",
      "GET /api/serviceaccounts/{id}/oidcidentities/{id}/v1",
      "PUT /api/serviceaccounts/{id}/oidcidentities/{id}/v1",
    ],
    at: ["route"],
    source: `${go}, serviceaccounts/oidc_identities.go`,
  },
  {
    endpoints: ["GET /api/{spaceId}/scopeduserroles"],
    at: ["query spaces", "query includeSystem"],
    source: `${go}, constants/constants_uri_templates.go, TestURIScopedUserRoles`,
  },
  {
    endpoints: ["PUT /api/{spaceId}/retentionpolicies/{id}"],
    at: ["body QuantityToKeep", "body Strategy", "body Unit"],
    source: `${go}, retention/*.go; the reference lists no fields of the types`,
  },
  {
    endpoints: ["PUT /api/deploymentfreezes/{id}"],
    at: [
      "body RecurringSchedule.DateOfMonth",
      "body RecurringSchedule.DayNumberOfMonth",
      "body RecurringSchedule.DayOfWeek",
      "body RecurringSchedule.DaysOfWeek",
      "body RecurringSchedule.MonthlyScheduleType",
    ],
    source: `${go}, deploymentfreezes/deploymentfreeze.go`,
  },
  {
    endpoints: ["GET /api/{spaceId}/users/{id}/permissions"],
    at: ["query spaces"],
    source: `${go}, users/user_query.go`,
  },
  {
    endpoints: ["GET /api/{spaceId}/runbookProcesses"],
    at: ["query ids"],
    source: `${go}, constants/constants_uri_templates.go, TestURIRunbookProcesses`,
  },
  {
    endpoints: ["GET /api/users/{id}/apikeys"],
    at: ["route"],
    source: `${go}, users/api_key_service.go`,
  },
  {
    endpoints: ["POST /api/{spaceId}/packages/raw"],
    at: ["query overwriteMode"],
    source: `${go}, constants/constants_uri_templates.go, TestURIPackageUpload; the page lists neither form nor query`,
  },
  {
    endpoints: ["POST /api/{spaceId}/runbookSnapshots"],
    at: ["query publish"],
    source: `${go}, constants/constants_uri_templates.go, TestURIRunbookSnapshots`,
  },
  {
    endpoints: [
      "PUT /api/{spaceId}/accounts/{accountId}",
      "PUT /api/{spaceId}/deploymentsettings/{projectId}",
      "PUT /api/{spaceId}/machines/{machineid}",
      "PUT /api/{spaceId}/environments/{environmentId}",
      "PUT /api/{spaceId}/parentEnvironments/{environmentId}",
      "PUT /api/{spaceId}/projects/{projectId}",
      "PUT /api/{spaceId}/projects/{projectId}/deploymentprocesses",
    ],
    at: ["body Id"],
    source: `${go}, resources/resource.go: every document that is written back has it`,
  },
  {
    endpoints: ["PUT /api/{spaceId}/libraryvariablesets/{id}"],
    at: ["body ContentType"],
    source: `${go}, variables/library_variable_set.go and script_module.go: a set that did not say it could become one of variables`,
  },
  {
    endpoints: ["PUT /api/{spaceId}/actiontemplates/{id}"],
    at: ["body ActionType"],
    source: `${dotNet}, Model/ActionTemplateResource.cs: "Required"`,
  },
  {
    endpoints: ["PUT /api/{spaceId}/actiontemplates/{id}"],
    at: ["body Version"],
    source: `${go}, actiontemplates/action_template.go: the version that was read, which is written over`,
  },
  {
    endpoints: ["PUT /api/{spaceId}/projects/{projectId}"],
    at: ["body IsVersionControlled"],
    source: `${dotNet}, Model/ProjectResource.cs: "Writeable"`,
  },
  {
    endpoints: ["POST /api/{spaceId}/projects", "PUT /api/{spaceId}/projects/{projectId}"],
    at: ["body Icon"],
    source: `${dotNet}, Model/ProjectResource.cs`,
  },
  {
    endpoints: ["PUT /api/{spaceId}/projects/{projectId}"],
    at: ["body ReleaseCreationStrategy.ReleaseCreationPackageStepId"],
    source: `${go}, projects/release_creation_strategy.go`,
  },
  {
    endpoints: ["PUT /api/{spaceId}/projects/{projectId}", "PUT /api/{spaceId}/deploymentsettings/{projectId}"],
    at: ["body VersioningStrategy.DonorPackageStepId"],
    source: `${go}, projects/versioning_strategy.go`,
  },
  {
    endpoints: ["PUT /api/{spaceId}/tenants/{id}/variables"],
    at: ["body TenantId"],
    source: `${go}, variables/tenant_variable.go`,
  },
  {
    endpoints: ["PUT /api/{spaceId}/tenants/{tenantId}/commonvariables"],
    at: ["body Variables[].LibraryVariableSetId"],
    source: `${go}, variables/tenant_common_variable.go, which has no OwnerId`,
  },
  {
    endpoints: ["PUT /api/{spaceId}/tenants/{tenantId}/projectvariables"],
    at: ["body Variables[].ProjectId"],
    source: `${go}, variables/tenant_project_variable.go, which has no OwnerId`,
  },
];

export const requestExceptions: readonly RequestException[] = [
  ...undocumented.flatMap(({ endpoints, at, source }) =>
    endpoints.flatMap((endpoint) => at.map((place) => ({ endpoint, at: place, problem: "is not documented", source }))),
  ),
  ...["POST /api/{spaceId}/accounts", "PUT /api/{spaceId}/accounts/{accountId}"].map((endpoint) => ({
    endpoint,
    at: "body Details",
    problem: "is missing",
    source: `${go}, accounts/account_resource.go, which has the fields of each type beside the name`,
  })),
  ...[
    "POST /api/{spaceId}/environments",
    "PUT /api/{spaceId}/environments/{environmentId}",
    "POST /api/{spaceId}/projects",
    "PUT /api/{spaceId}/projects/{projectId}",
  ].map((endpoint) => ({
    endpoint,
    at: "body ExtensionSettings[].Values",
    problem: "is no string",
    source: `${go}, projects/jira_service_management_extension_settings.go: a map`,
  })),
  {
    endpoint: "PUT /api/{spaceId}/projects/{projectId}/deploymentprocesses",
    at: "body Steps[].Properties.*",
    problem: "is no object",
    source: `${go}, core/property_value.go: a text, or a secret`,
  },
];

/** Fields of a body, words of the lines. */
function fieldsOf(lines: readonly string[]): string[] {
  return lines.flatMap((line) => line.split(" ")).map((field) => `body ${field}`);
}

/** The exception that a breach falls under. */
export function findException(breach: Breach): RequestException | undefined {
  return requestExceptions.find(
    ({ endpoint, at, problem }) =>
      isLike(endpoint, breach.endpoint) && isLike(at, breach.at) && problem === breach.problem,
  );
}

function isLike(pattern: string, text: string): boolean {
  const [start = "", ...rest] = pattern.split("*");
  const end = rest.pop();
  if (end === undefined) return text === pattern;
  return text.startsWith(start) && text.endsWith(end) && rest.every((piece) => text.includes(piece));
}
