import type { AnswerBreach } from "./check-answer.ts";

/** Why an answer is otherwise than the contract has it. */
export type ExceptionReason =
  /** The fields of the variants of a union, which the reference does not list. */
  | "variant"
  /** A client of Octopus's own reads it from servers. */
  | "client"
  /** A value that clients know in another form than the reference has. */
  | "form";

export interface AnswerException {
  reason: ExceptionReason;
  /** As {@link AnswerBreach.at} has it; `*` at the end stands for whatever follows. */
  at: readonly string[];
  problem: AnswerBreach["problem"];
  /** A client's file with its version, or a page of the docs. */
  source: string;
}

/** go-octopusdeploy at 6b6d8bd (v2.115.0 and 27 commits), which the server's own teams test against servers. */
const go = (file: string): string => `go-octopusdeploy 6b6d8bd, ${file}`;

/** Everything in which answers of the local Octopus differ from the reference. */
export const answerExceptions: readonly AnswerException[] = [
  { reason: "variant", at: ["Account.*"], problem: "unknown", source: go("pkg/accounts/account_resource.go") },
  { reason: "variant", at: ["Feed.*"], problem: "unknown", source: go("pkg/feeds/feed_resource.go") },
  {
    reason: "variant",
    at: ["Machine.Endpoint.*", "Worker.Endpoint.*"],
    problem: "unknown",
    source: go("pkg/machines/endpoint_resource.go"),
  },
  { reason: "variant", at: ["ProjectTrigger.Action.*"], problem: "unknown", source: go("pkg/actions") },
  { reason: "variant", at: ["ProjectTrigger.Filter.*"], problem: "unknown", source: go("pkg/filters") },
  {
    reason: "variant",
    at: ["Project.PersistenceSettings.*"],
    problem: "unknown",
    source: go("pkg/projects/git_persistence_settings.go"),
  },
  {
    reason: "variant",
    at: [
      "GitCredential.Details.*",
      "GitCredentialV2.Details.*",
      "PlatformHubGitCredential.Details.*",
      "PlatformHubVersionControlSettings.Credentials.*",
    ],
    problem: "unknown",
    source: go("pkg/credentials/username_password.go"),
  },
  { reason: "variant", at: ["RetentionPolicy.*"], problem: "unknown", source: go("pkg/retention") },
  {
    reason: "variant",
    at: ["WorkerPool.WorkerType"],
    problem: "unknown",
    source: go("pkg/workerpools/worker_pool_resource.go"),
  },
  {
    reason: "variant",
    at: ["EnvironmentV2.*"],
    problem: "unknown",
    source: go("pkg/environments/v2"),
  },
  {
    reason: "client",
    at: ["PlatformHubAccount.*"],
    problem: "unknown",
    source: `${go("pkg/platformhubaccounts/platform_hub_account_resource.go")}: what the reference calls Details is beside the name`,
  },
  {
    reason: "client",
    at: ["PlatformHubAccount.Details"],
    problem: "missing",
    source: `${go("pkg/platformhubaccounts/platform_hub_account_resource.go")}: what the reference calls Details is beside the name`,
  },
  {
    reason: "client",
    at: ["POST /api/{spaceId}/packages/raw", "POST /api/{spaceId}/packages/{packageId}/{baseVersion}/delta"],
    problem: "status",
    source: `${go("pkg/packages/package_service.go, test/e2e/package_service_test.go")}: 201 for a file that is new, 200 for one that was there`,
  },
  {
    reason: "client",
    at: ["POST /api/{spaceId}/releases/create/v1 AutomaticallyDeployedEnvironments"],
    problem: "unknown",
    source: "Octopus CLI 94e7c32, pkg/cmd/release/create/create.go, which says that servers answer it",
  },
  {
    reason: "client",
    at: ["DeploymentFreeze.OwnerId"],
    problem: "unknown",
    source: go("pkg/deploymentfreezes/deploymentfreeze.go"),
  },
  {
    reason: "client",
    at: ["MachinePolicy.PollingRequestMaximumMessageProcessingTimeout"],
    problem: "unknown",
    source: go("pkg/machines/machine_policy.go"),
  },
  {
    reason: "client",
    at: ["Machine.Status", "Worker.Status"],
    problem: "unknown",
    source: go("pkg/machines/machine.go"),
  },
  {
    reason: "client",
    at: [
      "Project.VersioningStrategy.DonorPackageStepId",
      "DeploymentSettings.VersioningStrategy.DonorPackageStepId",
      "Project.ReleaseCreationStrategy.ReleaseCreationPackageStepId",
    ],
    problem: "unknown",
    source: go("pkg/projects/versioning_strategy.go, pkg/projects/release_creation_strategy.go"),
  },
  {
    reason: "client",
    at: ["VariableSet.Variables[].Scope.*"],
    problem: "missing",
    source: `${go("pkg/variables/variable_scope.go")}: what a scope does not name is absent`,
  },
  {
    reason: "form",
    at: [
      "GET /api/{spaceId}/tenants/{tenantId}/commonvariables MissingVariables[].Template.DefaultValue",
      "GET /api/{spaceId}/tenants/{tenantId}/projectvariables MissingVariables[].Template.DefaultValue",
    ],
    problem: "type",
    source: `${go("pkg/core/property_value.go")}: a text is sent as it is, a secret as an object with HasValue`,
  },
];

