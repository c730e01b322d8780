import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { fieldsOf, listOf, textOf, textsOf, type Fields } from "../model/fields.ts";
import { packageReference, scriptAction } from "./api-stage.ts";
import { createGitStage, type GitStage } from "./git-stage.ts";

test("converting a project commits its files in Octopus's form", async () => {
  const stage = await createGitStage();
  const { project } = await populate(stage);
  const converted = await stage.convert(project);
  expect(converted).toMatchObject({
    IsVersionControlled: true,
    VersioningStrategy: null,
    PersistenceSettings: {
      Type: "VersionControlled",
      ConversionState: { VariablesAreInGit: true, RunbooksAreInGit: true },
    },
  });
  expect(stage.file(".octopus/schema_version.ocl")).toBe("version = 10");
  expect(stage.file(".octopus/deployment_process.ocl")).toBe(processFile);
  expect(stage.file(".octopus/deployment_settings.ocl")).toBe(settingsFile);
  expect(stage.file(".octopus/variables.ocl")).toBe(variablesFile);
  expect(stage.file(".octopus/runbooks/clean-up.ocl")).toBe(runbookFile);
  expect(stage.file("README.md")).toBe("# App\n");
  expect(log(stage, "%s|%an|%ae")).toMatch(/^Move to Git\|\S/);
});

test("what was converted reads back as it was, but for ids", async () => {
  const stage = await createGitStage();
  const { project, process, variables, settings, runbook, runbookProcess } = await populate(stage);
  await stage.convert(project);
  const at = (path: string): Promise<Fields> => stage.get(`/api/Spaces-1/projects/app/main/${path}`);
  expect(withoutIds(listOf(await at("deploymentprocesses"), "Steps"))).toEqual(withoutIds(listOf(process, "Steps")));
  expect(withoutIds(listOf(await at("runbookProcesses/clean-up"), "Steps"))).toEqual(
    withoutIds(listOf(runbookProcess, "Steps")),
  );
  const { Links: _, ...settingsBefore } = settings;
  expect(await at("deploymentsettings")).toMatchObject(settingsBefore);
  const plain = listOf(variables, "Variables").filter((variable) => variable["Type"] !== "Sensitive");
  const inGit = listOf(await at("variables"), "Variables");
  expect(byName(inGit)).toEqual(byName(plain));
  expect(inGit.map((variable) => variable["Scope"])).toMatchObject([
    { Action: ["deploy-web"] },
    { ProcessOwner: [project["Id"], "clean-up"] },
    {},
    {},
    {},
  ]);
  expect(await at("runbooks/clean-up")).toMatchObject({
    Name: runbook["Name"],
    Environments: runbook["Environments"],
    RunRetentionPolicy: runbook["RunRetentionPolicy"],
    Id: "clean-up",
  });
});

test("writing what was read makes no commit", async () => {
  const stage = await createGitStage();
  const { project } = await populate(stage);
  await stage.convert(project);
  const before = log(stage, "%H");
  for (const path of [
    "deploymentprocesses",
    "deploymentsettings",
    "variables",
    "runbooks/clean-up",
    "runbookProcesses/clean-up",
  ]) {
    const address = `/api/Spaces-1/projects/app/refs%2Fheads%2Fmain/${path}`;
    const read = await stage.get(address);
    expect(await stage.put(address, read)).toEqual(path === "variables" ? {} : read);
    expect(await stage.get(address)).toEqual(read);
  }
  expect(log(stage, "%H")).toBe(before);
});

