import { objectsOf, textOf, type JsonObject } from "../../../lib/model/json.ts";
import type { OctopusDocument, OctopusSpace } from "../../../lib/octopus/octopus-client.ts";
import { findConnection } from "../github-connections.ts";
import { awkward, secret, type KindStory } from "../kind-story.ts";
import { makeProject } from "../make-project.ts";

const ofHubTemplates = "Of processes that the Platform Hub shares, whose projects stay behind.";

/** What a server tells of a run; no set of a project has one. */
const ofRuns = "Of variables of a run, which no project has.";

const startedByNobody = {
  "Steps.StartTrigger: Variable": "In the reference's list; no client sends it, and no form of the portal has it.",
};

async function makeSteps(space: OctopusSpace, channels: string[], environments: string[]): Promise<JsonObject[]> {
  const feed = await space.post("/feeds", { Name: "Images", FeedType: "Docker", FeedUri: "https://images.example" });
  const pool = await space.post("/workerpools", { Name: awkward("Pool"), WorkerPoolType: "StaticWorkerPool" });
  const credential = await space.post("/git-credentials", {
    Name: awkward("Pulls"),
    Details: { Type: "UsernamePassword", Username: "bot", Password: secret("of a bot") },
  });
  const repository = { RepositoryUri: "https://git.example/texts", DefaultBranch: "main", FilePathFilters: ["a/*"] };
  const library = { GitCredentialType: "Library", GitCredentialId: credential.Id };
  const app = { GitCredentialType: "GitHub", GitHubConnectionId: await findConnection(space, "acme") };
  const common = { ActionType: "Octopus.Script", IsDisabled: true, IsRequired: true, Notes: "Why it is so." };
  const script = { "Octopus.Action.Script.ScriptBody": "echo", "Smtp.Password": secret("of a step") };
  const packages = [awkward("Tools"), ""].map((Name) => ({
    Name,
    PackageId: "acme/tools",
    FeedId: feed.Id,
    AcquisitionLocation: "Server",
    Properties: { Extract: "True", Key: secret("of a package") },
  }));
  const first = {
    ...common,
    Name: awkward("First"),
    Slug: "first-by-hand",
    Environments: environments.slice(0, 1),
    Channels: channels,
    TenantTags: ["Region/Europe"],
    WorkerPoolId: pool.Id,
    Container: { FeedId: feed.Id, Image: "acme/runner" },
    Packages: packages,
    GitDependencies: [
      { Name: "", ...repository, ...library },
      { Name: "charts", ...repository, ...app },
    ],
    Properties: script,
  };
  const second = {
    ...common,
    Name: awkward("Second"),
    ExcludedEnvironments: environments.slice(1),
    WorkerPoolVariable: "Pool",
    Properties: script,
  };
  return [
    {
      Name: awkward("Both"),
      Slug: "both-by-hand",
      Condition: "Failure",
      StartTrigger: "StartWithPrevious",
      PackageRequirement: "AfterPackageAcquisition",
      Properties: { "Octopus.Action.MaxParallelism": "2", "Octopus.Action.TargetRoles": "web" },
      Actions: [first, second],
    },
    ...makeMoreSteps(),
  ];
}

/** When steps begin, and packages are there, in every way. */
function makeMoreSteps(): JsonObject[] {
  const ways = [
    ["Always", "StartWithPrevious", "LetOctopusDecide"],
    ["Success", "StartAfterPrevious", "BeforePackageAcquisition"],
    ["Variable", "StartAfterPrevious", "LetOctopusDecide"],
  ] as const;
  return ways.map(([Condition, StartTrigger, PackageRequirement]) => ({
    Name: awkward(Condition),
    Condition,
    StartTrigger,
    PackageRequirement,
    Properties: { "Octopus.Step.ConditionVariableExpression": "#{if Wanted}true#{/if}" },
    Actions: [{ Name: awkward(Condition), ActionType: "Octopus.Script", Properties: {} }],
  }));
}

