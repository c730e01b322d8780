import {
  Client,
  RunbookProcessRepository,
  RunbookRepository,
  RunbookRunRepository,
  RunbookSnapshotRepository,
  ProjectRepository,
} from "@octopusdeploy/api-client";
import { expect, test } from "vitest";
import { fieldsOf, listOf, textOf, textsOf, type Fields } from "../model/fields.ts";
import { createApiStage, packageReference, scriptAction, type ApiStage } from "./api-stage.ts";

const processPath = "/api/Spaces-1/runbookProcesses/RunbookProcess-Runbooks-1";

async function runbookStage(more: Fields = {}): Promise<ApiStage> {
  const stage = await createApiStage();
  await stage.environment("Development");
  await stage.environment("Production");
  const project = await stage.project("Hello World");
  await stage.runbook(project, "Say Hello", more);
  await stage.setSteps(processPath, [scriptAction("Say")]);
  return stage;
}

const command = { projectName: "Hello World", runbookName: "Say Hello", environmentNames: ["Development"] };

function run(stage: ApiStage, more: Fields = {}): Promise<Fields> {
  return stage.post("/api/Spaces-1/runbook-runs/create/v1", { ...command, ...more });
}

function refuseRun(stage: ApiStage, more: Fields): Promise<string> {
  return stage.refusal("POST", "/api/Spaces-1/runbook-runs/create/v1", { ...command, ...more });
}

test("a runbook comes with a process and runs in every environment", async () => {
  const stage = await runbookStage();

  const runbook = await stage.get("/api/Spaces-1/projects/hello-world/runbooks/say-hello");

  expect(runbook).toMatchObject({
    Id: "Runbooks-1",
    RunbookProcessId: "RunbookProcess-Runbooks-1",
    MultiTenancyMode: "Untenanted",
    EnvironmentScope: "All",
    PublishedRunbookSnapshotId: null,
  });
  const environments = await stage.call("GET", "/api/Spaces-1/projects/Projects-1/runbooks/Runbooks-1/environments");
  expect(environments.list.map((environment) => environment["Name"])).toEqual(["Development", "Production"]);
});

test("a run without a published snapshot makes a fresh one and queues a task", async () => {
  const stage = await runbookStage();
  const queued: string[] = [];
  stage.server.model.taskChanged.add((task) => queued.push(`${task.Id} ${String(task["State"])}`));

  const answer = await run(stage);

  expect(answer).toEqual({ RunbookRunServerTasks: [{ RunbookRunId: "RunbookRuns-1", ServerTaskId: "ServerTasks-1" }] });
  expect(queued).toEqual(["ServerTasks-1 Queued"]);
  expect(await stage.get("/api/tasks/ServerTasks-1")).toMatchObject({
    Name: "RunbookRun",
    State: "Queued",
    IsCompleted: false,
    Arguments: { RunbookRunId: "RunbookRuns-1" },
    SpaceId: "Spaces-1",
  });
  expect(await stage.get("/api/Spaces-1/runbookRuns/RunbookRuns-1")).toMatchObject({
    TaskId: "ServerTasks-1",
    RunbookSnapshotId: "RunbookSnapshots-1",
    EnvironmentId: "Environments-1",
    TenantId: null,
  });
});