test("a change becomes a commit of the caller with the message that was sent", async () => {
  const stage = await createGitStage();
  const project = await stage.project("App");
  await stage.convert(project);
  const address = `/api/Spaces-1/projects/app/main/deploymentprocesses`;
  const process = await stage.get(address);
  const saved = await stage.put(textOf(fieldsOf(process, "Links"), "Self"), {
    ...process,
    Steps: [{ Name: "Say Hello", Actions: [scriptAction("Say Hello")] }],
    ChangeDescription: "Say hello\n\nBecause we can.",
  });
  expect(listOf(saved, "Steps")).toMatchObject([
    { Id: "say-hello", Slug: "say-hello", Actions: [{ Id: "say-hello" }] },
  ]);
  expect(log(stage, "%B|%an").trim()).toBe("Say hello\n\nBecause we can.|Administrator");
  expect(stage.file(".octopus/deployment_process.ocl")).toContain(
    'step "say-hello" {\n    name = "Say Hello"\n\n    action {\n',
  );
});

test("branches have their own process, and commits and tags keep theirs", async () => {
  const stage = await createGitStage();
  const project = await stage.project("App");
  await stage.convert(project);
  const first = log(stage, "%H").trim();
  execFileSync("git", ["-C", stage.repository, "tag", "v1"]);
  const api = "/api/Spaces-1/projects/app";
  expect(
    await stage.call("POST", `${api}/git/branches/v2`, { BaseGitRef: "refs/heads/main", NewBranchName: "lisa/new" }),
  ).toMatchObject({
    status: 200,
    body: { Name: "lisa/new", CanonicalName: "refs/heads/lisa/new", IsProtected: false },
  });
  await stage.setSteps(`${api}/lisa%2Fnew/deploymentprocesses`, [scriptAction("Try")]);
  const stepsAt = async (ref: string): Promise<number> =>
    listOf(await stage.get(`${api}/${encodeURIComponent(ref)}/deploymentprocesses`), "Steps").length;
  expect([
    await stepsAt("refs/heads/lisa/new"),
    await stepsAt("main"),
    await stepsAt("v1"),
    await stepsAt("refs/tags/v1"),
    await stepsAt(first),
    await stepsAt(first.slice(0, 8)),
  ]).toEqual([1, 0, 0, 0, 0, 0]);
  expect(await stage.get(`${api}/git/branches?searchByName=LISA`)).toMatchObject({
    ItemType: "GitBranch",
    TotalResults: 1,
    Items: [{ Name: "lisa/new" }],
  });
  expect(await stage.get(`${api}/git/branches/lisa%2Fnew`)).toMatchObject({ CanonicalName: "refs/heads/lisa/new" });
  expect(await stage.get(`${api}/git/tags`)).toMatchObject({
    ItemType: "GitTag",
    Items: [{ Name: "v1", CanonicalName: "refs/tags/v1" }],
  });
  expect(await stage.get(`${api}/git/commits/${first}`)).toMatchObject({ CanonicalName: first });
  expect((await stage.call("GET", `${api}/git/branches/none`)).status).toBe(404);
  expect((await stage.call("GET", `${api}/none/deploymentprocesses`)).status).toBe(404);
  expect(
    await stage.refusal("PUT", `${api}/v1/deploymentsettings`, await stage.get(`${api}/v1/deploymentsettings`)),
  ).toMatch(/is not a branch/);
  expect(
    await stage.refusal("POST", `${api}/git/branches/v2`, { BaseGitRef: "main", NewBranchName: "lisa/new" }),
  ).toMatch(/already exists/);
  expect(await stage.refusal("POST", `${api}/git/branches/v2`, { BaseGitRef: "gone", NewBranchName: "x" })).toMatch(
    /does not exist in the Git repository/,
  );
  expect(
    await stage.refusal("POST", `${api}/git/branches/v2`, { BaseGitRef: "main", NewBranchName: "a..b c" }),
  ).toMatch(/is not valid/);
});

test("somebody else's commit is seen by the next request", async () => {
  const stage = await createGitStage();
  await stage.convert(await stage.project("App"));
  stage.edit({
    files: {
      ".octopus/deployment_process.ocl":
        'step "by-hand" {\n    action {\n        action_type = "Octopus.Script"\n    }\n}\n',
    },
  });
  expect(listOf(await stage.get("/api/Spaces-1/projects/app/main/deploymentprocesses"), "Steps")).toMatchObject([
    { Name: "by-hand", Actions: [{ Name: "by-hand", ActionType: "Octopus.Script" }] },
  ]);
});

