import { expect, test } from "vitest";
import { listOf, textOf, textsOf, type Fields } from "../model/fields.ts";
import { setMachineHealth } from "../model/machine-health.ts";
import { createApiStage, scriptAction, type ApiStage } from "./api-stage.ts";
import { startLocalOctopus, type Caller, type LocalOctopus } from "./local-octopus.ts";

async function events(caller: Caller, query: string, path = "/api/events"): Promise<Fields[]> {
  return (await caller.get(`${path}?take=1000&${query}`)).body.Items;
}

async function categories(caller: Caller, query: string, path?: string): Promise<string[]> {
  return (await events(caller, query, path)).map((event) => textOf(event, "Category"));
}

const numberOf = (event: Fields): number => Number(textOf(event, "Id").slice("Events-".length));

/** Two spaces with something in each. */
async function startTwoSpaces(): Promise<LocalOctopus> {
  const octopus = await startLocalOctopus();
  await octopus.made("/api/spaces", { Name: "Second", SpaceManagersTeamMembers: ["Users-1"] });
  await octopus.made("environments", { Name: "First" });
  await octopus.made("/api/Spaces-2/environments", { Name: "Second" });
  await octopus.made("environments", { Name: "Third" });
  return octopus;
}

test("lines of all spaces count upwards, and the last number is a cursor", async () => {
  const octopus = await startTwoSpaces();
  const all = await events(octopus, "");
  const numbers = all.map(numberOf);

  expect(numbers).toEqual(numbers.toSorted((a, b) => b - a));
  expect(all.map((event) => event["SpaceId"])).toEqual(["Spaces-1", "Spaces-2", "Spaces-1", null]);
  const [last = 0, second = 0, third = 0] = numbers;
  expect((await events(octopus, `fromAutoId=${second}`)).map(numberOf)).toEqual([last, second]);
  expect((await events(octopus, `fromAutoId=${last + 1}`)).length).toBe(0);
  expect((await events(octopus, `fromAutoId=${third}&toAutoId=${second}`)).map(numberOf)).toEqual([second, third]);

  await octopus.made("/api/Spaces-2/environments", { Name: "Later" });
  expect((await events(octopus, `fromAutoId=${last + 1}`)).map((event) => event["Message"])).toEqual([
    "Environment Later was created",
  ]);
});

test("a space shows its own lines, and the whole server those of the spaces that are asked for", async () => {
  const octopus = await startTwoSpaces();
  const spaces = async (query: string, path?: string): Promise<unknown[]> =>
    (await events(octopus, query, path)).map((event) => event["SpaceId"]);

  expect(await spaces("", "/api/Spaces-2/events")).toEqual(["Spaces-2"]);
  expect(await spaces("spaces=Spaces-2,Spaces-1&includeSystem=false")).toEqual(["Spaces-1", "Spaces-2", "Spaces-1"]);
  expect(await spaces("spaces=Spaces-2")).toEqual(["Spaces-2", null]);
  expect(await spaces("spaces=all&includeSystem=false")).toEqual(["Spaces-1", "Spaces-2", "Spaces-1"]);
  const { body } = await octopus.get("/api/events?take=1&skip=1");
  expect(body).toMatchObject({ TotalResults: 4, ItemType: "Event", Items: [{ SpaceId: "Spaces-2" }] });
});

test("who manages one space sees its lines alone", async () => {
  const octopus = await startTwoSpaces();
  const user = await octopus.made("/api/users", { Username: "manager", DisplayName: "Manager" });
  const space = (await octopus.get("/api/spaces/Spaces-2")).body;
  await octopus.put("/api/spaces/Spaces-2", { ...space, SpaceManagersTeamMembers: [user.Id] });
  const key = await octopus.made(`/api/users/${user.Id}/apikeys`, { Purpose: "tests" });
  const manager = octopus.as(String(key["ApiKey"]));

  const seen = await events(manager, "");

  expect([...new Set(seen.map((event) => event["SpaceId"]))]).toEqual(["Spaces-2"]);
  expect((await manager.get(`/api/events/${textOf((await events(octopus, ""))[0] ?? {}, "Id")}`)).status).toBe(403);
  expect((await manager.get("/api/Spaces-1/events")).status).toBe(404);
  const nobody = await octopus.made("/api/users", { Username: "nobody", DisplayName: "Nobody" });
  const other = await octopus.made(`/api/users/${nobody.Id}/apikeys`, { Purpose: "tests" });
  expect((await octopus.as(String(other["ApiKey"])).get("/api/events")).status).toBe(403);
});

