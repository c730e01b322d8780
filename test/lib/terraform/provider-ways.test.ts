import { expect, test } from "vitest";
import type { ResourceGraph } from "../../../lib/model/graph.ts";
import { isJsonObject, objectOf, objectsOf, type JsonObject, type JsonValue } from "../../../lib/model/json.ts";
import type { OctopusDocument, OctopusSpace } from "../../../lib/octopus/octopus-client.ts";
import { buildTerraformModule } from "../../../lib/terraform/write-terraform-module.ts";
import { createSurroundings, type Surroundings } from "../graph/create-fixture-project.ts";
import { hasProvider } from "./terraform.ts";
import { apply, comparable, plan, startTrip, type TripOptions } from "./trip.ts";

async function surround(space: OctopusSpace): Promise<Surroundings> {
  const around = await createSurroundings(space);
  await space.post("/libraryvariablesets", { Name: "Another", ContentType: "Variables" });
  await space.post("/actiontemplates", {
    Name: "Sign",
    ActionType: "Octopus.Script",
    Properties: script("echo signed"),
    Parameters: [
      { Name: "Sign.Key", DefaultValue: null, DisplaySettings: { "Octopus.ControlType": "Sensitive" } },
      { Name: "Sign.With", DefaultValue: "gpg", DisplaySettings: { "Octopus.ControlType": "SingleLineText" } },
    ],
    Packages: [],
  });
  await space.post("/actiontemplates", {
    Name: "Seal",
    ActionType: "Octopus.Script",
    Properties: script("echo sealed"),
    Parameters: [
      {
        Name: "Seal.Key",
        DefaultValue: { HasValue: true, NewValue: "default" },
        DisplaySettings: { "Octopus.ControlType": "Sensitive" },
      },
      { Name: "Seal.Other", DefaultValue: "", DisplaySettings: { "Octopus.ControlType": "Sensitive" } },
    ],
    Packages: [],
  });
  return around;
}

function script(body: string): JsonObject {
  return {
    "Octopus.Action.Script.ScriptSource": "Inline",
    "Octopus.Action.Script.Syntax": "Bash",
    "Octopus.Action.Script.ScriptBody": body,
  };
}

function asked(name: string, control: string, more: JsonObject): JsonObject {
  return { Name: name, DisplaySettings: { "Octopus.ControlType": control }, ...more };
}

/** What the provider says in ways of its own, in one project. */
async function createProject(space: OctopusSpace, around: Surroundings): Promise<void> {
  const sets = await space.list("/libraryvariablesets");
  const project = await space.post("/projects", {
    Name: "Sensitive Work",
    LifecycleId: around.lifecycle.Id,
    ProjectGroupId: around.group.Id,
    IncludedLibraryVariableSetIds: [sets.find(({ Name }) => Name === "Another")?.Id ?? "", around.variableSet.Id],
    Templates: [
      asked("Plain", "SingleLineText", { Label: "", HelpText: "", DefaultValue: "" }),
      asked("Key", "Sensitive", { Label: "Key", DefaultValue: { HasValue: true, NewValue: "k" } }),
      asked("Other Key", "Sensitive", { HelpText: "Which?", DefaultValue: "" }),
      { Name: "Bare" },
    ],
    ExtensionSettings: [
      {
        ExtensionId: "jiraservicemanagement-integration",
        Values: { JsmChangeControlled: true, JsmConnectionId: "jsm-1", ServiceDeskProjectName: "Desk" },
      },
      {
        ExtensionId: "servicenow-integration",
        Values: {
          ServiceNowChangeControlled: true,
          ServiceNowConnectionId: "snow-1",
          StandardChangeTemplateName: "Standard",
          AutomaticStateTransition: false,
        },
      },
    ],
  });
  const [made] = await space.list(`/projects/${project.Id}/channels`);
  await space.put(`/channels/${made?.Id ?? ""}`, { ...made, Name: "Release" });
  await putProcess(space, project, around);
  const stable = await space.post("/channels", {
    Name: "Stable",
    ProjectId: project.Id,
    Rules: [
      { VersionRange: "[1.0,2.0)", Tag: "", ActionPackages: [{ DeploymentAction: "Unpack", PackageReference: "" }] },
      { VersionRange: "", Tag: "^$", ActionPackages: [{ DeploymentAction: "Unpack", PackageReference: "image" }] },
    ],
    GitReferenceRules: ["refs/heads/main"],
    GitResourceRules: [
      { Rules: ["refs/tags/*"], GitDependencyActions: [{ DeploymentActionSlug: "fetch", GitDependencyName: "" }] },
      { Rules: [], GitDependencyActions: [{ DeploymentActionSlug: "fetch", GitDependencyName: "more" }] },
    ],
    CustomFieldDefinitions: [{ FieldName: "Ticket", Description: "" }],
    TenantTags: ["Ring/Early/Bird"],
  });
  await putSettings(space, project, stable);
  await postTriggers(space, project, { around, stable });
  await postRunbook(space, project);
}