test("secrets stay in the database, and variables of a branch on the branch", async () => {
  const stage = await createGitStage();
  const { project } = await populate(stage);
  await stage.convert(project);
  const stored = `/api/Spaces-1/variables/variableset-${textOf(project, "Id")}`;
  expect(listOf(await stage.get(stored), "Variables")).toMatchObject([{ Name: "Password", Value: null }]);
  await stage.post("/api/Spaces-1/projects/app/git/branches/v2", { BaseGitRef: "main", NewBranchName: "other" });
  const address = "/api/Spaces-1/projects/app/main/variables";
  const set = await stage.get(address);
  const secret = { Name: "Token", Value: "s3cret-sentinel", Type: "Sensitive", IsSensitive: true };
  expect(await stage.refusal("PUT", address, { ...set, Variables: [secret] })).toBe(
    "The variable 'Token' is sensitive. Sensitive variables cannot be stored in Git.",
  );
  await stage.put(address, { ...set, Variables: [...listOf(set, "Variables"), { Name: "Plain", Value: "here" }] });
  const read = await stage.get(stored);
  await stage.put(stored, { ...read, Variables: [...listOf(read, "Variables"), secret] });
  const names = async (ref: string): Promise<string[]> =>
    listOf(await stage.get(`/api/Spaces-1/projects/app/${ref}/variables`), "Variables").map((variable) =>
      textOf(variable, "Name"),
    );
  expect(await names("main")).toEqual(["Url", "Url", "Text", "Pool", "Ask", "Plain"]);
  expect(await names("other")).toEqual(["Url", "Url", "Text", "Pool", "Ask"]);
  expect(execFileSync("git", ["-C", stage.repository, "log", "-p", "--all"]).toString()).not.toContain(
    "s3cret-sentinel",
  );
  expect(stage.server.model.collection("variablesets").find(`variableset-${textOf(project, "Id")}`)).toMatchObject({
    Variables: [{ Value: { $sensitive: "old-secret" } }, { Value: { $sensitive: "s3cret-sentinel" } }],
  });
});

test("a secret for a step or a runbook is still for it when the project is in Git, where both are known by slug", async () => {
  const stage = await createGitStage();
  const project = await stage.project("App");
  const runbook = await stage.runbook(project, "Restart the web");
  const process = await stage.setSteps("/api/Spaces-1/projects/Projects-1/deploymentprocesses", [
    scriptAction("Say hello"),
  ]);
  const action = textOf(listOf(listOf(process, "Steps")[0] ?? {}, "Actions")[0] ?? {}, "Id");
  const stored = "/api/Spaces-1/variables/variableset-Projects-1";
  const secret = (Name: string, Scope: Fields): Fields => ({ Name, Value: "s3cret", IsSensitive: true, Scope });
  await stage.put(stored, {
    ...(await stage.get(stored)),
    Variables: [secret("Step", { Action: [action] }), secret("Runbook", { ProcessOwner: [textOf(runbook, "Id")] })],
  });

  await stage.convert(project);

  expect(listOf(await stage.get(stored), "Variables")).toMatchObject([
    { Name: "Step", Scope: { Action: ["say-hello"] } },
    { Name: "Runbook", Scope: { ProcessOwner: ["restart-the-web"] } },
  ]);
});

test("links of a project in Git are templates of the reference", async () => {
  const stage = await createGitStage();
  const project = await stage.project("App");
  const { Links } = await stage.convert(project);
  const self = `/api/Spaces-1/projects/${textOf(project, "Id")}`;
  expect(Links).toMatchObject({
    DeploymentProcess: `${self}/{gitRef}/deploymentprocesses`,
    DeploymentSettings: `${self}/{gitRef}/deploymentsettings`,
    Branches: `${self}/git/branches{/name}{?skip,take,searchByName,refresh}`,
  });
});