async function deployOnce(stage: ApiStage): Promise<void> {
  await stage.environment("Test");
  await stage.project("Web");
  await stage.setSteps("/api/Spaces-1/deploymentprocesses/deploymentprocess-Projects-1", [scriptAction("Say")]);
  await stage.post("/api/Spaces-1/releases", { ProjectId: "Projects-1", Version: "1.0.0" });
  await stage.post("/api/Spaces-1/deployments", { ReleaseId: "Releases-1", EnvironmentId: "Environments-1" });
  await stage.server.worker?.idle();
}

test("a deployment leaves a line when it is queued, started and over, with all that it is about", async () => {
  const stage = await createApiStage({ worker: true });
  await deployOnce(stage);

  const page = await stage.get("/api/events?documentTypes=Deployments&eventGroups=Deployment");
  const lines = listOf(page, "Items");

  expect(lines.map((line) => line["Category"])).toEqual([
    "DeploymentSucceeded",
    "DeploymentStarted",
    "DeploymentQueued",
  ]);
  for (const line of lines)
    expect(textsOf(line, "RelatedDocumentIds")).toEqual([
      "Deployments-1",
      "Projects-1",
      "Releases-1",
      "Channels-1",
      "Environments-1",
      "ServerTasks-1",
      "ProjectGroups-1",
    ]);
  expect(lines.map((line) => line["Username"])).toEqual(["system", "system", "admin"]);
  expect(listOf(await stage.get("/api/events?projects=Projects-1&eventCategories=DeploymentFailed"), "Items")).toEqual(
    [],
  );
});

test("a task that is canceled leaves a line", async () => {
  const stage = await createApiStage();
  await deployOnce(stage);
  await stage.post("/api/tasks/ServerTasks-1/cancel", {});

  const page = await stage.get("/api/Spaces-1/events?eventCategories=TaskCanceled");

  expect(listOf(page, "Items")).toMatchObject([{ Message: "Deploy Web release 1.0.0 to Test was canceled" }]);
});

test("what was changed is told, unless nobody wants to know, and secrets are not", async () => {
  const octopus = await startLocalOctopus();
  const account = { Name: "Token", AccountType: "Token", Token: { HasValue: true, NewValue: "s3cret" } };
  const made = await octopus.made("accounts", account);
  await octopus.put(`accounts/${made.Id}`, {
    ...account,
    Description: "For Lisa",
    Token: { HasValue: true, NewValue: "s3cret2" },
  });

  const [line] = await events(octopus, "eventCategories=Modified&documentTypes=Accounts");
  const [brief] = await events(octopus, "eventCategories=Modified&excludeDifference=true");

  expect(line?.["ChangeDetails"]).toMatchObject({
    DocumentContext: { Id: made.Id, Name: "Token" },
    Differences: expect.arrayContaining([{ path: "/Description", op: "replace", value: "For Lisa" }]),
  });
  expect(JSON.stringify(line)).not.toContain("s3cret");
  expect(brief?.["ChangeDetails"]).toBeNull();
});