test("a run carries what was frozen for it", async () => {
  const stage = await runbookStage();
  await stage.pushPackage("App", "1.0.0");
  await stage.setSteps(processPath, [scriptAction("Say", { Packages: [packageReference("App")] })]);
  const set = await stage.post("/api/Spaces-1/libraryvariablesets", { Name: "Shared" });
  await stage.put("/api/Spaces-1/projects/Projects-1", {
    ...(await stage.get("/api/Spaces-1/projects/Projects-1")),
    IncludedLibraryVariableSetIds: [set["Id"]],
  });

  await run(stage);

  const document: Fields = stage.server.model.collection("runbookruns").find("RunbookRuns-1") ?? {};
  expect(document["SelectedPackages"]).toEqual([
    { ActionName: "Say", StepName: "Say", PackageReferenceName: "", Version: "1.0.0" },
  ]);
  expect(document["FrozenProcessId"]).toMatch(/^RunbookProcess-Runbooks-1-s-\d+-[0-9A-Z]{5}$/);
  expect(textsOf(document, "FrozenVariableSetIds")).toEqual([
    expect.stringMatching(/^variableset-Projects-1-s-\d+-[0-9A-Z]{5}$/),
    expect.stringMatching(/^variableset-LibraryVariableSets-1-s-\d+-[0-9A-Z]{5}$/),
  ]);
  const frozen = await stage.get(
    `/api/Spaces-1/projects/Projects-1/runbookProcesses/${textOf(document, "FrozenProcessId")}`,
  );
  expect(listOf(frozen, "Steps")).toHaveLength(1);
});

test("a published snapshot freezes process, variables and packages", async () => {
  const stage = await runbookStage();
  await stage.pushPackage("App", "1.0.0");
  await stage.setSteps(processPath, [scriptAction("Say", { Packages: [packageReference("App")] })]);
  const variables = await stage.get("/api/Spaces-1/variables/variableset-Projects-1");
  await stage.put("/api/Spaces-1/variables/variableset-Projects-1", {
    ...variables,
    Variables: [{ Name: "Greeting", Value: "one" }],
  });

  const snapshot = await stage.post("/api/Spaces-1/runbookSnapshots?publish=true", {
    Name: "First",
    ProjectId: "Projects-1",
    RunbookId: "Runbooks-1",
  });
  await stage.pushPackage("App", "2.0.0");
  await stage.setSteps(processPath, [scriptAction("Other")]);
  const changed = await stage.get("/api/Spaces-1/variables/variableset-Projects-1");
  await stage.put("/api/Spaces-1/variables/variableset-Projects-1", { ...changed, Variables: [] });
  await run(stage);

  expect(await stage.get("/api/Spaces-1/runbooks/Runbooks-1")).toMatchObject({
    PublishedRunbookSnapshotId: snapshot["Id"],
  });
  const document: Fields = stage.server.model.collection("runbookruns").find("RunbookRuns-1") ?? {};
  expect(document).toMatchObject({ RunbookSnapshotId: snapshot["Id"], SelectedPackages: [{ Version: "1.0.0" }] });
  const process = await stage.get(`/api/Spaces-1/runbookProcesses/${textOf(document, "FrozenProcessId")}`);
  expect(listOf(process, "Steps")[0]?.["Name"]).toBe("Say");
  const frozen = await stage.get(`/api/Spaces-1/variables/${textOf(snapshot, "ProjectVariableSetSnapshotId")}`);
  expect(listOf(frozen, "Variables")).toMatchObject([{ Name: "Greeting", Value: "one" }]);
});

test("the newest package is taken, a fixed version wins, and a missing package is named", async () => {
  const stage = await runbookStage();
  for (const version of ["1.9.0", "1.10.0", "1.10.0-beta"]) await stage.pushPackage("App", version);
  await stage.setSteps(processPath, [
    scriptAction("New", { Packages: [packageReference("App")] }),
    scriptAction("Old", { Packages: [packageReference("App", { Version: "1.9.0" })] }),
  ]);

  await run(stage);
  await stage.setSteps(processPath, [scriptAction("Gone", { Packages: [packageReference("Nowhere")] })]);
  const reason = await refuseRun(stage, {});

  expect(stage.server.model.collection("runbookruns").find("RunbookRuns-1")?.["SelectedPackages"]).toMatchObject([
    { Version: "1.10.0" },
    { Version: "1.9.0" },
  ]);
  expect(reason).toContain("'Nowhere'");
  expect(stage.server.model.collection("tasks").size).toBe(1);
});