test("addresses without a reference are refused", async () => {
  const stage = await createGitStage();
  const project = await stage.project("App");
  await stage.convert(project);
  const api = `/api/Spaces-1/projects/${textOf(project, "Id")}`;
  expect(await stage.refusal("GET", `${api}/deploymentprocesses`)).toMatch(/include a Git ref in the route/);
  expect(await stage.refusal("GET", `${api}/deploymentsettings`)).toMatch(/include a Git ref in the route/);
  expect(await stage.refusal("POST", "/api/Spaces-1/runbooks", { Name: "R", ProjectId: project["Id"] })).toMatch(
    /include a Git ref in the route/,
  );
  expect(
    (await stage.call("GET", `/api/Spaces-1/deploymentprocesses/deploymentprocess-${textOf(project, "Id")}`)).status,
  ).toBe(404);
  const database = await stage.project("Other");
  expect(
    await stage.refusal("GET", `/api/Spaces-1/projects/${textOf(database, "Id")}/main/deploymentprocesses`),
  ).toMatch(/is not version controlled/);
});

test("files that are there already are taken as they are", async () => {
  const stage = await createGitStage();
  await stage.environment("Production");
  stage.edit({
    files: {
      ".octopus/app/deployment_process.ocl": processOf('environments = ["production"]'),
      ".octopus/app/deployment_settings.ocl": "connectivity_policy {}\n\nversioning_strategy {}\n",
      ".octopus/app/variables.ocl": "",
    },
  });
  const before = log(stage, "%H");
  const project = await stage.project("Fork");
  await stage.convert(project, { BasePath: ".octopus/app" });
  expect(log(stage, "%H")).toBe(before);
  expect(listOf(await stage.get("/api/Spaces-1/projects/fork/main/deploymentprocesses"), "Steps")).toMatchObject([
    { Name: "Deploy", Actions: [{ Environments: ["Environments-1"] }] },
  ]);
});

test("everything that a file names and the space lacks is named at once", async () => {
  const stage = await createGitStage();
  await stage.convert(await stage.project("App"));
  const body =
    'environments = ["production"]\n        channels = ["hotfix"]\n        worker_pool = "hosted-ubuntu"\n        properties = {\n            Octopus.Action.Manual.ResponsibleTeamIds = "global/everyone,release-team"\n            Octopus.Action.Template.Id = "ActionTemplates-77"\n            Octopus.Action.Template.Version = "3"\n        }';
  stage.edit({ files: { ".octopus/deployment_process.ocl": processOf(body) } });
  const answer = await stage.call("GET", "/api/Spaces-1/projects/app/main/deploymentprocesses");
  expect(answer.status).toBe(400);
  expect(new Set(textsOf(answer.body, "Errors"))).toEqual(
    new Set([
      "The channel 'hotfix' of step 'Deploy' does not exist in this space.",
      "The environment 'production' of step 'Deploy' does not exist in this space.",
      "The worker pool 'hosted-ubuntu' of step 'Deploy' does not exist in this space.",
      "The team 'release-team' of step 'Deploy' does not exist in this space.",
      "The step template 'ActionTemplates-77' version '3' of step 'Deploy' does not exist in this space.",
    ]),
  );
});

