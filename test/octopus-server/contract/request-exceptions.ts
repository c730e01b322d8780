import type { Breach } from "./check-request.ts";

/**
 * What requests may have otherwise than the contract, since it is known from elsewhere. A `*` stands for any text. One that no request
 * of the whole suite falls under is stale, and fails it.
 */
export interface RequestException extends Breach {
  /** Where it is known from: a page, or a file of a client of Octopus's own and its version. */
  source: string;
}

const go = "go-octopusdeploy 2.115.0";
const dotNet = "OctopusClients, August 2026";
const undocumented = "is not documented";

/** The reference does not have what differs from one kind of a thing to the next: there the clients are the witness. */
const unions: readonly RequestException[] = [
  ...kindsOf("* /api/{spaceId}/projecttriggers*", "Action.*", `${go}, actions/*.go`),
  ...kindsOf("* /api/{spaceId}/projecttriggers*", "Filter.*", `${go}, filters/*.go`),
  ...kindsOf("* /api/{spaceId}/git-credentials*", "Details.Type", `${go}, credentials/*.go`),
  ...[
    "ApiVersion",
    "DownloadAttempts",
    "DownloadRetryBackoffSeconds",
    "FeedUri",
    "Password",
    "RegistryPath",
    "Username",
  ].flatMap((field) => kindsOf("* /api/{spaceId}/feeds*", field, `${go}, feeds/*.go`)),
  ...["AccountType", "Password", "Token", "Username"].flatMap((field) =>
    kindsOf("POST /api/{spaceId}/accounts", field, `${go}, accounts/account_resource.go`),
  ),
  {
    endpoint: "POST /api/{spaceId}/accounts",
    at: "body Details",
    problem: "is missing",
    source: `${go}, accounts/account_resource.go, which has its fields beside the name`,
  },
  ...kindsOf(
    "PUT /api/{spaceId}/projects/{projectId}",
    "PersistenceSettings.*",
    `${go}, projects/git_persistence_settings.go`,
  ),
  ...kindsOf(
    "POST /api/{spaceId}/projects/{projectId}/git/convert",
    "VersionControlSettings.Credentials.*",
    `${go}, credentials/*.go`,
  ),
];

function kindsOf(endpoint: string, path: string, source: string): RequestException[] {
  return [{ endpoint, at: `body ${path}`, problem: undocumented, source }];
}

export const requestExceptions: readonly RequestException[] = [
  ...unions,
  // The server announces these itself, in the links of its root document, as clients keep it for their tests.
  ...["spaces", "includeSystem"].map((name) => ({
    endpoint: "GET /api/{spaceId}/teams",
    at: `query ${name}`,
    problem: undocumented,
    source: `${go}, constants/constants_uri_templates.go, TestURITeams`,
  })),
  {
    endpoint: "GET /api/{spaceId}/users/{id}/permissions",
    at: "query spaces",
    problem: undocumented,
    source: `${go}, users/user_query.go`,
  },
  {
    endpoint: "GET /api/{spaceId}/runbookProcesses",
    at: "query ids",
    problem: undocumented,
    source: `${go}, constants/constants_uri_templates.go, TestURIRunbookProcesses`,
  },
  {
    endpoint: "POST /api/{spaceId}/packages/raw",
    at: "query overwriteMode",
    problem: undocumented,
    source: `${go}, constants/constants_uri_templates.go, TestURIPackageUpload; the page has no form and no query of this upload`,
  },
  {
    endpoint: "POST /api/{spaceId}/runbookSnapshots",
    at: "query publish",
    problem: undocumented,
    source: `${go}, constants/constants_uri_templates.go, TestURIRunbookSnapshots`,
  },
  // Servers before the names of the reference know the id of a document as `Id`.
  ...[
    "projects/{projectId}",
    "projects/{projectId}/deploymentprocesses",
    "deploymentsettings/{projectId}",
    "environments/{environmentId}",
  ].map((route) => ({
    endpoint: `PUT /api/{spaceId}/${route}`,
    at: "body Id",
    problem: undocumented,
    source: `${go}, resources/resource.go, which all documents are written back with`,
  })),
  {
    endpoint: "PUT /api/{spaceId}/projects/{projectId}",
    at: "body IsVersionControlled",
    problem: undocumented,
    source: `${dotNet}, Model/ProjectResource.cs: "Writeable"`,
  },
  ...["POST /api/{spaceId}/projects", "PUT /api/{spaceId}/projects/{projectId}"].map((endpoint) => ({
    endpoint,
    at: "body Icon",
    problem: undocumented,
    source: `${dotNet}, Model/ProjectResource.cs`,
  })),
  {
    endpoint: "PUT /api/{spaceId}/projects/{projectId}",
    at: "body ReleaseCreationStrategy.ReleaseCreationPackageStepId",
    problem: undocumented,
    source: `${go}, projects/release_creation_strategy.go`,
  },
  ...["projects/{projectId}", "deploymentsettings/{projectId}"].map((route) => ({
    endpoint: `PUT /api/{spaceId}/${route}`,
    at: "body VersioningStrategy.DonorPackageStepId",
    problem: undocumented,
    source: `${go}, projects/versioning_strategy.go`,
  })),
  {
    endpoint: "PUT /api/{spaceId}/projects/{projectId}/deploymentprocesses",
    at: "body Steps[].Properties.*",
    problem: "is no object",
    source: `${go}, core/property_value.go: a text, or a secret`,
  },
  {
    endpoint: "PUT /api/{spaceId}/tenants/{id}/variables",
    at: "body TenantId",
    problem: undocumented,
    source: `${go}, variables/tenant_variable.go`,
  },
  {
    endpoint: "PUT /api/{spaceId}/tenants/{tenantId}/commonvariables",
    at: "body Variables[].LibraryVariableSetId",
    problem: undocumented,
    source: `${go}, variables/tenant_common_variable.go, which says nothing of OwnerId`,
  },
  {
    endpoint: "PUT /api/{spaceId}/tenants/{tenantId}/projectvariables",
    at: "body Variables[].ProjectId",
    problem: undocumented,
    source: `${go}, variables/tenant_project_variable.go, which says nothing of OwnerId`,
  },
];

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