test("a snapshot can be named, and one that is not there is refused", async () => {
  const stage = await runbookStage();
  await stage.post("/api/Spaces-1/projects/Projects-1/runbookSnapshots", {
    Name: "Draft 1",
    ProjectId: "Projects-1",
    RunbookId: "Runbooks-1",
    SpaceId: "Spaces-1",
  });

  await run(stage, { snapshot: "Draft 1" });

  expect(await stage.get("/api/Spaces-1/runbookRuns/RunbookRuns-1")).toMatchObject({
    RunbookSnapshotId: "RunbookSnapshots-1",
  });
  expect(await refuseRun(stage, { snapshot: "Draft 2" })).toContain("'Draft 2'");
  expect(
    await stage.refusal("POST", "/api/Spaces-1/runbookSnapshots", {
      Name: "Draft 1",
      ProjectId: "Projects-1",
      RunbookId: "Runbooks-1",
    }),
  ).toContain("already exists");
});

test("a run refuses environments, steps and tenants that do not fit, and starts nothing then", async () => {
  const stage = await runbookStage({ EnvironmentScope: "Specified", Environments: ["Environments-1"] });

  expect(await refuseRun(stage, { environmentNames: ["Mars"] })).toContain("'Mars'");
  expect(await refuseRun(stage, { environmentNames: ["Development", "Production"] })).toContain("'Production'");
  expect(await refuseRun(stage, { tenants: ["America"] })).toContain("'America'");
  expect(
    (await stage.call("POST", "/api/Spaces-1/runbook-runs/create/v1", { ...command, runbookName: "Other" })).status,
  ).toBe(404);
  expect(stage.server.model.collection("tasks").size).toBe(0);
});

test("a tenanted run needs a tenant that is connected to the project and the environment", async () => {
  const stage = await runbookStage({ MultiTenancyMode: "Tenanted" });
  const project = await stage.get("/api/Spaces-1/projects/Projects-1");
  await stage.put("/api/Spaces-1/projects/Projects-1", { ...project, TenantedDeploymentMode: "TenantedOrUntenanted" });
  await stage.post("/api/Spaces-1/tenants", {
    Name: "America",
    ProjectEnvironments: { "Projects-1": ["Environments-1"] },
  });
  await stage.post("/api/Spaces-1/tenants", { Name: "Europe", ProjectEnvironments: {} });

  const answer = await run(stage, { tenants: ["America"] });

  expect(listOf(answer, "RunbookRunServerTasks")).toHaveLength(1);
  expect(await stage.get("/api/Spaces-1/runbookRuns/RunbookRuns-1")).toMatchObject({ TenantId: "Tenants-1" });
  expect(await refuseRun(stage, {})).toContain("requires a tenant");
  expect(await refuseRun(stage, { tenants: ["Europe"] })).toContain("'Europe' is not connected to the project");
  expect(await refuseRun(stage, { tenants: ["America"], environmentNames: ["Production"] })).toContain(
    "not connected to the environment 'Production'",
  );
});

test("a runbook without tenants refuses one", async () => {
  const stage = await runbookStage();
  await stage.post("/api/Spaces-1/tenants", { Name: "America", ProjectEnvironments: {} });

  expect(await refuseRun(stage, { tenants: ["America"] })).toContain("does not allow tenanted runs");
});

test("a required prompted variable needs a value, and a preview asks for it", async () => {
  const stage = await runbookStage();
  const variables = await stage.get("/api/Spaces-1/variables/variableset-Projects-1");
  await stage.put("/api/Spaces-1/variables/variableset-Projects-1", {
    ...variables,
    Variables: [
      {
        Id: "ask",
        Name: "Ticket",
        Value: "",
        Type: "String",
        Prompt: { Label: "Ticket", Description: "", Required: true, DisplaySettings: {} },
      },
    ],
  });

  const preview = await stage.get(
    "/api/Spaces-1/projects/Projects-1/runbooks/Runbooks-1/runbookRuns/preview/Environments-1",
  );
  const previews = await stage.call(
    "POST",
    "/api/Spaces-1/projects/Projects-1/runbooks/Runbooks-1/runbookRuns/previews",
    { DeploymentPreviews: [{ EnvironmentId: "Environments-1" }] },
  );
  const reason = await refuseRun(stage, {});
  await run(stage, { variables: { ticket: "T-1" } });

  const [element] = listOf(fieldsOf(preview, "Form"), "Elements");
  expect(element).toMatchObject({ IsValueRequired: true, Control: { Name: "Ticket", Required: true } });
  expect(listOf(preview, "StepsToExecute")).toMatchObject([
    { ActionName: "Say", ActionNumber: "1", CanBeSkipped: true },
  ]);
  expect(previews.list).toHaveLength(1);
  expect(reason).toContain("'Ticket'");
  const [runDocument] = stage.server.model.collection("runbookruns").list();
  expect(runDocument?.["FormValues"]).toEqual({ [textOf(element ?? {}, "Name")]: "T-1" });
});

