import { objectsOf, type JsonObject } from "../../../lib/model/json.ts";
import type { OctopusDocument, OctopusSpace } from "../../../lib/octopus/octopus-client.ts";
import { runsToKeep } from "../../../lib/resources/runbook.ts";

/** What a space needs before the fixture project can be there: the same in every space that gets a copy of it. */
export async function createSurroundings(space: OctopusSpace): Promise<Surroundings> {
  const environments: Record<string, OctopusDocument> = {};
  for (const name of ["Development", "Test", "Production", "Sync"])
    environments[name] = await space.post("/environments", { Name: name });
  const lifecycle = await space.post("/lifecycles", {
    Name: "Simple",
    Phases: ["Development", "Test"].map((name) => ({
      Name: name,
      OptionalDeploymentTargets: [environments[name]?.Id ?? ""],
      AutomaticDeploymentTargets: [],
      MinimumEnvironmentsBeforePromotion: 0,
    })),
  });
  const group = await space.post("/projectgroups", { Name: "Templates" });
  const feed = await space.post("/feeds", {
    Name: "Docker Hub",
    FeedType: "Docker",
    FeedUri: "https://index.docker.io",
    ApiVersion: "v1",
  });
  // A name that holds the other's: look-ups by a part of a name must not take it.
  await space.post("/feeds", {
    Name: "Docker Hub Mirror",
    FeedType: "Docker",
    FeedUri: "https://mirror.example.com",
    ApiVersion: "v1",
  });
  const account = await space.post("/accounts", {
    Name: "Deployer",
    AccountType: "UsernamePassword",
    Username: "deployer",
    Password: { HasValue: true, NewValue: "secret" },
  });
  const variableSet = await space.post("/libraryvariablesets", { Name: "Common", ContentType: "Variables" });
  const tagSet = await space.post("/tagsets", {
    Name: "Ring",
    Tags: [
      { Name: "Early/Bird", Color: "#333333" },
      { Name: "Late", Color: "#444444" },
    ],
  });
  const pool = await space.post("/workerpools", { Name: "Linux", WorkerPoolType: "StaticWorkerPool" });
  const machine = await space.post("/machines", {
    Name: "Web 1",
    EnvironmentIds: [environments["Development"]?.Id ?? ""],
    Roles: ["web"],
    Endpoint: { CommunicationStyle: "None" },
  });
  const credential = await space.post("/git-credentials", {
    Name: "Git",
    Details: { Type: "UsernamePassword", Username: "git", Password: { HasValue: true, NewValue: "secret" } },
  });
  const feeds = await space.list("/feeds");
  const builtInFeed = feeds.find((candidate) => candidate["FeedType"] === "BuiltIn") ?? feed;
  const template = await space.post("/actiontemplates", {
    Name: "Say Hello",
    ActionType: "Octopus.Script",
    Properties: {
      "Octopus.Action.Script.ScriptSource": "Inline",
      "Octopus.Action.Script.Syntax": "Bash",
      "Octopus.Action.Script.ScriptBody": "echo $(get_octopusvariable Hello.Who)",
    },
    Parameters: [
      {
        Name: "Hello.Who",
        Label: "Who",
        HelpText: "Whom to greet.",
        DefaultValue: "World",
        DisplaySettings: { "Octopus.ControlType": "SingleLineText" },
      },
    ],
    Packages: [],
  });
  return {
    environments,
    lifecycle,
    group,
    feed,
    account,
    variableSet,
    tagSet,
    pool,
    machine,
    credential,
    builtInFeed,
    template,
  };
}

export interface Surroundings {
  environments: Record<string, OctopusDocument>;
  lifecycle: OctopusDocument;
  group: OctopusDocument;
  feed: OctopusDocument;
  account: OctopusDocument;
  variableSet: OctopusDocument;
  tagSet: OctopusDocument;
  pool: OctopusDocument;
  machine: OctopusDocument;
  credential: OctopusDocument;
  builtInFeed: OctopusDocument;
  template: OctopusDocument;
}