const plain = {
  Condition: "Success",
  StartTrigger: "StartAfterPrevious",
  PackageRequirement: "LetOctopusDecide",
  Properties: {},
};

async function putProcess(space: OctopusSpace, project: OctopusDocument, around: Surroundings): Promise<void> {
  const templates = await space.list("/actiontemplates");
  const use = (name: string): JsonObject => {
    const template = templates.find(({ Name }) => Name === name) ?? around.template;
    return {
      ...objectOf(template, "Properties"),
      "Octopus.Action.Template.Id": template.Id,
      "Octopus.Action.Template.Version": String(template["Version"]),
    };
  };
  // As a client is shown it.
  const kept = { "Seal.Key": { HasValue: true, NewValue: null } };
  const dependency = { RepositoryUri: "https://git.example.com/acme.git", DefaultBranch: "main", FilePathFilters: [] };
  const packages = [
    { Name: "", PackageId: "Acme.Web", FeedId: around.builtInFeed.Id, AcquisitionLocation: "Server", Properties: {} },
    { Name: "image", PackageId: "acme/web", FeedId: around.feed.Id, AcquisitionLocation: "Server", Properties: {} },
  ];
  const steps: [string, JsonObject, JsonObject?][] = [
    [
      "Fetch",
      script("ls"),
      {
        GitDependencies: [
          { Name: "", ...dependency, GitCredentialType: "Library", GitCredentialId: around.credential.Id },
          { Name: "more", ...dependency, GitCredentialType: "Anonymous", GitCredentialId: null },
        ],
      },
    ],
    [
      "Unpack",
      {
        "Octopus.Action.Package.PackageId": "Acme.Web",
        "Octopus.Action.Package.FeedId": around.builtInFeed.Id,
        "Octopus.Action.Package.DownloadOnTentacle": "False",
      },
      { ActionType: "Octopus.TentaclePackage", Packages: packages },
    ],
    ["Sign", { ...use("Sign"), "Sign.With": "minisign" }],
    ["Seal", { ...use("Seal"), ...kept }],
    ["In a container", script("id"), { Container: { Image: "alpine:3", FeedId: null } }],
    [
      "For few",
      script("id"),
      {
        Notes: "Not for all",
        IsDisabled: true,
        IsRequired: true,
        TenantTags: ["Ring/Late"],
        ExcludedEnvironments: [around.environments["Test"]?.Id ?? ""],
        WorkerPoolVariable: "Pool",
      },
    ],
  ];
  const path = `/projects/${project.Id}/deploymentprocesses`;
  await space.put(path, {
    ...(await space.get(path)),
    Steps: [
      ...steps.map(([Name, Properties, more = {}]) => ({
        ...plain,
        Name,
        Actions: [{ Name, ActionType: "Octopus.Script", Properties, ...more }],
      })),
      {
        ...plain,
        Name: "Rolling",
        Properties: { "Octopus.Action.TargetRoles": "web", "Octopus.Action.MaxParallelism": "1" },
        Actions: [
          { Name: "Rolling", ActionType: "Octopus.Script", Properties: script("first") },
          {
            Name: "Second",
            ActionType: "Octopus.Script",
            Condition: "Failure",
            Properties: script("second"),
            GitDependencies: [{ Name: "", ...dependency, GitCredentialType: "Anonymous", GitCredentialId: "" }],
            Packages: packages.slice(1),
          },
          { Name: "Third", ActionType: "Octopus.Script", Properties: { ...use("Seal"), ...kept } },
        ],
      },
    ],
  });
}

async function putSettings(space: OctopusSpace, project: OctopusDocument, stable: OctopusDocument): Promise<void> {
  const process = await space.get(`/projects/${project.Id}/deploymentprocesses`);
  const unpack = objectsOf(process, "Steps").flatMap((step) =>
    objectsOf(step, "Actions").filter(({ Name }) => Name === "Unpack"),
  )[0];
  const donor = { DeploymentAction: "Unpack", PackageReference: "" };
  const path = `/projects/${project.Id}/deploymentsettings`;
  await space.put(path, {
    ...(await space.get(path)),
    VersioningStrategy: { DonorPackage: donor, DonorPackageStepId: unpack?.["Id"] ?? null, Template: "" },
  });
  const current = await space.get(`/projects/${project.Id}`);
  await space.put(`/projects/${project.Id}`, {
    ...current,
    AutoCreateRelease: true,
    ReleaseCreationStrategy: { ChannelId: stable.Id, ReleaseCreationPackage: donor },
  });
}