test("what is typed in for a prompted secret never comes out", async () => {
  const stage = await runbookStage();
  const variables = await stage.get("/api/Spaces-1/variables/variableset-Projects-1");
  const prompt = { Label: "The key", Description: "", Required: true, DisplaySettings: {} };
  await stage.put("/api/Spaces-1/variables/variableset-Projects-1", {
    ...variables,
    Variables: [{ Name: "Key", Value: "", Type: "Sensitive", IsSensitive: true, Prompt: prompt }],
  });

  await run(stage, { variables: { "The key": "hush-hush" } });

  const shown = await stage.call("GET", "/api/Spaces-1/runbookRuns/RunbookRuns-1");
  expect(shown.text).not.toContain("hush-hush");
  const [document] = stage.server.model.collection("runbookruns").list();
  expect(Object.values(fieldsOf(document ?? {}, "FormValues"))).toEqual([{ $sensitive: "hush-hush" }]);
});

test("steps are skipped by name, unknown names are let through, and required ones are not skipped", async () => {
  const stage = await runbookStage();
  await stage.setSteps(processPath, [scriptAction("One"), scriptAction("Two", { IsRequired: true })]);

  await run(stage, { skipStepNames: ["one", "Nothing"] });

  const [document] = stage.server.model.collection("runbookruns").list();
  expect(textsOf(document ?? {}, "SkipActions")).toHaveLength(1);
  expect(await refuseRun(stage, { skipStepNames: ["Two"] })).toContain("'Two' is required");
});

test("no environment runs nothing, and a classic run needs a snapshot", async () => {
  const stage = await runbookStage();

  expect(await run(stage, { environmentNames: [] })).toEqual({ RunbookRunServerTasks: [] });
  const classic = { RunbookId: "Runbooks-1", EnvironmentId: "Environments-1" };
  expect(await stage.refusal("POST", "/api/Spaces-1/runbookRuns", classic)).toContain("Snapshot to run");
  expect(stage.server.model.collection("runbooksnapshots").size).toBe(0);
});

test("who may run but not edit a runbook runs the published snapshot alone", async () => {
  const stage = await runbookStage();
  const role = await stage.post("/api/userroles", {
    Name: "Runner",
    GrantedSpacePermissions: ["ProjectView", "RunbookView", "RunbookRunCreate", "RunbookRunView", "EnvironmentView"],
  });
  const user = await stage.post("/api/users", { Username: "runner", DisplayName: "Runner" });
  const team = await stage.post("/api/teams", { Name: "Runners", MemberUserIds: [user["Id"]], SpaceId: "Spaces-1" });
  await stage.post("/api/scopeduserroles", { TeamId: team["Id"], UserRoleId: role["Id"], SpaceId: "Spaces-1" });
  const key = await stage.post(`/api/users/${textOf(user, "Id")}/apikeys`, { Purpose: "tests" });
  const asRunner = async (): Promise<string> => {
    const headers = { "X-Octopus-ApiKey": textOf(key, "ApiKey"), "content-type": "application/json" };
    const answer = await fetch(`${stage.url}/api/Spaces-1/runbook-runs/create/v1`, {
      method: "POST",
      headers,
      body: JSON.stringify(command),
    });
    return `${answer.status} ${await answer.text()}`;
  };

  const before = await asRunner();
  await stage.post("/api/Spaces-1/runbookSnapshots?publish=true", {
    Name: "First",
    ProjectId: "Projects-1",
    RunbookId: "Runbooks-1",
  });
  const after = await asRunner();

  expect(before).toMatch(/^403.*RunbookSnapshotCreate/);
  expect(after).toMatch(/^200/);
});