/** A project with something of everything: every scope, awkward names, ids in free places, steps of many types, runbooks, schedules. */
export async function createFixtureProject(
  space: OctopusSpace,
  around: Surroundings,
  name = "Hello World",
): Promise<OctopusDocument> {
  const idOf = (environment: string): string => around.environments[environment]?.Id ?? "";
  const exportOptions = await space.post("/libraryvariablesets", { Name: "Export Options", ContentType: "Variables" });
  const project = await space.post("/projects", {
    Name: name,
    Description: 'Greets.\nIn "two" lines, for ${you} and %{me}',
    LifecycleId: around.lifecycle.Id,
    ProjectGroupId: around.group.Id,
    IncludedLibraryVariableSetIds: [around.variableSet.Id, exportOptions.Id],
    TenantedDeploymentMode: "TenantedOrUntenanted",
    Templates: [
      {
        Name: "Greeting",
        Label: "Greeting",
        HelpText: "How to greet",
        DefaultValue: "Hi",
        DisplaySettings: { "Octopus.ControlType": "SingleLineText" },
      },
    ],
  });
  const hotfix = await space.post("/channels", {
    Name: "Hot Fix",
    ProjectId: project.Id,
    Description: "For ${hurry}",
    LifecycleId: around.lifecycle.Id,
    Rules: [],
  });
  const process = await putProcess(space, project, around, hotfix);
  const runbook = await space.post("/runbooks", {
    Name: "Restart",
    ProjectId: project.Id,
    Description: "Restarts",
    MultiTenancyMode: "Untenanted",
    EnvironmentScope: "Specified",
    Environments: [idOf("Development"), idOf("Sync")],
    DefaultGuidedFailureMode: "EnvironmentDefault",
    ConnectivityPolicy: {
      SkipMachineBehavior: "None",
      TargetRoles: [],
      AllowDeploymentsToNoTargets: true,
      ExcludeUnhealthyTargets: false,
    },
    RunRetentionPolicy: { Strategy: "Count", QuantityToKeep: 10, Unit: "Items", ShouldKeepForever: false },
  });
  await putRunbookProcess(space, runbook);
  const hidden = await space.post("/runbooks", {
    RunRetentionPolicy: runsToKeep,
    Name: "__ 1. Serialize Project",
    ProjectId: project.Id,
    MultiTenancyMode: "Untenanted",
    EnvironmentScope: "All",
    DefaultGuidedFailureMode: "EnvironmentDefault",
  });
  const hiddenProcess = await putRunbookProcess(space, hidden);
  await putVariables(space, project, { around, hotfix, runbook, hidden, process, hiddenProcess });
  await postTriggers(space, project, { around, runbook });
  return project;
}

async function putProcess(
  space: OctopusSpace,
  project: OctopusDocument,
  around: Surroundings,
  hotfix: OctopusDocument,
): Promise<OctopusDocument> {
  const process = await space.get(`/projects/${project.Id}/deploymentprocesses`);
  const steps = [
    step(
      'Run "it"',
      {
        "Octopus.Action.Script.ScriptSource": "Inline",
        "Octopus.Action.Script.Syntax": "Bash",
        "Octopus.Action.Script.ScriptBody": 'echo "${HOME} %{x} #{Greeting} Feeds-1 \\\\"\n# Environments-1\n',
      },
      {
        WorkerPoolId: around.pool.Id,
        Environments: [around.environments["Development"]?.Id ?? "", around.environments["Sync"]?.Id ?? ""],
        Container: { FeedId: around.feed.Id, Image: "octopusdeploy/worker-tools:6.6.4-ubuntu.24.04" },
      },
    ),
    step(
      "Ask",
      {
        "Octopus.Action.Manual.Instructions": "Look at it",
        "Octopus.Action.Manual.ResponsibleTeamIds": "teams-managers,teams-everyone",
        "Octopus.Action.Manual.BlockConcurrentDeployments": "False",
      },
      { ActionType: "Octopus.Manual", Channels: [hotfix.Id] },
    ),
    step(
      "Unpack",
      {
        "Octopus.Action.Package.PackageId": "Acme.Web",
        "Octopus.Action.Package.FeedId": around.builtInFeed.Id,
        "Octopus.Action.Package.DownloadOnTentacle": "False",
        "Octopus.Action.TargetRoles": "web",
      },
      {
        ActionType: "Octopus.TentaclePackage",
        Packages: [
          {
            Name: "",
            PackageId: "Acme.Web",
            FeedId: around.builtInFeed.Id,
            AcquisitionLocation: "Server",
            Properties: { SelectionMode: "immediate" },
          },
          {
            Name: "tools",
            PackageId: "Acme.Tools",
            FeedId: around.builtInFeed.Id,
            AcquisitionLocation: "Server",
            Properties: { Extract: "True", SelectionMode: "immediate" },
          },
        ],
      },
    ),
    step(
      "Novel",
      {
        "Acme.Config": JSON.stringify({ feed: around.feed.Id, other: [around.account.Id, "Feeds-99999"] }),
        "Acme.Url": `/app#/${space.id}/projects/${project.Id}`,
      },
      { ActionType: "Acme.Novelty" },
    ),
    step("Greet", { ...templateProperties(around.template), "Hello.Who": "Mars" }),
    step(
      "Only in Sync",
      {
        "Octopus.Action.Script.ScriptSource": "Inline",
        "Octopus.Action.Script.Syntax": "Bash",
        "Octopus.Action.Script.ScriptBody": "echo",
      },
      { Environments: [around.environments["Sync"]?.Id ?? ""] },
    ),
  ];
  return space.put(`/projects/${project.Id}/deploymentprocesses`, { ...process, Steps: steps });
}