test("a step made with a template keeps id, version and parameters only", async () => {
  const stage = await createGitStage();
  const template = await stage.post("/api/Spaces-1/actiontemplates", {
    Name: "Greet",
    ActionType: "Octopus.Script",
    Properties: {
      "Octopus.Action.Script.ScriptBody": "echo #{Greeting}",
      "Octopus.Action.Script.Syntax": "Bash",
      "Octopus.Action.Script.ScriptSource": "Inline",
    },
    Parameters: [{ Name: "Greeting", DisplaySettings: {} }],
    Packages: [],
  });
  const project = await stage.project("App");
  const own = {
    Greeting: "Hello",
    "Octopus.Action.Template.Id": textOf(template, "Id"),
    "Octopus.Action.Template.Version": "0",
    "Octopus.Action.RunOnServer": "true",
  };
  await stage.setSteps(`/api/Spaces-1/projects/${textOf(project, "Id")}/deploymentprocesses`, [
    { Name: "Greet", ActionType: "Octopus.Script", Properties: { ...fieldsOf(template, "Properties"), ...own } },
  ]);
  await stage.convert(project);
  expect(stage.file(".octopus/deployment_process.ocl")).toBe(`step "greet" {
    name = "Greet"

    action {
        properties = {
            Greeting = "Hello"
            Octopus.Action.RunOnServer = "true"
            Octopus.Action.Template.Id = "${textOf(template, "Id")}"
            Octopus.Action.Template.Version = "0"
        }
    }
}`);
  const process = await stage.get("/api/Spaces-1/projects/app/main/deploymentprocesses");
  expect(listOf(process, "Steps")).toMatchObject([
    {
      Actions: [
        {
          ActionType: "Octopus.Script",
          Properties: { ...own, "Octopus.Action.Script.ScriptBody": "echo #{Greeting}" },
        },
      ],
    },
  ]);
});

test("a step that stands for a process template is a block of its own, and stays one", async () => {
  const stage = await createGitStage();
  await stage.convert(await stage.project("App"));
  const text =
    'process_template "web" {\n    name = "Web"\n    process_template_slug = "deploy-web"\n    version_mask = "1.X"\n\n    parameter "Pool" {\n        value = "Linux"\n    }\n}\n';
  stage.edit({ files: { ".octopus/deployment_process.ocl": text } });
  const path = "/api/Spaces-1/projects/app/main/deploymentprocesses";

  const read = await stage.get(path);
  await stage.put(path, read);

  const properties = {
    "Octopus.Action.ProcessTemplate.Reference.Slug": "deploy-web",
    "Octopus.Action.ProcessTemplate.Reference.VersionMask": "1.X",
    Pool: "Linux",
  };
  expect(listOf(read, "Steps")).toMatchObject([
    { Name: "Web", Actions: [{ ActionType: "Octopus.ProcessTemplate", Properties: properties }] },
  ]);
  expect(stage.file(".octopus/deployment_process.ocl").trimEnd()).toBe(text.trimEnd());
});

test("a process with a merge conflict is refused", async () => {
  const text = '<<<<<<< HEAD\nstep "a" {}\n';
  const reason = /'\.octopus\/deployment_process\.ocl' cannot be read\. Line 1/;
  const stage = await createGitStage();
  await stage.convert(await stage.project("App"));
  stage.edit({ files: { ".octopus/deployment_process.ocl": text } });
  expect(await stage.refusal("GET", "/api/Spaces-1/projects/app/main/deploymentprocesses")).toMatch(reason);
});

test("a branch without the files says so", async () => {
  const stage = await createGitStage();
  stage.edit({ branch: "old", files: { "a.txt": "a" } });
  await stage.convert(await stage.project("App"));
  stage.edit({ branch: "less", parents: [log(stage, "%H").trim()], files: { ".octopus/variables.ocl": undefined } });
  expect(await stage.refusal("GET", "/api/Spaces-1/projects/app/old/deploymentprocesses")).toMatch(
    /Branch has not been initialized/,
  );
  expect(await stage.refusal("GET", "/api/Spaces-1/projects/app/less/variables")).toBe(
    "The file '.octopus/variables.ocl' does not exist in the Git repository.",
  );
});