test("a disabled project runs nothing", async () => {
  const stage = await runbookStage();
  await stage.put("/api/Spaces-1/projects/Projects-1", {
    ...(await stage.get("/api/Spaces-1/projects/Projects-1")),
    IsDisabled: true,
  });

  expect(await refuseRun(stage, {})).toContain("disabled");
});

test("the portal's way: a snapshot template, a draft snapshot, a run by ids", async () => {
  const stage = await runbookStage();
  await stage.pushPackage("App", "1.0.0");
  await stage.setSteps(processPath, [scriptAction("Say", { Packages: [packageReference("App")] })]);

  const template = await stage.get("/api/Spaces-1/runbooks/Runbooks-1/runbookSnapshotTemplate");
  const selected = listOf(template, "Packages").map((one) => ({
    ActionName: one["ActionName"],
    PackageReferenceName: one["PackageReferenceName"],
    Version: "1.0.0",
  }));
  const snapshot = await stage.post("/api/Spaces-1/runbookSnapshots", {
    Name: template["NextNameIncrement"],
    ProjectId: "Projects-1",
    RunbookId: "Runbooks-1",
    SelectedPackages: selected,
  });
  const started = await stage.post("/api/Spaces-1/runbookRuns", {
    RunbookId: "Runbooks-1",
    RunbookSnapshotId: snapshot["Id"],
    EnvironmentId: "Environments-1",
  });

  expect(template).toMatchObject({
    RunbookProcessId: "RunbookProcess-Runbooks-1",
    Packages: [{ PackageId: "App", IsResolvable: true, FixedVersion: null }],
  });
  expect(started).toMatchObject({ RunbookSnapshotId: snapshot["Id"], TaskId: "ServerTasks-1" });
  expect(started).not.toHaveProperty("FrozenVariableSetIds");
});

test("runs are listed newest first and can be filtered", async () => {
  const stage = await runbookStage();
  await run(stage, { environmentNames: ["Development", "Production"] });

  const all = await stage.get("/api/Spaces-1/runbookRuns?projects=Projects-1");
  const some = await stage.get("/api/Spaces-1/runbookRuns?environments=Environments-2&taskState=Queued");

  expect(listOf(all, "Items").map((item) => item["Id"])).toEqual(["RunbookRuns-2", "RunbookRuns-1"]);
  expect(listOf(some, "Items").map((item) => item["Id"])).toEqual(["RunbookRuns-2"]);
});

test("api-client makes, publishes and runs a runbook", async () => {
  const stage = await runbookStage();
  const client = await Client.create({ instanceURL: stage.url, apiKey: stage.server.apiKey, userAgentApp: "tests" });
  const [project] = (await new ProjectRepository(client, "Default").list({ partialName: "Hello" })).Items;
  if (project === undefined) throw new Error("The project is not listed.");

  const [runbook] = (await new RunbookRepository(client, "Default", project).list()).Items;
  if (runbook === undefined) throw new Error("The runbook is not listed.");
  const process = await new RunbookProcessRepository(client, "Default", project).get(runbook);
  const snapshots = new RunbookSnapshotRepository(client, "Default", project);
  const snapshot = await snapshots.create(runbook, "By client", true);
  const started = await new RunbookRunRepository(client, "Default").create({
    spaceName: "Default",
    ProjectName: "Hello World",
    RunbookName: "Say Hello",
    EnvironmentNames: ["Development"],
  });

  expect(process.Steps).toHaveLength(1);
  expect(snapshot.Name).toBe("By client");
  expect(started.RunbookRunServerTasks).toEqual([{ RunbookRunId: "RunbookRuns-1", ServerTaskId: "ServerTasks-1" }]);
});