test("variables, steps of a runbook and values of a tenant tell whose they are", async () => {
  const stage = await createApiStage();
  await stage.environment("Test");
  const project = await stage.project("Web");
  await stage.put("/api/Spaces-1/projects/Projects-1", {
    ...project,
    TenantedDeploymentMode: "TenantedOrUntenanted",
    Templates: [{ Name: "Region", DisplaySettings: {} }],
  });
  const template = listOf(await stage.get("/api/Spaces-1/projects/Projects-1"), "Templates")[0] ?? {};
  await stage.post("/api/Spaces-1/runbooks", { Name: "Backup", ProjectId: "Projects-1" });
  await stage.setSteps("/api/Spaces-1/runbookProcesses/RunbookProcess-Runbooks-1", [scriptAction("Say")]);
  await stage.put("/api/Spaces-1/variables/variableset-Projects-1", { Version: 0, Variables: [] });
  await stage.post("/api/Spaces-1/tenants", { Name: "T", ProjectEnvironments: { "Projects-1": ["Environments-1"] } });
  const values = await stage.get("/api/Spaces-1/tenants/Tenants-1/variables");
  const own = { "Projects-1": { Variables: { "Environments-1": { [textOf(template, "Id")]: "eu" } } } };
  await stage.put("/api/Spaces-1/tenants/Tenants-1/variables", { ...values, ProjectVariables: own });

  const related = async (type: string): Promise<unknown> =>
    listOf(await stage.get(`/api/events?documentTypes=${type}&eventCategories=Modified`), "Items").map(
      (line) => line["RelatedDocumentIds"],
    );

  expect(await related("VariableSets")).toEqual([["variableset-Projects-1", "Projects-1"]]);
  expect(await related("RunbookProcesses")).toEqual([["RunbookProcess-Runbooks-1", "Projects-1", "Runbooks-1"]]);
  expect(await related("Tenants")).toEqual([["Tenants-1", "Projects-1"]]);
});

test("settings, releases, snapshots, keys and orders leave lines, too, and runs of a runbook as deployments do", async () => {
  const stage = await createApiStage({ worker: true });
  const environment = await stage.environment("Test");
  const project = await stage.project("Web");
  const path = "/api/Spaces-1/projects/Projects-1/deploymentsettings";
  await stage.put(path, { ...(await stage.get(path)), DefaultToSkipIfAlreadyInstalled: true });
  await stage.setSteps("/api/Spaces-1/deploymentprocesses/deploymentprocess-Projects-1", [scriptAction("Say")]);
  await stage.post("/api/Spaces-1/releases", { ProjectId: "Projects-1", Version: "1.0.0" });
  const key = await stage.post("/api/users/Users-1/apikeys", { Purpose: "Mine" });
  await stage.call("DELETE", `/api/users/Users-1/apikeys/${textOf(key, "Id")}`);
  await stage.call("PUT", "/api/Spaces-1/environments/sortorder", [environment["Id"]]);
  const runbook = await stage.runbook(project, "Backup");
  await stage.setSteps("/api/Spaces-1/runbookProcesses/RunbookProcess-Runbooks-1", [scriptAction("Fail")]);
  await stage.post("/api/Spaces-1/runbookSnapshots?publish=true", { RunbookId: runbook["Id"], Name: "First" });
  await stage.post("/api/Spaces-1/runbookRuns", {
    RunbookId: "Runbooks-1",
    RunbookSnapshotId: "RunbookSnapshots-1",
    EnvironmentId: "Environments-1",
  });
  await stage.server.worker?.idle();

  const lines = listOf(await stage.get("/api/events?take=100"), "Items");
  const of = (id: string): unknown[] =>
    lines.filter((line) => textsOf(line, "RelatedDocumentIds")[0] === id).map((line) => line["Category"]);

  expect(
    lines.find((line) => textsOf(line, "RelatedDocumentIds").includes("deploymentsettings-Projects-1")),
  ).toMatchObject({
    RelatedDocumentIds: ["Projects-1", "ProjectGroups-1", "deploymentsettings-Projects-1"],
    Category: "Modified",
  });
  expect(of("Releases-1")).toEqual(["Created"]);
  expect(of("RunbookSnapshots-1")).toEqual(["Created"]);
  expect(of(textOf(key, "Id"))).toEqual(["Deleted", "Created"]);
  expect(of("Environments-1")).toEqual(["Modified", "Created"]);
  expect(of("RunbookRuns-1")).toEqual(["RunbookRunSucceeded", "RunbookRunStarted", "RunbookRunQueued"]);
});