function makeChannel(space: OctopusSpace, project: OctopusDocument, lifecycle: string): Promise<OctopusDocument> {
  return space.post("/channels", {
    Name: awkward("Hot"),
    Slug: "hot-by-hand",
    Description: "In a hurry.",
    ProjectId: project.Id,
    LifecycleId: lifecycle,
    IsDefault: false,
    TenantTags: ["Region/Europe"],
    CustomFieldDefinitions: [{ FieldName: "Ticket", Description: "Why." }],
    GitReferenceRules: ["refs/heads/main"],
    Rules: [],
  });
}

async function makeRunbook(
  space: OctopusSpace,
  project: OctopusDocument,
  environment: string,
): Promise<OctopusDocument> {
  const made = await space.post("/runbooks", {
    ProjectId: project.Id,
    Name: awkward("Restart"),
    Slug: "restart-by-hand",
    Description: "Once more.",
    MultiTenancyMode: "TenantedOrUntenanted",
    EnvironmentScope: "Specified",
    Environments: [environment],
    DefaultGuidedFailureMode: "On",
    ForcePackageDownload: true,
    RunbookTags: ["Team/Blue"],
    ConnectivityPolicy: connectivity,
    RunRetentionPolicy: { Strategy: "Count", QuantityToKeep: 7, Unit: "Items", ShouldKeepForever: false },
  });
  const more = { CancelQueuedTasks: true, CancelRunningTasks: true, FailTargetDiscovery: true };
  return space.put(`/runbooks/${made.Id}`, { ...(await space.get(`/runbooks/${made.Id}`)), ...more });
}

/** Runbooks for all environments, or those of the lifecycles, with and without tenants. */
async function makeMoreRunbooks(space: OctopusSpace, project: OctopusDocument): Promise<void> {
  for (const [EnvironmentScope, MultiTenancyMode, DefaultGuidedFailureMode] of [
    ["All", "Tenanted", "Off"],
    ["FromProjectLifecycles", "Untenanted", "EnvironmentDefault"],
  ] as const)
    await space.post("/runbooks", {
      ProjectId: project.Id,
      Name: awkward(EnvironmentScope),
      EnvironmentScope,
      MultiTenancyMode,
      DefaultGuidedFailureMode,
      ConnectivityPolicy: { ...connectivity, SkipMachineBehavior: "None" },
      RunRetentionPolicy: { Strategy: "Count", QuantityToKeep: 7, Unit: "Days", ShouldKeepForever: false },
    });
}

const connectivity = {
  SkipMachineBehavior: "SkipUnavailableMachines",
  TargetRoles: ["web"],
  AllowDeploymentsToNoTargets: true,
  ExcludeUnhealthyTargets: true,
};

