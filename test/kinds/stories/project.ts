import type { JsonObject } from "../../../lib/model/json.ts";
import { awkward, secret, type KindStory } from "../kind-story.ts";
import { giveStep, makeProject, makeRunbook } from "../make-project.ts";

const schedules: readonly JsonObject[] = [
  // Before 2019.11: servers go on having those that were made then (the reference lists their types).
  { FilterType: "DailySchedule", Interval: "OnceDaily", StartTime: "2026-05-01T06:00:00.000Z" },
  { FilterType: "DaysPerWeekSchedule", StartTime: "2026-05-01T06:00:00.000Z", DaysOfWeek: ["Monday"] },
  {
    FilterType: "ContinuousDailySchedule",
    Interval: "OnceEveryMinute",
    MinuteInterval: 5,
    RunAfter: "2026-05-01T06:00:00.000Z",
    RunUntil: "2026-05-01T09:00:00.000Z",
    DaysOfWeek: ["Sunday"],
  },
  { FilterType: "OnceDailySchedule", StartTime: "2026-05-01T06:00:00.000Z", DaysOfWeek: ["Monday", "Friday"] },
  {
    FilterType: "ContinuousDailySchedule",
    Interval: "OnceHourly",
    HourInterval: 2,
    RunAfter: "2026-05-01T06:00:00.000Z",
    RunUntil: "2026-05-01T09:00:00.000Z",
    DaysOfWeek: ["Sunday"],
  },
  {
    FilterType: "DaysPerMonthSchedule",
    MonthlyScheduleType: "DateOfMonth",
    DateOfMonth: "L",
    StartTime: "2026-05-01T06:00:00.000Z",
  },
  {
    FilterType: "DaysPerMonthSchedule",
    MonthlyScheduleType: "DayOfMonth",
    DayNumberOfMonth: "2",
    DayOfWeek: "Tuesday",
    StartTime: "2026-05-01T06:00:00.000Z",
  },
  { FilterType: "CronExpressionSchedule", CronExpression: "0 0 6 * * Mon-Fri", Timezone: "Europe/Berlin" },
];