async function postTriggers(
  space: OctopusSpace,
  project: OctopusDocument,
  { around, stable }: { around: Surroundings; stable: OctopusDocument },
): Promise<void> {
  const create = { ActionType: "CreateRelease", ChannelId: stable.Id };
  const triggers: JsonObject[] = [
    {
      Name: "New image",
      Filter: {
        FilterType: "FeedFilter",
        Packages: [
          { DeploymentActionSlug: "unpack", PackageReference: "image" },
          { DeploymentActionSlug: "unpack", PackageReference: "" },
        ],
      },
      Action: create,
    },
    {
      Name: "New commit",
      Description: "Of the scripts",
      Filter: {
        FilterType: "GitFilter",
        Sources: [
          {
            DeploymentActionSlug: "fetch",
            GitDependencyName: "",
            IncludeFilePaths: ["scripts/**"],
            ExcludeFilePaths: [],
          },
        ],
      },
      Action: create,
    },
    {
      Name: "New target",
      Filter: {
        FilterType: "MachineFilter",
        EnvironmentIds: [around.environments["Development"]?.Id ?? ""],
        Roles: ["web"],
        EventGroups: ["MachineAvailableForDeployment"],
        EventCategories: ["MachineAdded"],
      },
      Action: { ActionType: "AutoDeploy", ShouldRedeployWhenMachineHasBeenDeployedTo: true },
    },
  ];
  const development = around.environments["Development"]?.Id ?? "";
  const minutes = {
    FilterType: "ContinuousDailySchedule",
    Interval: "OnceEveryMinute",
    MinuteInterval: 30,
    Timezone: "UTC",
  };
  triggers.push(
    {
      Name: "Often",
      Filter: {
        ...minutes,
        DaysOfWeek: ["Sunday"],
        RunAfter: "2026-01-01T08:00:00.000Z",
        RunUntil: "2026-01-01T18:00:00.000Z",
      },
      Action: { ActionType: "DeployNewRelease", EnvironmentId: development, ChannelId: stable.Id },
    },
    {
      Name: "Last Friday",
      Filter: {
        FilterType: "DaysPerMonthSchedule",
        MonthlyScheduleType: "DayOfMonth",
        DayNumberOfMonth: "L",
        DayOfWeek: "Friday",
        StartTime: "2026-01-01T02:30:00.000Z",
        Timezone: "UTC",
      },
      Action: {
        ActionType: "DeployNewRelease",
        EnvironmentId: development,
        VersionControlReference: { GitRef: "main" },
      },
    },
  );
  for (const trigger of triggers)
    await space.post("/projecttriggers", { ProjectId: project.Id, IsDisabled: false, ...trigger });
}

async function postRunbook(space: OctopusSpace, project: OctopusDocument): Promise<void> {
  await space.post("/runbooks", {
    Name: "Restart",
    ProjectId: project.Id,
    MultiTenancyMode: "Untenanted",
    EnvironmentScope: "All",
    DefaultGuidedFailureMode: "On",
    ForcePackageDownload: true,
    RunRetentionPolicy: { Strategy: "Forever", QuantityToKeep: 0, Unit: "Items", ShouldKeepForever: true },
  });
  const path = `/variables/${String(project["VariableSetId"])}`;
  const prompt = { Label: "", Description: "", Required: false };
  const prompted = { Name: "Asked", Value: "", Type: "String", Prompt: prompt };
  const pool = { Name: "Pool", Value: "", Type: "WorkerPool" };
  await space.put(path, { ...(await space.get(path)), Variables: [prompted, pool] });
}

const options: TripOptions = { surround, createProject, project: "Sensitive Work" };

const remarks = [
  'deploymentProcess: the step "Sign" is detached from its step template, since the provider cannot read one whose parameter "Sign.Key" has no default',
  "stepTemplate: it is left out, since no step of the module uses it",
  'project: the secret default of the variable template "Key" is left out, since the provider would write it as plain text',
  "project: the order of its library variable sets is lost, since the provider has a set of them",
  'channel: it arrives as the channel "Default", which the people of the space may rename',
  'deploymentProcess: the secret in Seal.Key of the step "Seal" is the default of its step template there',
  'deploymentProcess: the secret in Seal.Key of the step "Third" is the default of its step template there',
  "projectTrigger: it arrives enabled, since the provider cannot disable a trigger for deployment targets",
];