test("runbooks in Git are made, changed and deleted by commits", async () => {
  const stage = await createGitStage();
  await stage.convert(await stage.project("App"));
  const api = "/api/Spaces-1/projects/app/main";
  const made = await stage.post(`${api}/runbooks/v2`, {
    Name: "Back Up",
    Description: "Daily",
    ChangeDescription: "A runbook",
  });
  expect(made).toMatchObject({ Id: "back-up", Slug: "back-up", Name: "Back Up", GitRef: "refs/heads/main" });
  const first = await stage.get(`${api}/runbooks/back-up`);
  expect(first["RunbookProcessId"]).toBe("RunbookProcess-back-up");
  await stage.setSteps(`${api}/runbookProcesses/RunbookProcess-back-up`, [scriptAction("Copy")]);
  await stage.put(`${api}/runbooks/back-up`, {
    ...first,
    Name: "Back Up Now",
    MultiTenancyMode: "TenantedOrUntenanted",
  });
  expect(await stage.get(`${api}/runbooks?partialName=now`)).toMatchObject({
    ItemType: "Runbook",
    Items: [{ Id: "back-up", Name: "Back Up Now", MultiTenancyMode: "TenantedOrUntenanted" }],
  });
  expect(stage.file(".octopus/runbooks/back-up.ocl")).toContain('process {\n    step "copy" {\n');
  expect(await stage.refusal("POST", `${api}/runbooks/v2`, { Name: "back up now" })).toMatch(/already exists/);
  expect((await stage.call("GET", `${api}/runbooks/other`)).status).toBe(404);
  expect((await stage.call("GET", `${api}/runbooks/BACK-UP`)).body).toMatchObject({ Id: "back-up" });
  expect(await stage.refusal("POST", `${api}/runbooks/v2`, { Name: "Out", Slug: "../../out" })).toBe(
    "The slug '../../out' is not valid.",
  );
  expect((await stage.call("DELETE", `${api}/runbooks/back-up`)).status).toBe(200);
  expect(await stage.get(`${api}/runbooks`)).toMatchObject({ TotalResults: 0 });
});

function processOf(action: string): string {
  return `step "deploy" {\n    name = "Deploy"\n\n    action {\n        action_type = "Octopus.Script"\n        ${action}\n    }\n}`;
}

function log(stage: GitStage, format: string): string {
  return execFileSync("git", ["-C", stage.repository, "log", "-1", `--format=${format}`, "main"]).toString();
}

function withoutIds(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (key, item: unknown) => (key === "Id" ? undefined : item)));
}

/** Variables by name and value, without what an id stands for in one place and a slug in the other. */
function byName(variables: readonly Fields[]): unknown {
  return variables
    .map(({ Name, Value, Description, Type, Prompt, Scope }) => {
      const { Environment, Channel, Role } = fieldsOf({ Scope }, "Scope");
      return { Name, Value, Description, Type, Prompt, Environment, Channel, Role };
    })
    .toSorted((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)));
}

interface Populated {
  project: Fields;
  process: Fields;
  variables: Fields;
  settings: Fields;
  runbook: Fields;
  runbookProcess: Fields;
}

