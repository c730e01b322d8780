import { expect, test } from "vitest";
import { fieldsOf, listOf, textOf } from "../model/fields.ts";
import { actionsOf } from "../model/processes.ts";
import { createApiStage, packageReference, scriptAction } from "./api-stage.ts";

test("a new project comes with a process, a variable set, settings and the channel Default", async () => {
  const stage = await createApiStage();

  const project = await stage.project("Hello World");

  expect(project).toMatchObject({
    Id: "Projects-1",
    Slug: "hello-world",
    DeploymentProcessId: "deploymentprocess-Projects-1",
    VariableSetId: "variableset-Projects-1",
    TenantedDeploymentMode: "Untenanted",
    PersistenceSettings: { Type: "Database" },
  });
  const process = await stage.get("/api/Spaces-1/projects/Projects-1/deploymentprocesses");
  expect(process).toMatchObject({ Id: "deploymentprocess-Projects-1", Steps: [], Version: 0 });
  expect(await stage.get("/api/Spaces-1/variables/variableset-Projects-1")).toMatchObject({
    OwnerId: "Projects-1",
    Variables: [],
  });
  const channels = await stage.get("/api/Spaces-1/projects/Projects-1/channels");
  expect(channels["Items"]).toMatchObject([{ Name: "Default", IsDefault: true, LifecycleId: null, Type: "Lifecycle" }]);
});

test("a project is found by its slug and not by its name", async () => {
  const stage = await createApiStage();
  await stage.project("Hello World");

  expect((await stage.call("GET", "/api/Spaces-1/projects/hello-world")).status).toBe(200);
  expect((await stage.call("GET", "/api/Spaces-1/projects/Hello%20World")).status).toBe(404);
});

test("deployment settings are another view of the project", async () => {
  const stage = await createApiStage();
  const project = await stage.project("Hello World");

  const settings = await stage.get(`/api/Spaces-1/projects/${textOf(project, "Id")}/deploymentsettings`);
  await stage.put(textOf(fieldsOf(settings, "Links"), "Self"), {
    ...settings,
    ReleaseNotesTemplate: "notes",
    ConnectivityPolicy: { SkipMachineBehavior: "SkipUnavailableMachines" },
  });

  expect(settings).toMatchObject({
    Id: "deploymentsettings-Projects-1",
    DefaultGuidedFailureMode: "EnvironmentDefault",
  });
  expect(await stage.get("/api/Spaces-1/projects/Projects-1")).toMatchObject({
    ReleaseNotesTemplate: "notes",
    ProjectConnectivityPolicy: { SkipMachineBehavior: "SkipUnavailableMachines" },
  });
});

test("a project refuses what its space does not have", async () => {
  const stage = await createApiStage();
  const body = { Name: "Hello", ProjectGroupId: "ProjectGroups-1", LifecycleId: "Lifecycles-1" };

  expect(await stage.refusal("POST", "/api/Spaces-1/projects", { ...body, LifecycleId: "Lifecycles-9" })).toContain(
    "Lifecycles-9",
  );
  expect(
    await stage.refusal("POST", "/api/Spaces-1/projects", { ...body, ProjectGroupId: "ProjectGroups-9" }),
  ).toContain("ProjectGroups-9");
  expect(
    await stage.refusal("POST", "/api/Spaces-1/projects", {
      ...body,
      IncludedLibraryVariableSetIds: ["LibraryVariableSets-9"],
    }),
  ).toContain("LibraryVariableSets-9");
  expect(await stage.refusal("POST", "/api/Spaces-1/projects", { Name: "Hello" })).toContain("ProjectGroupId");
  await stage.post("/api/Spaces-1/projects", body);
  expect(await stage.refusal("POST", "/api/Spaces-1/projects", { ...body, Name: "HELLO" })).toContain("already exists");
});

test("deleting a project deletes all that belongs to it", async () => {
  const stage = await createApiStage();
  const project = await stage.project("Hello World");
  const runbook = await stage.runbook(project, "Backup");
  await stage.post("/api/Spaces-1/releases/create/v1", { projectName: "Hello World" });

  expect((await stage.call("DELETE", "/api/Spaces-1/projects/Projects-1")).status).toBe(200);

  const paths = [
    "deploymentprocesses/deploymentprocess-Projects-1",
    "variables/variableset-Projects-1",
    "channels/Channels-1",
    `runbooks/${textOf(runbook, "Id")}`,
    "releases/Releases-1",
    "runbookProcesses/RunbookProcess-Runbooks-1",
  ];
  const answers = await Promise.all(paths.map((path) => stage.call("GET", `/api/Spaces-1/${path}`)));
  expect(answers.map((answer) => answer.status)).toEqual(paths.map(() => 404));
});