/** The original as far as the provider can bring it: what the remarks tell is otherwise. */
function asItArrives(graph: ResourceGraph): JsonValue {
  const arriving = {
    ...graph,
    nodes: graph.nodes.filter(({ kind, key }) => kind !== "stepTemplate" || key[0] !== "Sign"),
  };
  return JSON.parse(
    JSON.stringify(comparable(arriving)).replaceAll('"Release"', '"Default"'),
    (field, value: JsonValue) => {
      if (field === "DefaultValue" && isJsonObject(value)) return undefined;
      // A set of Terraform is sorted, here by the ids.
      if (field === "IncludedLibraryVariableSetIds" && Array.isArray(value)) return value.toReversed();
      if (field === "Octopus.Action.Template.Id" && JSON.stringify(value).includes("Sign")) return undefined;
      // A server tells it of the package.
      return field === "DonorPackageStepId" ? undefined : value;
    },
  );
}

function withoutStepTemplates({ nodes, ...graph }: ResourceGraph): ResourceGraph {
  return { ...graph, nodes: nodes.filter(({ kind }) => kind !== "stepTemplate") };
}

test("what the provider has no words for is told, each in a sentence", async () => {
  const { readOriginal } = await startTrip(options);
  const told = buildTerraformModule(await readOriginal()).remarks;
  expect(told.map(({ about, text }) => `${about.kind}: ${text.replace("in Terraform, ", "")}`)).toEqual(remarks);
});

test("Octopus replaces expressions in no file but those with secrets, whatever the project is called", async () => {
  const { upstream, writeModule } = await startTrip(options);
  const [project] = await upstream.list("/projects", { name: "Sensitive Work" });
  const path = `/variables/${String(project?.["VariableSetId"])}`;
  const own = { Name: "Own", Value: "#{Octopus.Project.Name}", Type: "String" };
  const secret = { Name: "Own", Value: "secret", Type: "Sensitive", IsSensitive: true, Scope: { Role: ["web"] } };
  await upstream.put(path, { ...(await upstream.get(path)), Variables: [own, secret] });

  const files = await writeModule({});

  const replaced = [...files.keys()].filter((name) => /\/project_variable_sensitive[^/]*\.tf$/.test(name));
  expect(replaced).toEqual(["space_population/project_variable_sensitive_sensitive_work_own_role_web.tf"]);
  expect(files.get("space_population/project_variable_of_sensitive_work_own_1.tf")).toContain(
    "#{Octopus.Project.Name}",
  );
});

test.skipIf(!hasProvider)(
  "what only the provider's own ways can say arrives, stays, and a second plan has nothing to do",
  async () => {
    const { upstream, downstream, readOriginal, readCopy, writeModule, createFolder } = await startTrip(options);
    const folder = await createFolder({});
    await apply(folder);

    expect(comparable(withoutStepTemplates(await readCopy()))).toEqual(
      asItArrives(withoutStepTemplates(await readOriginal())),
    );
    expect(await plan(folder)).toContain("No changes.");

    const [project] = await upstream.list("/projects", { name: "Sensitive Work" });
    await upstream.put(`/projects/${project?.Id ?? ""}`, { ...project, Description: "Another one" });
    folder.replace(await writeModule({}));
    await apply(folder);

    expect(comparable(withoutStepTemplates(await readCopy()))).toEqual(
      asItArrives(withoutStepTemplates(await readOriginal())),
    );
    const [copy] = await downstream.list("/projects", { name: "Sensitive Work" });
    expect((await downstream.list(`/projects/${copy?.Id ?? ""}/channels`)).map(({ Name }) => Name)).toEqual([
      "Default",
      "Stable",
    ]);
  },
);

test.skipIf(!hasProvider)("a channel that the people of the space rename as the template's stays the one", async () => {
  const { downstream, createFolder } = await startTrip(options);
  const folder = await createFolder({});
  await apply(folder);
  const [copy] = await downstream.list("/projects", { name: "Sensitive Work" });
  const channels = await downstream.list(`/projects/${copy?.Id ?? ""}/channels`);
  const made = channels.find(({ Name }) => Name === "Default");

  await downstream.put(`/channels/${made?.Id ?? ""}`, { ...made, Name: "Release" });

  expect(await plan(folder)).toContain("No changes.");
});