export const stories: KindStory[] = [
  {
    kind: "project",
    what: "with all that belongs to one, of which every field says something",
    also: {
      channel: {
        EphemeralEnvironmentNameTemplate: "Of a channel of ephemeral environments, which has a story of its own.",
        ParentEnvironmentId: "The same.",
      },
      deploymentProcess: startedByNobody,
      deploymentSettings: {},
      runbook: { Clone: "A way to make one, and nothing that one has." },
      runbookProcess: startedByNobody,
      variableSet: {
        "Variables.Scope.EnvironmentParameter": ofHubTemplates,
        "Variables.Scope.ParentDeployment": ofRuns,
        "Variables.Scope.Private": ofRuns,
        "Variables.Scope.ProcessTemplateStep": ofHubTemplates,
        "Variables.Scope.Project": ofRuns,
        "Variables.Scope.ProjectTemplate": ofHubTemplates,
        "Variables.Scope.TargetRole": ofRuns,
        "Variables.Scope.TargetTagParameter": ofHubTemplates,
        "Variables.Scope.TemplatedProject": ofHubTemplates,
        "Variables.Scope.Tenant": ofRuns,
        "Variables.Scope.TenantTagParameter": ofHubTemplates,
        "Variables.Scope.Trigger": ofRuns,
        "Variables.Scope.User": ofRuns,
      },
    },
    async seed(space) {
      for (const [Name, scope] of [
        ["Region", "Tenant"],
        ["Team", "Runbook"],
      ] as const)
        await space.post("/tagsets", {
          Name,
          Scopes: [scope],
          Tags: ["Europe", "Blue"].map((tag) => ({ Name: tag, Color: "#333333" })),
        });
      const environments = await Promise.all(
        ["Test", "Production"].map(async (name) => (await space.post("/environments", { Name: awkward(name) })).Id),
      );
      const [environment = ""] = environments;
      const machine = await space.post("/machines", {
        Name: awkward("Web 1"),
        EnvironmentIds: [environment],
        Roles: ["web"],
        IsDisabled: true,
        Endpoint: { CommunicationStyle: "None" },
      });
      const lifecycle = await space.post("/lifecycles", { Name: awkward("Slow") });
      const project = await makeProject(space, { TenantedDeploymentMode: "TenantedOrUntenanted" });
      const channel = await makeChannel(space, project, lifecycle.Id);
      const path = `/projects/${project.Id}/deploymentprocesses`;
      const Steps = await makeSteps(space, [channel.Id], environments);
      const process = await space.put(path, { ...(await space.get(path)), Steps });
      const [first] = objectsOf(objectsOf(process, "Steps")[0] ?? {}, "Actions");
      await space.put(`/channels/${channel.Id}`, {
        ...(await space.get(`/channels/${channel.Id}`)),
        Rules: [
          {
            Tag: "^$",
            VersionRange: "[1.0,2.0)",
            VersionTagRegex: "^rc",
            VersioningStrategy: "SemVer",
            ActionPackages: [{ DeploymentAction: awkward("First"), PackageReference: awkward("Tools") }],
          },
        ],
        GitResourceRules: [
          {
            Rules: ["refs/heads/*"],
            GitDependencyActions: [{ DeploymentActionSlug: "first-by-hand", GitDependencyName: "charts" }],
          },
        ],
      });
      const runbook = await makeRunbook(space, project, environment);
      await makeMoreRunbooks(space, project);
      const runbookPath = `/runbookProcesses/${textOf(runbook, "RunbookProcessId")}`;
      const [step = {}, ...more] = Steps;
      const [, second = {}] = objectsOf(step, "Actions");
      await space.put(runbookPath, {
        ...(await space.get(runbookPath)),
        Steps: [{ ...step, Actions: [second] }, ...more],
      });
      const settings = `/projects/${project.Id}/deploymentsettings`;
      await space.put(settings, {
        ...(await space.get(settings)),
        ConnectivityPolicy: connectivity,
        DefaultGuidedFailureMode: "On",
        DefaultToSkipIfAlreadyInstalled: true,
        DeploymentChangesTemplate: "Changes",
        ReleaseNotesTemplate: "Notes",
        ForcePackageDownload: true,
        FailTargetDiscovery: true,
        CancelQueuedTasks: true,
        CancelRunningTasks: true,
        VersioningStrategy: {
          Template: null,
          DonorPackage: { DeploymentAction: awkward("First"), PackageReference: awkward("Tools") },
        },
      });
      const variables = `/variables/variableset-${project.Id}`;
      const variable = { Type: "String", IsEditable: true, IsSensitive: false, Description: "What it is for." };
      await space.put(variables, {
        ...(await space.get(variables)),
        Variables: [
          {
            ...variable,
            Name: awkward("Everywhere"),
            Value: "once",
            Scope: {
              Environment: [environment],
              Machine: [machine.Id],
              Role: ["web"],
              Channel: [channel.Id],
              TenantTag: ["Region/Europe"],
              Action: [textOf(first ?? {}, "Id")],
              ProcessOwner: [runbook.Id],
            },
          },
          {
            ...variable,
            Name: awkward("Asked"),
            Value: "",
            Scope: {},
            Prompt: {
              Label: "Say",
              Description: "What?",
              Required: true,
              DisplaySettings: { "Octopus.ControlType": "SingleLineText" },
            },
          },
          {
            ...variable,
            Name: "Password",
            Value: "SENTINEL of a project",
            Type: "Sensitive",
            IsSensitive: true,
            Scope: {},
          },
        ],
      });
    },
  },
];