test("steps, actions and packages keep their ids, and new ones get some", async () => {
  const stage = await createApiStage();
  await stage.project("Hello World");
  const path = "/api/Spaces-1/projects/Projects-1/deploymentprocesses";

  const first = await stage.setSteps(path, [
    scriptAction("One", { Packages: [packageReference("App")] }),
    scriptAction("Two"),
  ]);
  const second = await stage.put(path, { ...first, Steps: listOf(first, "Steps").toReversed() });

  expect(second["Version"]).toBe(2);
  expect(listOf(second, "Steps").map((step) => [step["Name"], step["Id"]])).toEqual(
    listOf(first, "Steps")
      .toReversed()
      .map((step) => [step["Name"], step["Id"]]),
  );
  const [action] = listOf(listOf(first, "Steps")[0] ?? {}, "Actions");
  expect(action).toMatchObject({
    Slug: "one",
    IsDisabled: false,
    Container: { Image: null, FeedId: null },
    WorkerPoolId: null,
  });
  expect(listOf(action ?? {}, "Packages")[0]?.["Id"]).toEqual(expect.stringMatching(/^[0-9a-f-]{36}$/));
  expect(actionsOf(stage.server.model, "Projects-1").map((one) => one.Name)).toEqual(["Two", "One"]);
});

test("a process corrects the start of its first step and adds the tooling property of a container", async () => {
  const stage = await createApiStage();
  await stage.project("Hello World");
  const path = "/api/Spaces-1/deploymentprocesses/deploymentprocess-Projects-1";

  const action = scriptAction("One", { Container: { Image: "octopusdeploy/worker-tools", FeedId: "feeds-builtin" } });
  const saved = await stage.put(path, {
    Version: 0,
    Steps: [{ Name: "One", StartTrigger: "StartWithPrevious", Actions: [action] }],
  });

  const [step] = listOf(saved, "Steps");
  expect(step?.["StartTrigger"]).toBe("StartAfterPrevious");
  expect(listOf(step ?? {}, "Actions")[0]?.["Properties"]).toMatchObject({ OctopusUseBundledTooling: "False" });
});

test("a stale version of a process is refused", async () => {
  const stage = await createApiStage();
  await stage.project("Hello World");
  const path = "/api/Spaces-1/projects/Projects-1/deploymentprocesses";
  const read = await stage.get(path);
  await stage.put(path, { ...read, Steps: [] });

  const answer = await stage.call("PUT", path, { ...read, Steps: [] });

  expect(answer.status).toBe(409);
  expect(answer.body["ErrorMessage"]).toContain("another user has made changes to the process");
});

test("a process refuses names used twice and whatever the space does not have", async () => {
  const stage = await createApiStage();
  await stage.project("Hello World");
  const path = "/api/Spaces-1/projects/Projects-1/deploymentprocesses";
  const refuse = (...actions: object[]): Promise<string> =>
    stage.refusal("PUT", path, {
      Version: 0,
      Steps: actions.map((action) => ({ Name: "Name" in action ? action.Name : "", Actions: [action] })),
    });

  expect(await refuse(scriptAction("One"), scriptAction("one"))).toContain("'one'");
  expect(await refuse(scriptAction("One", { Environments: ["Environments-9"] }))).toContain("Environments-9");
  expect(await refuse(scriptAction("One", { Channels: ["Channels-9"] }))).toContain("Channels-9");
  expect(await refuse(scriptAction("One", { WorkerPoolId: "WorkerPools-9" }))).toContain("WorkerPools-9");
  expect(await refuse(scriptAction("One", { Packages: [packageReference("App", { FeedId: "Feeds-99" })] }))).toContain(
    "Feeds-99",
  );
  expect(
    await refuse(scriptAction("One", { Properties: { "Octopus.Action.Template.Id": "ActionTemplates-9" } })),
  ).toContain("ActionTemplates-9");
  expect(
    await refuse(scriptAction("One", { Properties: { "Octopus.Action.Azure.AccountId": "Accounts-9" } })),
  ).toContain("Accounts-9");
  expect(await refuse({ Name: "One" })).toContain("action type");
});

test("a secret inside a step's property goes in, stays when it comes back as shown, and never comes out", async () => {
  const stage = await createApiStage();
  await stage.project("Hello World");
  const path = "/api/Spaces-1/projects/Projects-1/deploymentprocesses";
  const action = scriptAction("One", {
    Properties: { "My.Secret": { HasValue: true, NewValue: "hush-hush" }, "My.Plain": "x" },
  });

  const saved = await stage.setSteps(path, [action]);
  const again = await stage.put(path, saved);

  expect(JSON.stringify([saved, again])).not.toContain("hush-hush");
  const stored = stage.server.model.collection("deploymentprocesses").find("deploymentprocess-Projects-1") ?? {};
  expect(JSON.stringify(stored)).toContain("hush-hush");
  expect(listOf(listOf(again, "Steps")[0] ?? {}, "Actions")[0]?.["Properties"]).toEqual({
    "My.Secret": { HasValue: true, NewValue: null, Hint: null },
    "My.Plain": "x",
  });
});

test("one channel of a project is the default one, and it cannot be deleted", async () => {
  const stage = await createApiStage();
  await stage.project("Hello World");

  const created = await stage.post("/api/Spaces-1/channels", {
    Name: "Beta",
    ProjectId: "Projects-1",
    IsDefault: true,
  });

  expect(await stage.get("/api/Spaces-1/channels/Channels-1")).toMatchObject({ Name: "Default", IsDefault: false });
  expect(await stage.refusal("DELETE", `/api/Spaces-1/channels/${textOf(created, "Id")}`)).toContain("default channel");
  expect((await stage.call("DELETE", "/api/Spaces-1/channels/Channels-1")).status).toBe(200);
});