async function populate(stage: GitStage): Promise<Populated> {
  const production = await stage.environment("Production");
  const feed = await stage.post("/api/Spaces-1/feeds", {
    Name: "Docker Hub",
    FeedType: "Docker",
    FeedUri: "https://index.docker.io",
  });
  const builtIn = textOf(listOf(await stage.get("/api/Spaces-1/feeds?partialName=built-in"), "Items")[0] ?? {}, "Id");
  const project = await stage.project("App");
  const address = `/api/Spaces-1/projects/${textOf(project, "Id")}`;
  const channel = await stage.post("/api/Spaces-1/channels", { Name: "Hot Fix", ProjectId: project["Id"] });
  const manual = {
    Name: "Approve",
    ActionType: "Octopus.Manual",
    Environments: [production["Id"]],
    Properties: {
      "Octopus.Action.Manual.Instructions": "Look,\nthen go on.",
      "Octopus.Action.Manual.ResponsibleTeamIds": "teams-administrators",
    },
  };
  const deploy = scriptAction("Deploy Web", {
    WorkerPoolId: "WorkerPools-1",
    Channels: [channel["Id"]],
    Notes: "Careful",
    IsRequired: true,
    Container: { FeedId: feed["Id"], Image: "octopusdeploy/worker-tools:6" },
    CanBeUsedForProjectVersioning: true,
    Packages: [packageReference("Web", { Name: "web", FeedId: builtIn, Properties: { Extract: "True" } })],
  });
  const read = await stage.get(`${address}/deploymentprocesses`);
  const process = await stage.put(`${address}/deploymentprocesses`, {
    ...read,
    Steps: [
      {
        Name: "Approve",
        Condition: "Variable",
        Properties: { "Octopus.Step.ConditionVariableExpression": "#{if A}true#{/if}" },
        Actions: [manual],
      },
      {
        Name: "Deploy Web",
        StartTrigger: "StartWithPrevious",
        PackageRequirement: "AfterPackageAcquisition",
        Actions: [deploy],
      },
      {
        Name: "Both",
        Properties: { "Octopus.Action.MaxParallelism": "2" },
        Actions: [scriptAction("One"), scriptAction("Two", { IsDisabled: true })],
      },
    ],
  });
  const runbook = await stage.runbook(project, "Clean Up", {
    DefaultGuidedFailureMode: "EnvironmentDefault",
    Description: "",
    EnvironmentScope: "Specified",
    Environments: [production["Id"]],
    RunRetentionPolicy: { Strategy: "Count", QuantityToKeep: 5, Unit: "Items", ShouldKeepForever: false },
  });
  const runbookProcess = await stage.setSteps(
    `/api/Spaces-1/runbookProcesses/RunbookProcess-${textOf(runbook, "Id")}`,
    [scriptAction("Sweep")],
  );
  const actionId = textOf(listOf(listOf(process, "Steps")[1] ?? {}, "Actions")[0] ?? {}, "Id");
  const variablesAddress = `/api/Spaces-1/variables/${textOf(project, "VariableSetId")}`;
  const variables = await stage.put(variablesAddress, {
    ...(await stage.get(variablesAddress)),
    Variables: [
      { Name: "Url", Value: "http://one", Scope: { Environment: [production["Id"]], Action: [actionId] } },
      {
        Name: "Url",
        Value: 'http://"two"',
        Description: "Elsewhere",
        Scope: { Channel: [channel["Id"]], ProcessOwner: [project["Id"], runbook["Id"]], Role: ["web"] },
      },
      { Name: "Text", Value: "one\n  two\n" },
      { Name: "Pool", Value: "WorkerPools-1", Type: "WorkerPool" },
      {
        Name: "Ask",
        Value: "",
        Prompt: {
          Label: "Ask",
          Description: "",
          Required: true,
          DisplaySettings: { "Octopus.ControlType": "Checkbox" },
        },
      },
      { Name: "Password", Value: "old-secret", Type: "Sensitive", IsSensitive: true },
    ],
  });
  const settings = await stage.put(`${address}/deploymentsettings`, {
    ...(await stage.get(`${address}/deploymentsettings`)),
    DefaultGuidedFailureMode: "On",
    ReleaseNotesTemplate: "# Notes\n\n- one",
    ConnectivityPolicy: {
      SkipMachineBehavior: "SkipUnavailableMachines",
      TargetRoles: ["web"],
      AllowDeploymentsToNoTargets: true,
      ExcludeUnhealthyTargets: false,
    },
  });
  return { project, process, variables, settings, runbook, runbookProcess };
}

