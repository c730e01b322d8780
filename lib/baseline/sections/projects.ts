import { isJsonObject } from "../../model/json.ts";
import { parameters } from "../parameters.ts";
import { extensions } from "../extensions.ts";
import { name, names, neededSecret, ownName, tags } from "../references.ts";
import { description, nameField, one, several, type Section } from "../section.ts";
import { byType, list, object, type Shape } from "../shape.ts";
import { required, usually, valueAt, type Field, type Fields } from "../value.ts";
import { projectVariables } from "../variables.ts";
import { anyOf, choice, count, flag, many, oneOf, text, textSet, texts, word } from "../words.ts";

const days = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

const startTime = text("StartTime", "As the API has it, such as `2026-01-01T09:00:00.000Z`.");
const daysOfWeek = anyOf("DaysOfWeek", undefined, days);
const timezone = text("Timezone", "Such as `UTC` or `AUS Eastern Standard Time`.");

const when = byType("FilterType", {
  daily: ["OnceDailySchedule", { startTime, days: daysOfWeek, timezone }],
  continuously: [
    "ContinuousDailySchedule",
    {
      interval: oneOf("Interval", undefined, ["OnceDaily", "OnceHourly", "OnceEveryMinute"]),
      hours: count("HourInterval"),
      minutes: count("MinuteInterval"),
      from: text("RunAfter"),
      until: text("RunUntil"),
      days: daysOfWeek,
      timezone,
    },
  ],
  monthly: [
    "DaysPerMonthSchedule",
    {
      by: choice("MonthlyScheduleType", undefined, { date: "DateOfMonth", day: "DayOfMonth" }),
      date: text("DateOfMonth", "A number, or `L` for the last."),
      dayNumber: text("DayNumberOfMonth", "A number, or `L` for the last."),
      day: oneOf("DayOfWeek", undefined, days),
      startTime,
      timezone,
    },
  ],
  cron: ["CronExpressionSchedule", { expression: required(word("CronExpression")), timezone }],
  targets: [
    "MachineFilter",
    {
      environments: names("environment", "EnvironmentIds"),
      roles: textSet("Roles"),
      eventGroups: textSet("EventGroups"),
      eventCategories: textSet("EventCategories"),
    },
  ],
});

const tenants: Fields = { tenants: names("tenant", "TenantIds"), tenantTags: tags("TenantTags") };
const channel = ownName("channel", "ChannelId");

const action = byType("ActionType", {
  autoDeploy: ["AutoDeploy", { redeploy: flag("ShouldRedeployWhenMachineHasBeenDeployedTo") }],
  deployLatestRelease: [
    "DeployLatestRelease",
    {
      from: names("environment", "SourceEnvironmentIds"),
      to: required(name("environment", "DestinationEnvironmentId")),
      channel,
      redeploy: flag("ShouldRedeployWhenReleaseIsCurrent"),
      variables: text("Variables"),
      ...tenants,
    },
  ],
  deployNewRelease: [
    "DeployNewRelease",
    {
      environment: required(name("environment", "EnvironmentId")),
      channel,
      gitRef: text("VersionControlReference.GitRef"),
      ...tenants,
    },
  ],
  createRelease: ["CreateRelease", { channel }],
  runRunbook: [
    "RunRunbook",
    {
      runbook: required(ownName("runbook", "RunbookId", "One that the project has already.")),
      environments: names("environment", "EnvironmentIds"),
      ...tenants,
    },
  ],
});

const trigger: Shape = {
  fields: {
    name: nameField,
    description,
    when: required(object("Filter", "What starts it.", { fields: {}, variants: when, isWhole: true })),
    action: required(object("Action", "What it does.", { fields: {}, variants: action, isWhole: true })),
  },
  // It arrives disabled, and is enabled by people.
  unsaid: ["IsDisabled"],
  isWhole: true,
};

const channelShape: Shape = {
  fields: {
    name: nameField,
    description,
    isDefault: flag("IsDefault", "Whether releases go into it by themselves."),
    lifecycle: name("lifecycle", "LifecycleId", "Left out: the project's."),
    tenantTags: tags("TenantTags"),
    gitReferenceRules: texts("GitReferenceRules", "Branches and tags whose releases it takes."),
    type: usually(oneOf("Type", undefined, ["Lifecycle", "EphemeralEnvironment"]), "Lifecycle"),
    parentEnvironment: name("parentEnvironment", "ParentEnvironmentId"),
    ephemeralEnvironmentName: text("EphemeralEnvironmentNameTemplate"),
    automaticEphemeralDeployments: flag("AutomaticEphemeralEnvironmentDeployments"),
    customFields: list("CustomFieldDefinitions", undefined, {
      fields: { name: required(word("FieldName")), description },
    }),
  },
  unsaid: ["Slug"],
  // Rules for packages name steps, which no baseline has.
  isWhole: true,
};