test("a clone has channels, process, runbooks, triggers and variables of its own", async () => {
  const stage = await createApiStage();
  const project = await stage.project("Hello World");
  await stage.runbook(project, "Backup");
  await stage.setSteps("/api/Spaces-1/projects/Projects-1/deploymentprocesses", [
    scriptAction("One", { Channels: ["Channels-1"] }),
  ]);
  await stage.setSteps("/api/Spaces-1/runbookProcesses/RunbookProcess-Runbooks-1", [scriptAction("Save")]);
  await stage.post("/api/Spaces-1/projecttriggers", {
    Name: "Nightly",
    ProjectId: "Projects-1",
    Filter: { FilterType: "OnceDailySchedule", StartTime: "2026-05-01T06:00:00.000Z" },
    Action: { ActionType: "RunRunbook", RunbookId: "Runbooks-1" },
  });
  const variables = await stage.get("/api/Spaces-1/variables/variableset-Projects-1");
  const secret = {
    Name: "Key",
    Type: "Sensitive",
    IsSensitive: true,
    Value: "hush-hush",
    Scope: { Channel: ["Channels-1"] },
  };
  await stage.put("/api/Spaces-1/variables/variableset-Projects-1", { ...variables, Variables: [secret] });

  const clone = await stage.post("/api/Spaces-1/projects?clone=Projects-1", {
    Name: "Copy",
    ProjectGroupId: "ProjectGroups-1",
    LifecycleId: "Lifecycles-1",
  });

  expect(clone).toMatchObject({
    Id: "Projects-2",
    ClonedFromProjectId: "Projects-1",
    DeploymentProcessId: "deploymentprocess-Projects-2",
  });
  const [channel] = listOf(await stage.get("/api/Spaces-1/projects/Projects-2/channels"), "Items");
  const process = await stage.get("/api/Spaces-1/projects/Projects-2/deploymentprocesses");
  expect(listOf(process, "Steps")).toMatchObject([{ Name: "One", Actions: [{ Channels: [channel?.["Id"]] }] }]);
  const [runbook] = listOf(await stage.get("/api/Spaces-1/projects/Projects-2/runbooks"), "Items");
  const runbookProcess = await stage.get(`/api/Spaces-1/runbookProcesses/${textOf(runbook ?? {}, "RunbookProcessId")}`);
  expect(listOf(runbookProcess, "Steps")).toMatchObject([{ Name: "Save" }]);
  const [trigger] = listOf(await stage.get("/api/Spaces-1/projects/Projects-2/triggers"), "Items");
  expect(trigger).toMatchObject({ Name: "Nightly", Action: { RunbookId: runbook?.["Id"] } });
  const copied = stage.server.model.collection("variablesets").find("variableset-Projects-2") ?? {};
  expect(listOf(copied, "Variables")).toMatchObject([
    { Name: "Key", Value: { $sensitive: "hush-hush" }, Scope: { Channel: [channel?.["Id"]] } },
  ]);
});

test("a person without the permission changes no process and runs no runbook", async () => {
  const stage = await createApiStage();
  await stage.environment("Development");
  const project = await stage.project("Hello World");
  await stage.runbook(project, "Backup");
  const user = await stage.post("/api/users", { Username: "viewer", DisplayName: "Viewer" });
  const team = await stage.post("/api/teams", { Name: "Viewers", MemberUserIds: [user["Id"]], SpaceId: "Spaces-1" });
  await stage.post("/api/scopeduserroles", {
    TeamId: team["Id"],
    UserRoleId: "userroles-projectviewer",
    SpaceId: "Spaces-1",
  });
  const key = await stage.post(`/api/users/${textOf(user, "Id")}/apikeys`, { Purpose: "tests" });
  const asViewer = async (method: string, path: string, body?: object): Promise<string> => {
    const headers = { "X-Octopus-ApiKey": textOf(key, "ApiKey"), "content-type": "application/json" };
    const answer = await fetch(stage.url + path, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return `${answer.status} ${await answer.text()}`;
  };
  const run = { projectName: "Hello World", runbookName: "Backup", environmentNames: ["Development"] };

  expect(await asViewer("GET", "/api/Spaces-1/projects/Projects-1/deploymentprocesses")).toMatch(/^200/);
  expect(
    await asViewer("PUT", "/api/Spaces-1/projects/Projects-1/deploymentprocesses", { Version: 0, Steps: [] }),
  ).toMatch(/^403.*ProcessEdit/);
  expect(await asViewer("POST", "/api/Spaces-1/runbook-runs/create/v1", run)).toMatch(/^403.*RunbookRunCreate/);
  expect(await asViewer("POST", "/api/Spaces-1/releases/create/v1", { projectName: "Hello World" })).toMatch(
    /^403.*ReleaseCreate/,
  );
  expect(await asViewer("DELETE", "/api/Spaces-1/projects/Projects-1")).toMatch(/^403.*ProjectDelete/);
});
