import type { IgnoredFields } from "./ignored-fields.ts";
import { has, type Availability } from "./model/server-version.ts";

type Fields = Readonly<Record<string, Availability>>;

/** Of the steps of a deployment and of a runbook. */
const processFields: Fields = {
  "Steps.Actions.GitDependencies.GitHubConnectionId": { since: "2025.4" }, // 1386f932
};

/** Of targets and of workers. */
const machineFields: Fields = {
  OperatingSystemVersion: { since: "2026.3" }, // f127f3c2
};

/**
 * Fields that not every server has, by what a path calls their documents (a dot leads into objects and into each of a list): one line
 * a field. A server that does not have a field drops it from requests without a word and never answers it.
 *
 * Source: the commit of OctopusClients that has the field first, or what else is named. When a line began is known from Calamari, which
 * branches with the server: 2025.4 in September 2025, 2026.1 in December, 2026.2 in March 2026, 2026.3 on May 28 and 2026.4 on
 * September 3. That a field came to servers in the line in which it came to the client is assumed where the source is a commit.
 */
const fieldVersions: Readonly<Record<string, Fields>> = {
  accounts: {
    Region: { since: "2026.1" }, // e2f89283, Octopus's issue 9879
  },
  actiontemplates: {
    "GitDependencies.GitHubConnectionId": { since: "2025.4" }, // 1386f932
  },
  channels: {
    Type: { since: "2025.4" }, // with ephemeral environments (Octopus's issue 9631), as the next three
    ParentEnvironmentId: { since: "2025.4" },
    EphemeralEnvironmentNameTemplate: { since: "2025.4" },
    AutomaticEphemeralEnvironmentDeployments: { since: "2025.4" },
    CustomFieldDefinitions: { since: "2025.4" }, // go-octopusdeploy, pull request 359
    "Rules.VersioningStrategy": { since: "2026.3" }, // 67b08b49, as the next
    "Rules.VersionTagRegex": { since: "2026.3" },
  },
  deploymentprocesses: processFields,
  deploymentsettings: {
    FailTargetDiscovery: { since: "2025.3" }, // 92028c2f
    CancelQueuedTasks: { since: "2026.2" }, // cc809177, as the next
    CancelRunningTasks: { since: "2026.2" },
  },
  environments: {
    EnvironmentTags: { since: "2025.4" }, // 3cfc10c1
  },
  "git-credentials": {
    RepositoryRestrictions: { since: "2025.3" }, // bf3370c3
  },
  lifecycles: {
    // The Terraform provider refuses the strategies before 2025.3.
    "ReleaseRetentionPolicy.Strategy": { since: "2025.3" },
    "TentacleRetentionPolicy.Strategy": { since: "2025.3" },
    "Phases.ReleaseRetentionPolicy.Strategy": { since: "2025.3" },
    "Phases.TentacleRetentionPolicy.Strategy": { since: "2025.3" },
  },
  machinepolicies: {
    MachinePackageCacheRetentionPolicy: { since: "2025.3" }, // the Terraform provider's page on compatibility
  },
  machines: machineFields,
  projectgroups: {
    Slug: { since: "2025.3" }, // 9bebbde6
  },
  projects: {
    CombineHealthAndSyncStatusInDashboardLiveStatus: { since: "2025.2" }, // c42c3042
    ProvisioningRunbookId: { since: "2025.4" }, // with ephemeral environments (Octopus's issue 9631), as the next
    DeprovisioningRunbookId: { since: "2025.4" },
    ProjectTags: { since: "2025.4" }, // 1965efd8
    ProjectTemplateDetails: { since: "2025.4" }, // 62119800
    DefaultPowerShellEdition: { since: "2026.1" }, // 274add32
    ExecuteDeploymentsOnResilientPipeline: { until: "2026.3" }, // ccefcd46, as the next: another name
    ExecuteDeploymentsOnEventBasedPipeline: { since: "2026.3" },
    IsBadgesEnabled: { since: "2026.3" }, // 7b986844
    "PersistenceSettings.SerializationFormat": { since: "2026.3" }, // 1fb2be70
  },
  projecttriggers: {
    "Action.FormValues": { since: "2026.2" }, // d39fb3f0
    "Action.RunbookTags": { since: "2026.1" }, // 1afe39e2
  },
  releases: {
    CustomFields: { since: "2025.4" }, // go-octopusdeploy, pull request 359
  },
  runbookprocesses: processFields,
  runbooks: {
    FailTargetDiscovery: { since: "2025.3" }, // 92028c2f
    "RunRetentionPolicy.Unit": { since: "2025.3" }, // 40560bf0
    "RunRetentionPolicy.Strategy": { since: "2026.1" }, // the Terraform provider's guide to 1.6.0
    RunbookTags: { since: "2026.1" }, // 550ae87d
    CancelQueuedTasks: { since: "2026.2" }, // cc809177, as the next
    CancelRunningTasks: { since: "2026.2" },
  },
  subscriptions: {
    "EventNotificationSubscription.SlackChannelIds": { since: "2026.3" }, // e1b1d637, as the next
    "EventNotificationSubscription.SlackChannelNames": { since: "2026.3" },
  },
  tagsets: {
    Type: { since: "2025.4" }, // fd18fb2f, as the next
    Scopes: { since: "2025.4" },
    IsSystem: { since: "2026.1" }, // 18dbfe48
  },
  tasks: {
    PendingInterruptionTypes: { since: "2026.1" }, // e8b61e1d
    HasPendingPreconditions: { since: "2026.2" }, // 8403af66, as the next
    PendingPreconditionTypes: { since: "2026.2" },
  },
  workers: machineFields,
};

/** What a server of this version does not know, besides what a test wants it not to know. */
export function unknownFields(version: string, more: IgnoredFields): IgnoredFields {
  const unknown = Object.entries(fieldVersions).map(([group, fields]) => {
    const names = Object.keys(fields).filter((name) => !has(version, fields[name] ?? {}));
    return [group, [...names, ...(more[group] ?? [])]] as const;
  });
  return { ...more, ...Object.fromEntries(unknown) };
}