const connectivity = object("ConnectivityPolicy", "What becomes of targets that are not there.", {
  fields: {
    skip: usually(
      choice("SkipMachineBehavior", undefined, { none: "None", unavailable: "SkipUnavailableMachines" }),
      "None",
    ),
    roles: textSet("TargetRoles", "Of which they may be skipped. Left out: all."),
    allowNone: flag("AllowDeploymentsToNoTargets"),
    excludeUnhealthy: flag("ExcludeUnhealthyTargets"),
  },
});

const settings = object("", "How deployments go.", {
  fields: {
    guidedFailure: usually(
      choice("DefaultGuidedFailureMode", undefined, { environment: "EnvironmentDefault", on: "On", off: "Off" }),
      "EnvironmentDefault",
    ),
    skipInstalled: flag("DefaultToSkipIfAlreadyInstalled", "Whether packages that are there already are skipped."),
    versionTemplate: text("VersioningStrategy.Template", "What releases are numbered by."),
    releaseNotes: text("ReleaseNotesTemplate"),
    deploymentChanges: text("DeploymentChangesTemplate"),
    connectivity,
    forcePackageDownload: flag("ForcePackageDownload"),
    failTargetDiscovery: flag("FailTargetDiscovery"),
    cancelQueuedTasks: flag("CancelQueuedTasks"),
    cancelRunningTasks: flag("CancelRunningTasks"),
  },
});

const git = object("", "The repository that has the process.", {
  fields: {
    url: required(word("Url")),
    defaultBranch: required(word("DefaultBranch")),
    basePath: text("BasePath", "Folder of the files; `.octopus` by custom."),
    protectDefaultBranch: flag("ProtectedDefaultBranch"),
    protectedBranches: textSet("ProtectedBranchNamePatterns"),
    credentials: required(
      object("Credentials", undefined, {
        fields: {},
        variants: byType("Type", {
          none: ["Anonymous"],
          library: ["Reference", { credential: required(name("gitCredential", "CredentialId")) }],
          password: ["UsernamePassword", { username: required(text("Username")), password: neededSecret("Password") }],
        }),
      }),
    ),
  },
  implied: () => [["Type", "VersionControlled"]],
});

const includedSet = name("libraryVariableSet", "");
const includedModule = object("", undefined, { fields: { scriptModule: required(name("scriptModule", "it")) } });

/** Both are in one list, in which the order decides. */
const included: Field = {
  ...name("libraryVariableSet", "IncludedLibraryVariableSetIds", "Names; script modules as `{ scriptModule: Name }`."),
  schema: () => ({ anyOf: [includedSet.schema(), includedModule.schema()] }),
  check: (value, path) => (isJsonObject(value) ? includedModule : includedSet).check(value, path),
  toBody: (value, key) =>
    isJsonObject(value) ? (valueAt(includedModule.toBody(value, key), ["it"]) ?? null) : includedSet.toBody(value, key),
  fromBody: (value, reading) => includedSet.fromBody(value, reading) ?? includedModule.fromBody({ it: value }, reading),
};

export const projects: Section = {
  key: "projects",
  kind: "project",
  about: "Their processes and runbooks are made in the UI and travel in packages.",
  fields: {
    name: nameField,
    description,
    group: required(name("projectGroup", "ProjectGroupId")),
    lifecycle: required(name("lifecycle", "LifecycleId")),
    isDisabled: flag("IsDisabled"),
    tenantedDeployments: usually(
      oneOf("TenantedDeploymentMode", "Whether deployments are for tenants.", [
        "Untenanted",
        "Tenanted",
        "TenantedOrUntenanted",
      ]),
      "Untenanted",
    ),
    tags: tags("ProjectTags"),
    libraryVariableSets: many(included),
    templates: parameters("Templates", "Variables for which every tenant has a value of its own in each environment."),
    discreteChannelReleases: flag("DiscreteChannelRelease", "Whether channels are numbered apart."),
    allowIgnoreChannelRules: flag("AllowIgnoreChannelRules", undefined, true),
    combineHealthAndSyncStatus: flag("CombineHealthAndSyncStatusInDashboardLiveStatus"),
    powerShellEdition: text("DefaultPowerShellEdition"),
    badges: flag("IsBadgesEnabled"),
    icon: object("Icon", undefined, { fields: { id: text("Id"), color: text("Color") } }),
    extensions,
  },
  parts: {
    variables: one("variableSet", projectVariables),
    channels: several("channel", undefined, channelShape),
    triggers: several("projectTrigger", "They arrive disabled.", trigger),
    deploymentSettings: one("deploymentSettings", settings),
    git: one("versionControl", git),
  },
  unsaid: ["Slug"],
};
