const strictPolicy = (blocks: string): string[] => [
  "machine policy Strict: PollingRequestMaximumMessageProcessingTimeout, MachineRpcCallRetryPolicy cannot be set",
  `machine policy Strict: later changes of ${blocks} do not come along, since the provider cannot read them back`,
];

const retries = "DownloadAttempts, DownloadRetryBackoffSeconds";
const listening = "the provider has agents in a cluster that poll, and no others: it is left out";

const newerValues =
  "tenant variables Acme: values that are not for one environment each need Octopus Server 2025.2 or newer";

const awkward = '/ "ünï" 🐙 #{x} [1]';

function secretOfStep(process: string, place: string, action: string): string {
  return `${process}: the secret in ${place} of the step "${action} ${awkward}" is left out, since the provider has no secret properties`;
}

function calledLikeStep(action: string): string {
  return `the action "${action} ${awkward}" is called like its step, "Both ${awkward}"`;
}

/** What the provider cannot say of the stories, by kind and story; without what is so of every kind. */
export const expectedRemarks: Readonly<Record<string, string[]>> = {
  "account: of every type, for an environment, a tenant and a tag": [
    "account AmazonWebServicesOidcAccount: Audience cannot be set",
    "account AzureOidc: AzureEnvironment, Audience, CustomClaims cannot be set",
    "account AzureServicePrincipal: AzureEnvironment cannot be set",
    "account GoogleCloudOidcAccount: the provider has no account of the type GoogleCloudOidcAccount: it is left out",
  ],
  "approvalPolicy: by tags and by projects": [
    "approval policy By projects: the provider has no approval policies: it is left out",
    "approval policy By tags: the provider has no approval policies: it is left out",
  ],
  "deploymentFreeze: of projects and of tenants, once and again and again": [
    ...["Christmas", "Ends of months", "Nights", "Second Tuesdays"].map(
      (name) =>
        `deployment freeze ${name} of Upstream: the provider fails on a freeze that comes again: it is left out`,
    ),
    "deployment freeze Weekends of Upstream: the provider fails on a freeze that comes again: it is left out",
    "deployment freeze Winter of Upstream: Description cannot be set",
  ],
  "feed: of every type, with retries and by OIDC": [
    `feed Artifactory: ${retries} cannot be set`,
    `feed ECR: ${retries} cannot be set`,
    `feed ECR, OIDC: ${retries} cannot be set`,
    "feed ECR, role of the worker: the provider has no registry of AWS that a worker signs in to by its own role: it is left out",
    `feed Helm: ${retries} cannot be set`,
    `feed OCI registry: ${retries} cannot be set`,
    `feed S3: ${retries}, Region cannot be set`,
    `feed S3, machine: ${retries} cannot be set`,
  ],
  "gitCredential: user name and password for some repositories, and a key with its passphrase": [
    "Git credential Key: the provider has no Git credential of the type SshKey: it is left out",
  ],
  "libraryVariableSet: with variables of every type and scope and with templates, beside a script module of its name": [
    'library variable set Common: the secret default of the variable template "Password" is left out, since the provider would write it as plain text',
  ],
  "machine: of every style and every way to sign in to a cluster": [
    "deployment target Azure web app: Endpoint.DefaultWorkerPoolId cannot be set",
    "deployment target ECS: the provider has no deployment target of the style AwsEcsCluster: it is left out",
    `deployment target Listening Kubernetes agent: ${listening}`,
    "deployment target Offline drop: Endpoint.SensitiveVariablesEncryptionPassword cannot be set",
    "deployment target Service Fabric: Endpoint.AadClientCredentialSecret, Endpoint.DefaultWorkerPoolId cannot be set",
    "deployment target Service Fabric by a client: Endpoint.AadClientCredentialSecret cannot be set",
    "deployment target Step package: the provider has no deployment target of the style StepPackage: it is left out",
    ...strictPolicy("machine_health_check_policy"),
  ],
  "machinePolicy: with scripts, all its durations and an account for upgrades": [
    "machine policy Easy: MachineUpdatePolicy.KubernetesAgentUpdateBehavior cannot be set",
    "machine policy Easy: PollingRequestMaximumMessageProcessingTimeout, MachineRpcCallRetryPolicy cannot be set",
    ...strictPolicy("connection_retry_sleep_interval, machine_cleanup_policy, machine_health_check_policy"),
  ],
  "project: with settings of its own, tags, templates, runbooks and its group": [
    "project Web: the settings for the extension jira-integration cannot be set",
    "project Web: DefaultPowerShellEdition, CombineHealthAndSyncStatusInDashboardLiveStatus, ExecuteDeploymentsOnEventBasedPipeline, IsBadgesEnabled, ProvisioningRunbookId, DeprovisioningRunbookId, Icon cannot be set",
  ],
  "project: with all that belongs to one, of which every field says something": [
    "channel Hot: VersionTagRegex, VersioningStrategy cannot be set",
    "channel Hot: its rules are left out: they name steps that run only in this channel, and neither could be made before the other",
    ...['Key of the package "Tools / "ünï" 🐙 #{x} [1]"', 'Key of the package ""', "Smtp.Password"].map((place) =>
      secretOfStep("deployment process Web", place, "First"),
    ),
    `deployment process Web: ${calledLikeStep("First")}`,
    secretOfStep("deployment process Web", "Smtp.Password", "Second"),
    "runbook Restart: CancelQueuedTasks, CancelRunningTasks, FailTargetDiscovery cannot be set",
    secretOfStep("runbook process Restart", "Smtp.Password", "Second"),
    `runbook process Restart: ${calledLikeStep("Second")}`,
    "deployment settings Web: ForcePackageDownload, CancelQueuedTasks, CancelRunningTasks, FailTargetDiscovery cannot be set",
  ],
  "project: with triggers of every sort": [
    "trigger FeedFilter: Description cannot be set",
    "trigger Hook: it is left out, since the provider has no trigger of type WebhookFilter for CreateRelease",
    "trigger Latest to one: it is left out, since the provider has no trigger of type CronExpressionSchedule for DeployLatestReleaseToEnvironment",
    "trigger Machine: it is left out, since it is disabled and the provider could only bring it enabled",
    ...[
      ["0", "DailySchedule"],
      ["1", "DaysPerWeekSchedule"],
    ].map(
      ([number, type]) =>
        `trigger Schedule ${number}: it is left out, since the provider has no trigger of type ${type} for RunRunbook`,
    ),
    ...[2, 3, 4, 5, 6, 7].map((number) => `trigger Schedule ${number}: TenantTags cannot be set`),
  ],
  "stepTemplate: with parameters of every sort, packages and Git dependencies, at its second version": [
    "step template Say: GitDependencies.charts.GitHubConnectionId cannot be set",
  ],
  "subscription: by e-mail, Slack and a hook, for some of everything": [
    "subscription Tell us: EventNotificationSubscription.SlackChannelIds, EventNotificationSubscription.SlackChannelNames cannot be set",
  ],
  "tenant: on a server whose common values have no environments": [newerValues],
  "tenant: with tags, links to projects and values of every sort": [newerValues],
  "worker: of every style, in a pool": [
    "worker Kubernetes agent: Endpoint.DefaultNamespace cannot be set",
    `worker Listening Kubernetes agent: ${listening}`,
    "worker Polling: the provider has no worker of the style TentacleActive: it is left out",
    ...strictPolicy("machine_health_check_policy"),
  ],
};

const accountOfAcme =
  "octopusdeploy_tenant_project_variable.tenant_value_acme_____n_______x___1__web_____n_______x___1__account_____n_______x___1_";

/** What older servers do not take from the provider, so that it is still to be made. */
export const expectedRefusals: Readonly<Record<string, { errors: string[]; changes: string[] }>> = {
  "tenant: on a server whose common values have no environments": {
    errors: [
      `${accountOfAcme} Scope block is not supported: The 'scope' block requires V2 API support. Your Octopus Server does not support this feature.`,
    ],
    changes: [`${accountOfAcme} ["create"]: `],
  },
};