function templateProperties(template: OctopusDocument): JsonObject {
  const own = template["Properties"];
  const properties = typeof own === "object" && own !== null && !Array.isArray(own) ? own : {};
  return {
    ...properties,
    "Octopus.Action.Template.Id": template.Id,
    "Octopus.Action.Template.Version": String(template["Version"]),
  };
}

async function putRunbookProcess(space: OctopusSpace, runbook: OctopusDocument): Promise<OctopusDocument> {
  const path = `/runbookProcesses/${String(runbook["RunbookProcessId"])}`;
  const process = await space.get(path);
  const steps = ["Stop", "Start"].map((name) =>
    step(name, {
      "Octopus.Action.Script.ScriptSource": "Inline",
      "Octopus.Action.Script.Syntax": "Bash",
      "Octopus.Action.Script.ScriptBody": `echo ${name}`,
    }),
  );
  return space.put(path, { ...process, Steps: steps });
}

function step(name: string, properties: JsonObject, action: JsonObject = {}): JsonObject {
  const run = {
    Name: name,
    ActionType: "Octopus.Script",
    IsDisabled: false,
    IsRequired: false,
    WorkerPoolId: null,
    WorkerPoolVariable: null,
    Environments: [],
    ExcludedEnvironments: [],
    Channels: [],
    TenantTags: [],
    Packages: [],
    Properties: properties,
    ...action,
  };
  const roles = properties["Octopus.Action.TargetRoles"];
  const targets: JsonObject = roles === undefined ? {} : { "Octopus.Action.TargetRoles": roles };
  return {
    Name: name,
    PackageRequirement: "LetOctopusDecide",
    Condition: "Success",
    StartTrigger: "StartAfterPrevious",
    Properties: targets,
    Actions: [run],
  };
}

interface Parts {
  around: Surroundings;
  hotfix: OctopusDocument;
  runbook: OctopusDocument;
  hidden: OctopusDocument;
  process: OctopusDocument;
  hiddenProcess: OctopusDocument;
}