test("who may only see the lines of one project sees those that name it", async () => {
  const stage = await createApiStage();
  for (const name of ["Web", "App"]) await stage.project(name);
  const user = await stage.post("/api/users", { Username: "reader", DisplayName: "Reader" });
  const role = await stage.post("/api/userroles", { Name: "Reads lines", GrantedSpacePermissions: ["EventView"] });
  const team = await stage.post("/api/teams", {
    Name: "Readers",
    SpaceId: "Spaces-1",
    MemberUserIds: [user["Id"]],
    ExternalSecurityGroups: [],
  });
  await stage.post("/api/scopeduserroles", {
    TeamId: team["Id"],
    UserRoleId: role["Id"],
    SpaceId: "Spaces-1",
    ProjectIds: ["Projects-2"],
  });
  const key = await stage.post(`/api/users/${textOf(user, "Id")}/apikeys`, { Purpose: "tests" });
  const headers = { "X-Octopus-ApiKey": textOf(key, "ApiKey") };

  const page: unknown = await (await fetch(`${stage.url}/api/events?documentTypes=Projects`, { headers })).json();

  expect(page).toMatchObject({ TotalResults: 1, Items: [{ Message: "Project App was created" }] });
});

test("a machine whose health changes leaves a line, and the summaries count it", async () => {
  const stage = await createApiStage();
  await stage.environment("Test");
  await stage.environment("Empty");
  const machine = {
    EnvironmentIds: ["Environments-1"],
    Roles: ["web"],
    Endpoint: { CommunicationStyle: "TentaclePassive", Uri: "https://x:10933", Thumbprint: "AB" },
  };
  for (const Name of ["A", "B", "C"])
    await stage.post("/api/Spaces-1/machines", { ...machine, Name, IsDisabled: Name === "C" });
  await stage.post("/api/Spaces-1/machines", {
    ...machine,
    Name: "Cluster",
    Endpoint: {
      CommunicationStyle: "Kubernetes",
      ClusterUrl: "https://k",
      Authentication: { AuthenticationType: "None" },
    },
  });
  const { model } = stage.server;
  setMachineHealth(model, { kind: "machines", id: "Machines-1", health: "Healthy" });
  for (const _ of "12") setMachineHealth(model, { kind: "machines", id: "Machines-2", health: "Unavailable" });

  const page = await stage.get("/api/Spaces-1/events?eventGroups=MachineHealthChanged");
  const targets = await stage.get("/api/Spaces-1/machines/summary");
  const byEnvironment = await stage.get("/api/Spaces-1/environments/summary");
  const typed = await stage.get("/api/Spaces-1/environments/summary/v2?type=Static&partialName=Test");
  const offline = await stage.get(
    "/api/Spaces-1/environments/summary?healthStatuses=Unavailable&hideEmptyEnvironments=true",
  );

  expect(listOf(page, "Items").map((line) => line["Category"])).toEqual(["MachineUnavailable", "MachineHealthy"]);
  const health = { Healthy: 1, Unavailable: 1, Unknown: 1 };
  expect(targets).toMatchObject({
    TotalMachines: 4,
    TotalDisabledMachines: 1,
    MachineHealthStatusSummaries: health,
    DeploymentTargetTypeSummaries: [
      { DeploymentTargetType: "TentaclePassive", TotalMachines: 3 },
      { DeploymentTargetType: "Kubernetes", TotalMachines: 1 },
    ],
  });
  expect(byEnvironment).toMatchObject({
    MachineHealthStatusSummaries: health,
    EnvironmentSummaries: [
      { Environment: { Name: "Test" }, TotalMachines: 4, MachineEndpointSummaries: { Kubernetes: 1 } },
      { Environment: { Name: "Empty" }, TotalMachines: 0, MachineHealthStatusSummaries: {} },
    ],
  });
  expect(typed).toMatchObject({
    EnvironmentSummaries: [{ Environment: { Name: "Test", Type: "Static" }, TotalMachines: 4 }],
  });
  expect(offline).toMatchObject({ EnvironmentSummaries: [{ TotalMachines: 1 }], TotalMachines: 1 });
});