export const stories: KindStory[] = [
  {
    kind: "project",
    what: "with settings of its own, tags, templates, runbooks and its group",
    uncarried: {
      AutoDeployReleaseOverrides: "They name releases, which no package has.",
      Clone: "A way to make one, and nothing that one has.",
      ProjectTemplateDetails: "A project made from a template of the Platform Hub is left out, with what to do.",
      RetainTenantConnections: "A way to make one, and nothing that one has.",
    },
    edit: { Description: "Edited", AllowIgnoreChannelRules: false },
    async seed(space) {
      await space.post("/tagsets", {
        Name: "Team",
        Scopes: ["Project", "Runbook"],
        Tags: [{ Name: "Blue", Color: "#333333" }],
      });
      const group = await space.post("/projectgroups", { Name: awkward("Group") });
      const lifecycle = await space.post("/lifecycles", { Name: awkward("Slow") });
      const set = await space.post("/libraryvariablesets", { Name: awkward("Common") });
      const project = await makeProject(space, {
        Slug: "web-by-hand",
        Description: "What people see.",
        ProjectGroupId: group.Id,
        LifecycleId: lifecycle.Id,
        IncludedLibraryVariableSetIds: [set.Id],
        ProjectTags: ["Team/Blue"],
        TenantedDeploymentMode: "TenantedOrUntenanted",
        AllowIgnoreChannelRules: true,
        DiscreteChannelRelease: true,
        CombineHealthAndSyncStatusInDashboardLiveStatus: true,
        ExecuteDeploymentsOnEventBasedPipeline: true,
        IsDisabled: true,
        Icon: { Id: "cat", Color: "#36A766" },
        ExtensionSettings: [{ ExtensionId: "jira-integration", Values: { JsmChangeControlled: true } }],
        Templates: [
          {
            Name: awkward("Color"),
            Label: "Your color",
            HelpText: "Say it.",
            DefaultValue: "Red",
            DisplaySettings: { "Octopus.ControlType": "SingleLineText" },
          },
        ],
      });
      const runbook = await makeRunbook(space, project, "Build up");
      await space.put(`/projects/${project.Id}`, {
        ...(await space.get(`/projects/${project.Id}`)),
        ProvisioningRunbookId: runbook.Id,
        DeprovisioningRunbookId: runbook.Id,
        IsBadgesEnabled: true,
        DefaultPowerShellEdition: "Core",
      });
    },
  },
  {
    kind: "project",
    what: "with triggers of every sort",
    also: { deploymentSettings: {}, projectTrigger: {} },
    async seed(space) {
      const [test, production] = await Promise.all(
        ["Test", "Production"].map(async (name) => (await space.post("/environments", { Name: awkward(name) })).Id),
      );
      const [feed] = await space.list("/feeds");
      const project = await makeProject(space, { TenantedDeploymentMode: "TenantedOrUntenanted" });
      const runbook = await makeRunbook(space, project, "Clean up");
      await space.post("/tagsets", { Name: "Region", Tags: [{ Name: "Europe", Color: "#333333" }] });
      const tenant = await space.post("/tenants", {
        Name: awkward("Acme"),
        TenantTags: ["Region/Europe"],
        ProjectEnvironments: { [project.Id]: [test ?? ""] },
      });
      const [channel] = await space.list(`/projects/${project.Id}/channels`);
      await giveStep(space, project, {
        Name: "Deploy",
        ActionType: "Octopus.TentaclePackage",
        Properties: { "Octopus.Action.TargetRoles": "web" },
        Packages: [
          { Name: "", PackageId: "Web", FeedId: feed?.Id ?? "", AcquisitionLocation: "Server", Properties: {} },
          { Name: "Tools", PackageId: "Tools", FeedId: feed?.Id ?? "", AcquisitionLocation: "Server", Properties: {} },
        ],
      });
      const settings = `/projects/${project.Id}/deploymentsettings`;
      await space.put(settings, {
        ...(await space.get(settings)),
        VersioningStrategy: { Template: "#{Octopus.Version.LastMajor}.i" },
        DefaultGuidedFailureMode: "Off",
      });
      await space.put(`/projects/${project.Id}`, {
        ...(await space.get(`/projects/${project.Id}`)),
        AutoCreateRelease: true,
        ReleaseCreationStrategy: {
          ChannelId: channel?.Id ?? "",
          ReleaseCreationPackage: { DeploymentAction: "Deploy", PackageReference: "Tools" },
        },
      });
      const make = (name: string, Filter: JsonObject, Action: JsonObject): Promise<unknown> =>
        space.post("/projecttriggers", {
          ProjectId: project.Id,
          Name: awkward(name),
          Description: `What "${name}" is for.`,
          IsDisabled: true,
          Filter,
          Action,
        });
      const run = {
        ActionType: "RunRunbook",
        RunbookId: runbook.Id,
        EnvironmentIds: [test ?? ""],
        TenantIds: [tenant.Id],
        TenantTags: ["Region/Europe"],
      };
      await make(
        "Machine",
        {
          FilterType: "MachineFilter",
          EventGroups: ["Machine"],
          EventCategories: ["MachineHealthy"],
          EnvironmentIds: [test ?? ""],
          Roles: ["web"],
        },
        { ActionType: "AutoDeploy", ShouldRedeployWhenMachineHasBeenDeployedTo: true },
      );
      for (const [index, schedule] of schedules.entries()) await make(`Schedule ${index}`, schedule, run);
      await make(
        "Promote",
        { FilterType: "CronExpressionSchedule", CronExpression: "0 0 6 * * *", Timezone: "UTC" },
        {
          ActionType: "DeployLatestRelease",
          SourceEnvironmentIds: [test ?? ""],
          DestinationEnvironmentId: production ?? "",
          ShouldRedeployWhenReleaseIsCurrent: true,
          ChannelId: channel?.Id ?? "",
        },
      );
      await make(
        "New release",
        { FilterType: "CronExpressionSchedule", CronExpression: "0 0 7 * * *", Timezone: "UTC" },
        { ActionType: "DeployNewRelease", EnvironmentId: test ?? "", ChannelId: channel?.Id ?? "" },
      );
      await make(
        "Latest to one",
        { FilterType: "CronExpressionSchedule", CronExpression: "0 0 8 * * *", Timezone: "UTC" },
        { ActionType: "DeployLatestReleaseToEnvironment", EnvironmentId: test ?? "", ChannelId: channel?.Id ?? "" },
      );
      const packages = [{ DeploymentActionSlug: "deploy", PackageReference: "Tools" }];
      for (const FilterType of ["FeedFilter", "ArcFeedFilter"])
        await make(
          FilterType,
          { FilterType, Packages: packages },
          { ActionType: "CreateRelease", ChannelId: channel?.Id ?? "" },
        );
      await make(
        "Hook",
        { FilterType: "WebhookFilter", Secret: secret("Secret of Hook") },
        { ActionType: "CreateRelease", ChannelId: channel?.Id ?? "" },
      );
      await make(
        "Git",
        {
          FilterType: "GitFilter",
          Sources: [
            {
              DeploymentActionSlug: "deploy",
              GitDependencyName: "charts",
              IncludeFilePaths: ["src"],
              ExcludeFilePaths: ["docs"],
            },
          ],
        },
        { ActionType: "CreateRelease", ChannelId: channel?.Id ?? "" },
      );
    },
  },
  {
    kind: "project",
    what: "that deploys another, which deploys it in turn",
    also: { deploymentSettings: {} },
    async seed(space) {
      const [feed] = (await space.list("/feeds")).filter(({ FeedType }) => FeedType === "OctopusProject");
      const one = await makeProject(space, { Name: awkward("One") });
      const other = await makeProject(space, { Name: awkward("Other"), TenantedDeploymentMode: "Tenanted" });
      const deploy = (Name: string, projectId: string): JsonObject => ({
        Name,
        ActionType: "Octopus.DeployRelease",
        Properties: { "Octopus.Action.DeployRelease.ProjectId": projectId },
        Packages: [
          {
            Name: "",
            PackageId: projectId,
            FeedId: feed?.Id ?? "",
            AcquisitionLocation: "NotAcquired",
            Properties: {},
          },
        ],
      });
      await giveStep(space, one, deploy("Deploy the other", other.Id));
      await giveStep(space, other, deploy("Deploy the one", one.Id));
    },
  },
];