async function putVariables(space: OctopusSpace, project: OctopusDocument, parts: Parts): Promise<void> {
  const { around, hotfix, runbook, hidden, process, hiddenProcess } = parts;
  const idOf = (environment: string): string => around.environments[environment]?.Id ?? "";
  const actionOf = (document: OctopusDocument, index: number): string =>
    String(objectsOf(objectsOf(document, "Steps")[index] ?? {}, "Actions")[0]?.["Id"]);
  const plain = (name: string, value: string, scope: JsonObject = {}, more: JsonObject = {}): JsonObject => ({
    Name: name,
    Value: value,
    Type: "String",
    IsSensitive: false,
    IsEditable: true,
    Description: "",
    Scope: scope,
    ...more,
  });
  const secret = (name: string, value: string, scope: JsonObject = {}): JsonObject =>
    plain(name, value, scope, { Type: "Sensitive", IsSensitive: true });
  const variables = [
    plain("Greeting", "Hello"),
    plain("Greeting", 'Hello ${you} #{Octopus.Project.Name} "x"\n%{y}\\', {
      Environment: [idOf("Test"), idOf("Development")],
    }),
    plain("A.B", "one"),
    plain("A_B", "two"),
    plain("Feed", `the feed ${around.feed.Id}, not Feeds-10000`),
    plain("Account", around.account.Id, {}, { Type: "UsernamePasswordAccount" }),
    plain("Scoped", "by role", { Role: ["web", "db"] }),
    plain("Scoped", "by channel", { Channel: [hotfix.Id] }),
    plain("Scoped", "by step", { Action: [actionOf(process, 0), actionOf(hiddenProcess, 0)] }),
    plain("Scoped", "by process", { ProcessOwner: [runbook.Id, hidden.Id, project.Id] }),
    plain("Scoped", "by machine", { Machine: [around.machine.Id], Environment: [idOf("Development"), idOf("Sync")] }),
    plain("Scoped", "by tag", { TenantTag: ["Ring/Late"] }),
    plain("Scoped", "only in Sync", { Environment: [idOf("Sync")] }),
    plain("Scoped", "only for a hidden runbook", { ProcessOwner: [hidden.Id] }),
    plain(
      "Asked",
      "",
      {},
      {
        Prompt: {
          Label: "Which?",
          Description: "Choose",
          Required: true,
          DisplaySettings: { "Octopus.ControlType": "Select", "Octopus.SelectOptions": "a|First\nb|Second" },
        },
      },
    ),
    plain("Private.Thing", "stays"),
    secret("Database[Development].Password", 'dev "quoted" ${x} %{y} #{z}\nsecond line\n', {
      Environment: [idOf("Development"), idOf("Sync")],
    }),
    secret("Database[Production].Password", "prod", { Environment: [idOf("Production"), idOf("Sync")] }),
    secret("Twice", "one", { Environment: [idOf("Development"), idOf("Sync")] }),
    secret("Twice", "two", { Environment: [idOf("Test"), idOf("Sync")] }),
    secret("ByRole", "role", { Role: ["web"] }),
    secret("NotInSync", "test", { Environment: [idOf("Test")] }),
  ];
  const path = `/variables/${String(project["VariableSetId"])}`;
  await space.put(path, { ...(await space.get(path)), Variables: variables });
}

async function postTriggers(
  space: OctopusSpace,
  project: OctopusDocument,
  { around, runbook }: Pick<Parts, "around" | "runbook">,
): Promise<void> {
  const development = around.environments["Development"]?.Id ?? "";
  const test = around.environments["Test"]?.Id ?? "";
  const run = {
    ActionType: "RunRunbook",
    RunbookId: runbook.Id,
    EnvironmentIds: [development],
    TenantIds: [],
    TenantTags: [],
  };
  const deploy = {
    ActionType: "DeployLatestRelease",
    SourceEnvironmentIds: [development],
    DestinationEnvironmentId: test,
    ShouldRedeployWhenReleaseIsCurrent: true,
    TenantIds: [],
    TenantTags: [],
  };
  const days = ["Monday", "Wednesday"];
  const triggers: JsonObject[] = [
    {
      Name: 'Nightly "restart"',
      Filter: {
        FilterType: "OnceDailySchedule",
        DaysOfWeek: days,
        StartTime: "2026-01-01T02:30:00.000Z",
        Timezone: "UTC",
      },
      Action: run,
    },
    {
      Name: "Hourly",
      Filter: {
        FilterType: "ContinuousDailySchedule",
        DaysOfWeek: days,
        Interval: "OnceHourly",
        HourInterval: 2,
        RunAfter: "2026-01-01T08:00:00.000Z",
        RunUntil: "2026-01-01T18:00:00.000Z",
        Timezone: "UTC",
      },
      Action: run,
    },
    {
      Name: "Monthly",
      Filter: {
        FilterType: "DaysPerMonthSchedule",
        MonthlyScheduleType: "DateOfMonth",
        DateOfMonth: "1",
        StartTime: "2026-01-01T02:30:00.000Z",
        Timezone: "UTC",
      },
      Action: deploy,
    },
    {
      Name: "Cron",
      Filter: { FilterType: "CronExpressionSchedule", CronExpression: "0 0 6 * * Mon-Fri", Timezone: "UTC" },
      Action: deploy,
    },
  ];
  for (const trigger of triggers)
    await space.post("/projecttriggers", { ProjectId: project.Id, IsDisabled: false, ...trigger });
}