test("lines are found by when they were written, by whom and by group, and come as a file", async () => {
  let now = Date.parse("2026-05-01T12:00:00Z");
  const octopus = await startLocalOctopus({ now: () => new Date(now) });
  await octopus.made("environments", { Name: 'A "quoted" name' });
  now += 60_000;
  await octopus.made("projectgroups", { Name: "Group" });

  expect(await categories(octopus, "from=2026-05-01T12:01:00Z")).toEqual(["Created"]);
  expect(await events(octopus, "to=2026-05-01T12:01:00Z&documentTypes=Environments")).toHaveLength(1);
  expect(await events(octopus, "from=2026-05-01T14:00:00%2B02:00")).toHaveLength(2);
  expect(await events(octopus, "users=Users-1&eventGroups=Document")).toHaveLength(2);
  expect(await events(octopus, "eventGroups=Nothing")).toHaveLength(0);
  expect(await events(octopus, "users=Users-2")).toHaveLength(0);
  expect((await octopus.get("/api/events?from=yesterday")).status).toBe(400);
  const file = await octopus.get("/api/events?asCsv=true");
  expect(file.headers.get("content-type")).toContain("text/csv");
  expect(file.body["Text"]).toContain('"Environment A ""quoted"" name was created"');
});

test("categories, groups and types of documents are told", async () => {
  const octopus = await startLocalOctopus();
  const list = async (path: string): Promise<unknown> => (await octopus.get(path)).body["List"];

  expect(await list("/api/events/categories")).toEqual(
    expect.arrayContaining([
      { Id: "Created", Name: "Document created", Links: null },
      { Id: "RunbookRunFailed", Name: "Runbook run failed", Links: null },
    ]),
  );
  expect(await list("/api/events/groups?appliesTo=MachineHealth")).toMatchObject([{ Id: "MachineHealthChanged" }]);
  const types = await list("/api/Spaces-1/events/documenttypes");
  for (const type of [
    { Id: "ProjectGroups", Name: "Project Group" },
    { Id: "DeploymentProcesses", Name: "Deployment Process" },
    { Id: "Proxies", Name: "Proxy" },
    { Id: "Releases", Name: "Release" },
  ])
    expect(types).toContainEqual(type);
});

test("an audit that was cleaned has lost what is old, and one that is off learns nothing", async () => {
  let now = Date.parse("2026-05-01T12:00:00Z");
  const octopus = await startLocalOctopus({ now: () => new Date(now) });
  await octopus.made("environments", { Name: "Old" });
  now += 60_000;
  await octopus.made("environments", { Name: "New" });

  const cleaned = await octopus.post("/__local/audit", { removeBefore: "2026-05-01T12:01:00Z" });
  const switched = await octopus.post("/__local/audit", { isOn: false });
  await octopus.made("environments", { Name: "Unseen" });

  expect(cleaned.body).toMatchObject({ Removed: 1, IsOn: true });
  expect(switched.body).toMatchObject({ IsOn: false });
  expect(await events(octopus, "fromAutoId=1")).toMatchObject([
    { Id: "Events-2", Message: "Environment New was created" },
  ]);
  octopus.server.model.instance.isAuditOn = true;
  await octopus.made("environments", { Name: "Seen" });
  expect(await events(octopus, "fromAutoId=3")).toMatchObject([{ Message: "Environment Seen was created" }]);
  expect((await octopus.post("/__local/audit", { isOff: true })).status).toBe(400);
});