const processFile = `step "approve" {
    condition = "Variable"
    name = "Approve"
    properties = {
        Octopus.Step.ConditionVariableExpression = "#{if A}true#{/if}"
    }

    action {
        action_type = "Octopus.Manual"
        environments = ["production"]
        properties = {
            Octopus.Action.Manual.Instructions = <<-EOT
                Look,
                then go on.
                EOT
            Octopus.Action.Manual.ResponsibleTeamIds = "global/administrators"
        }
    }
}

step "deploy-web" {
    name = "Deploy Web"
    package_requirement = "AfterPackageAcquisition"
    start_trigger = "StartWithPrevious"

    action {
        action_type = "Octopus.Script"
        channels = ["hot-fix"]
        is_required = true
        notes = "Careful"
        properties = {
            Octopus.Action.RunOnServer = "true"
            Octopus.Action.Script.ScriptBody = "echo Deploy Web"
            Octopus.Action.Script.ScriptSource = "Inline"
            Octopus.Action.Script.Syntax = "Bash"
            OctopusUseBundledTooling = "False"
        }
        worker_pool = "default-worker-pool"

        container {
            feed = "docker-hub"
            image = "octopusdeploy/worker-tools:6"
        }

        packages "web" {
            acquisition_location = "Server"
            feed = "octopus-server-built-in"
            package_id = "Web"
            properties = {
                Extract = "True"
            }
        }
    }
}

step "both" {
    name = "Both"
    properties = {
        Octopus.Action.MaxParallelism = "2"
    }

    action "one" {
        action_type = "Octopus.Script"
        name = "One"
        properties = {
            Octopus.Action.RunOnServer = "true"
            Octopus.Action.Script.ScriptBody = "echo One"
            Octopus.Action.Script.ScriptSource = "Inline"
            Octopus.Action.Script.Syntax = "Bash"
        }
    }

    action "two" {
        action_type = "Octopus.Script"
        is_disabled = true
        name = "Two"
        properties = {
            Octopus.Action.RunOnServer = "true"
            Octopus.Action.Script.ScriptBody = "echo Two"
            Octopus.Action.Script.ScriptSource = "Inline"
            Octopus.Action.Script.Syntax = "Bash"
        }
    }
}`;

const settingsFile = `default_guided_failure_mode = "On"
release_notes_template = <<-EOT
        # Notes
        
        - one
        EOT

connectivity_policy {
    allow_deployments_to_no_targets = true
    skip_machine_behavior = "SkipUnavailableMachines"
    target_roles = ["web"]
}

versioning_strategy {
    template = "#{Octopus.Version.LastMajor}.#{Octopus.Version.LastMinor}.#{Octopus.Version.NextPatch}"
}`;

const variablesFile = `variable "Url" {
    value "http://one" {
        action = ["deploy-web"]
        environment = ["production"]
    }

    value "http://\\"two\\"" {
        channel = ["hot-fix"]
        description = "Elsewhere"
        process = ["deployment-process", "runbook/clean-up"]
        role = ["web"]
    }
}

variable "Text" {
    value {
        value = <<-EOT
                one
                  two
                
                EOT
    }
}

variable "Pool" {
    type = "WorkerPool"

    value "default-worker-pool" {}
}

variable "Ask" {
    value "" {
        prompt {
            description = ""
            display_settings = {
                Octopus.ControlType = "Checkbox"
            }
            label = "Ask"
            required = true
        }
    }
}`;

const runbookFile = `name = "Clean Up"
default_guided_failure_mode = "EnvironmentDefault"
description = ""
environment_scope = "Specified"
environments = ["production"]

connectivity_policy {
    allow_deployments_to_no_targets = true
}

run_retention_policy {
    quantity_to_keep = 5
    type = "Count"
}

process {
    step "sweep" {
        name = "Sweep"

        action {
            action_type = "Octopus.Script"
            properties = {
                Octopus.Action.RunOnServer = "true"
                Octopus.Action.Script.ScriptBody = "echo Sweep"
                Octopus.Action.Script.ScriptSource = "Inline"
                Octopus.Action.Script.Syntax = "Bash"
            }
        }
    }
}`;