/** Routes that are served and that the reference does not know, by where they are known from. */
export const undocumentedRoutes: Readonly<Record<string, readonly string[]>> = {
  [go("pkg/users/api_key_service.go")]: [
    "GET /api/users/{id}/apikeys",
    "POST /api/users/{id}/apikeys",
    "GET /api/users/{id}/apikeys/{key}",
    "DELETE /api/users/{id}/apikeys/{key}",
  ],
  [go("pkg/buildinformation/build_information_service.go")]: [
    "POST /api/{space}/build-information",
    "GET /api/{space}/build-information",
    "GET /api/{space}/build-information/{id}",
    "DELETE /api/{space}/build-information/{id}",
    "DELETE /api/{space}/build-information/bulk",
  ],
  [go("pkg/serviceaccounts/oidc_identities.go")]: [
    "GET /api/serviceaccounts/{user}/oidcidentities/v1",
    "POST /api/serviceaccounts/{user}/oidcidentities/create/v1",
    "GET /api/serviceaccounts/{user}/oidcidentities/{id}/v1",
    "PUT /api/serviceaccounts/{user}/oidcidentities/{id}/v1",
    "DELETE /api/serviceaccounts/{user}/oidcidentities/{id}/v1",
  ],
  [go("pkg/environments/v2/route.go")]: [
    "POST /api/{space}/projects/{project}/environments/ephemeral",
    "POST /api/{space}/projects/{project}/environments/ephemeral/{id}/deprovision",
    "POST /api/{space}/environments/ephemeral/{id}/deprovision",
  ],
  [go("pkg/kubernetesmonitors")]: [
    "POST /api/{space}/observability/kubernetes-monitors",
    "GET /api/{space}/observability/kubernetes-monitors/{id}",
    "DELETE /api/{space}/observability/kubernetes-monitors/{id}",
  ],
  [go("pkg/approvalpolicies/approval_policies_service.go")]: [
    "GET /api/{space}/approvalpolicies",
    "POST /api/{space}/approvalpolicies",
    "GET /api/{space}/approvalpolicies/{id}",
    "PUT /api/{space}/approvalpolicies/{id}",
    "DELETE /api/{space}/approvalpolicies/{id}",
  ],
  [go("pkg/machines/machine_role_service.go")]: ["GET /api/{space}/machineroles/all"],
  [go("pkg/configuration")]: ["GET /api/configuration/{id}", "GET /api/configuration/feature-toggles"],
  "docs, runbooks/webhook-runbook-trigger": ["POST /api/{space}/webhook/{webhook}"],
  [go("pkg/authentication/authentication_service.go")]: ["GET /api/authentication"],
  [go("pkg/workertoolslatestimages")]: ["GET /api/workertoolslatestimages"],
  "Octopus CLI 94e7c32, pkg/cmd/login/login.go": ["GET /.well-known/openid-configuration"],
  "docs, infrastructure/accounts/openid-connect, which names this address": ["GET /.well-known/jwks"],
  "api-client 3.11.6, features/capabilities/capability.ts": ["GET /api/capabilities"],
  "api-client 3.11.6, features/projects/runbooks/runs/runbookRunRepository.ts": [
    "POST /api/{space}/runbook-runs/git/create/v1",
  ],
  "octopus.com/downloads/2026.2.3409: removed there, and so answered by older servers alone (Octopus's issues 9933 and 9935)":
    ["GET /api/{space}/projects/{project}/runbooks/all", "POST /api/{space}/projects/{project}/git/branches"],
};

/** The pattern of the exception that a breach falls under. */
export function findAnswerException({ at, problem }: AnswerBreach): string | undefined {
  return answerExceptions
    .filter((exception) => exception.problem === problem)
    .flatMap((exception) => exception.at)
    .find((pattern) => isMeant(pattern, at));
}

function isMeant(pattern: string, at: string): boolean {
  return pattern.endsWith("*") ? at.startsWith(pattern.slice(0, -1)) : pattern === at;
}
