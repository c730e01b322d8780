import { expect, test } from "vitest";
import { fieldsOf, listOf, textOf, type Fields } from "../model/fields.ts";
import { createApiStage, packageReference, scriptAction, type ApiStage } from "./api-stage.ts";
import { createGitStage } from "./git-stage.ts";

// What Octopus's generated API reference says in words: each test names the page of `docs/api` that it is from.

const space = "/api/Spaces-1";

test("a channel's PUT keeps the lists that it leaves out, and clears those that it empties (channels)", async () => {
  const stage = await createApiStage();
  const project = await stage.project("Web");
  await stage.post(`${space}/tagsets`, { Name: "Regions", Tags: [{ Name: "South" }] });
  await stage.setSteps(`${space}/projects/Projects-1/deploymentprocesses`, [
    scriptAction("Unpack", { Packages: [packageReference("Web")] }),
  ]);
  const path = `${space}/channels/${textOf(await stage.post(`${space}/channels`, channelOf(project)), "Id")}`;

  const kept = await stage.put(path, { Name: "Beta", ProjectId: project["Id"] });
  const cleared = await stage.put(path, { Name: "Beta", ProjectId: project["Id"], Rules: [], TenantTags: [] });

  const { Rules: rules } = await stage.get(path);
  expect(kept).toMatchObject({ Rules: [{ Tag: "^$" }], TenantTags: ["Regions/South"] });
  expect(cleared).toMatchObject({ CustomFieldDefinitions: [{ FieldName: "Ticket" }], TenantTags: [] });
  expect(rules).toEqual([]);
});

function channelOf(project: Fields): Fields {
  return {
    Name: "Beta",
    ProjectId: project["Id"],
    Rules: [{ Tag: "^$", VersionRange: "", ActionPackages: [{ DeploymentAction: "Unpack", PackageReference: "" }] }],
    TenantTags: ["Regions/South"],
    CustomFieldDefinitions: [{ FieldName: "Ticket", Description: "" }],
  };
}

test("a channel's type stays, and one for ephemeral environments has a parent and no lifecycle (channels)", async () => {
  const stage = await createApiStage();
  const { Id: project } = await stage.project("Web");
  const ephemeral = { Name: "Previews", ProjectId: project, Type: "EphemeralEnvironment" };
  const parent = await stage.post(`${space}/parentEnvironments`, { Name: "Parent" });

  expect(await stage.refusal("POST", `${space}/channels`, ephemeral)).toContain("ParentEnvironmentId");
  const whole = { ...ephemeral, ParentEnvironmentId: parent["Id"] };
  expect(await stage.refusal("POST", `${space}/channels`, { ...whole, LifecycleId: "Lifecycles-1" })).toContain(
    "lifecycle",
  );
  const made = await stage.post(`${space}/channels`, whole);
  const { Type: _, ...rest } = made;
  expect(await stage.put(`${space}/channels/${String(made["Id"])}`, rest)).toMatchObject({
    Type: "EphemeralEnvironment",
  });
});

test("deployment settings that leave the release notes out clear them (deployment settings)", async () => {
  const stage = await createApiStage();
  await stage.project("Web");
  const path = `${space}/projects/Projects-1/deploymentsettings`;
  const { ReleaseNotesTemplate: _, ...rest } = await stage.put(path, {
    ...(await stage.get(path)),
    ReleaseNotesTemplate: "New:",
    CancelQueuedTasks: true,
  });

  expect(await stage.put(path, rest)).toMatchObject({ ReleaseNotesTemplate: null, CancelQueuedTasks: true });
  expect(await stage.get(`${space}/projects/Projects-1`)).not.toHaveProperty("CancelQueuedTasks");
});

test("a runbook's PUT resets what it leaves out, but for its slug and what it cancels (runbooks)", async () => {
  const stage = await createApiStage();
  const environment = await stage.environment("Development");
  const made = await stage.runbook(await stage.project("Web"), "Back up", { Slug: "saved", CancelQueuedTasks: true });
  const runbook = await stage.put(`${space}/runbooks/${textOf(made, "Id")}`, {
    ...made,
    DefaultGuidedFailureMode: "On",
    EnvironmentScope: "Specified",
    Environments: [environment["Id"]],
    MultiTenancyMode: "Tenanted",
    ForcePackageDownload: true,
    FailTargetDiscovery: true,
    CancelQueuedTasks: true,
  });
  expect(made).toMatchObject({ CancelQueuedTasks: false });

  const left = await stage.put(`${space}/runbooks/${textOf(runbook, "Id")}`, {
    Name: "Back up",
    ProjectId: "Projects-1",
  });

  expect(left).toMatchObject({
    Slug: "saved",
    DefaultGuidedFailureMode: "Off",
    EnvironmentScope: "All",
    Environments: [],
    MultiTenancyMode: "Untenanted",
    ForcePackageDownload: false,
    FailTargetDiscovery: false,
    CancelQueuedTasks: true,
  });
});

test("an environment that a trigger runs a runbook in stays the runbook's (runbooks)", async () => {
  const stage = await createApiStage();
  const { Id: development } = await stage.environment("Development");
  const { Id: production } = await stage.environment("Production");
  const runbook = await stage.runbook(await stage.project("Web"), "Back up");
  await stage.post(`${space}/projecttriggers`, {
    Name: "Nightly",
    ProjectId: "Projects-1",
    Filter: { FilterType: "CronExpressionSchedule", CronExpression: "0 0 6 * * *" },
    Action: { ActionType: "RunRunbook", RunbookId: runbook["Id"], EnvironmentIds: [development] },
  });
  const only = (id: unknown): Fields => ({ ...runbook, EnvironmentScope: "Specified", Environments: [id] });
  const path = `${space}/runbooks/${textOf(runbook, "Id")}`;

  expect(await stage.refusal("PUT", path, only(production))).toContain("Nightly");
  expect(await stage.put(path, only(development))).toMatchObject({ Environments: [development] });
});

test("a runbook's clone has its settings, its tags and its process (runbooks)", async () => {
  const stage = await createApiStage();
  const runbook = await stage.runbook(await stage.project("Web"), "Back up", { MultiTenancyMode: "Tenanted" });
  await stage.setSteps(`${space}/runbookProcesses/${textOf(runbook, "RunbookProcessId")}`, [scriptAction("Say")]);

  const copy = await stage.post(`${space}/runbooks`, { Name: "Copy", ProjectId: "Projects-1", Clone: runbook["Id"] });

  expect(copy).toMatchObject({ Name: "Copy", Slug: "copy", MultiTenancyMode: "Tenanted" });
  expect(await stage.get(`${space}/runbookProcesses/${textOf(copy, "RunbookProcessId")}`)).toMatchObject({
    Steps: [{ Name: "Say", Type: "Step" }],
  });
});

test("a lifecycle's PUT deletes the phases that it leaves out (lifecycles)", async () => {
  const stage = await createApiStage();
  const phases = [
    { Name: "Test", OptionalDeploymentTargets: [(await stage.environment("Test"))["Id"]] },
    { Name: "Live", OptionalDeploymentTargets: [(await stage.environment("Live"))["Id"]] },
  ];
  const made = await stage.post(`${space}/lifecycles`, { Name: "Slow", Phases: phases });

  const left = await stage.put(`${space}/lifecycles/${textOf(made, "Id")}`, { ...made, Phases: phases.slice(0, 1) });

  expect(listOf(left, "Phases").map((one) => one["Name"])).toEqual(["Test"]);
});

test("phases share no environment, only one has none, and one is not optional (lifecycles)", async () => {
  const stage = await createApiStage();
  const { Id: id } = await stage.environment("Test");
  const refuse = (...Phases: Fields[]): Promise<string> =>
    stage.refusal("POST", `${space}/lifecycles`, { Name: "Slow", Phases });

  expect(
    await refuse(phase("A", { AutomaticDeploymentTargets: [id] }), phase("B", { OptionalDeploymentTargets: [id] })),
  ).toContain("more than one phase");
  expect(await refuse(phase("A"), phase("B"))).toContain("without environments");
  expect(await refuse(phase("A", { IsOptionalPhase: true }))).toContain("optional");
});

function phase(Name: string, more: Fields = {}): Fields {
  return { Name, ...more };
}

test.each([
  ["environments", 10],
  ["workerpools", 10],
  ["certificates", 15],
  ["environments/Environments-1/machines", 20],
  ["workerpools/WorkerPools-1/workers", 20],
  ["feeds/feeds-builtin/packages/search", 20],
  ["projects", 30],
])("a page of %s has %i items when nothing is said", async (list, take) => {
  const stage = await createApiStage();
  await stage.environment("Development");

  expect(await stage.get(`${space}/${list}`)).toMatchObject({ ItemsPerPage: take });
});

test.each([`${space}/environments/v2`, "/api/deploymentfreezes"])("%s wants skip and take", async (list) => {
  const stage = await createApiStage();

  expect(await stage.refusal("GET", `${list}?skip=0`)).toContain("take");
  expect((await stage.call("GET", `${list}?skip=0&take=30`)).status).toBe(200);
});

test("a name is looked for as a whole, or as a part where old clients do so (projects, environments, lifecycles)", async () => {
  const stage = await createApiStage();
  await stage.project("Web Shop");
  await stage.environment("Web Test");
  const count = async (list: string): Promise<unknown> => (await stage.get(`${space}/${list}`))["TotalResults"];

  expect(await count("projects?name=web")).toBe(1);
  expect(await count("environments?name=web")).toBe(1);
  expect(await count("lifecycles?name=default")).toBe(0);
});

test("variables of a project are written without an answer, in the database and in Git (variables)", async () => {
  const stage = await createGitStage();
  const project = await stage.project("Web");
  const path = `${space}/projects/Projects-1/variables`;
  expect(await stage.put(path, await stage.get(path))).toEqual({});
  await stage.convert(project);
  const inGit = `${space}/projects/Projects-1/main/variables`;
  expect(await stage.put(inGit, await stage.get(inGit))).toEqual({});
});

test("what is made of credentials and of parents is told by its id alone (Git credentials, parent environments)", async () => {
  const stage = await createApiStage();
  const details = { Type: "UsernamePassword", Username: "octopus", Password: { HasValue: true, NewValue: "secret" } };
  const made = await stage.post(`${space}/git-credentials`, { Name: "Git", Details: details });
  const path = `${space}/git-credentials/${textOf(made, "Id")}`;

  expect(Object.keys(made)).toEqual(["Id", "Links"]);
  expect(await stage.put(path, { Name: "Other", Details: details })).toEqual({});
  expect(await stage.get(path)).toMatchObject({ Name: "Other" });
  expect(await stage.post(`${space}/parentEnvironments`, { Name: "Parent" })).not.toHaveProperty("Name");
});

test("variables that others refreshed are not refreshed by an old token, nor those of another process (releases, runbook snapshots)", async () => {
  const stage = await createApiStage();
  const runbook = await stage.runbook(await stage.project("Web"), "Back up");
  const release = await stage.post(`${space}/releases`, { ProjectId: "Projects-1", Version: "1.0.0" });
  const refresh = `${space}/releases/${textOf(release, "Id")}/snapshot-variables`;
  await setVariable(stage, "1");
  const token = { VariableSnapshotConcurrencyToken: release["VariableSnapshotConcurrencyToken"] };
  await stage.post(refresh, token);

  expect((await stage.call("POST", refresh, token)).status).toBe(409);
  expect((await stage.call("POST", refresh, {})).status).toBe(200);

  const snapshot = { ProjectId: "Projects-1", RunbookId: runbook["Id"], Name: "First" };
  const { Id: id } = await stage.post(`${space}/runbookSnapshots`, snapshot);
  await stage.setSteps(`${space}/runbookProcesses/${textOf(runbook, "RunbookProcessId")}`, [scriptAction("Say")]);
  expect(await stage.refusal("POST", `${space}/runbookSnapshots/${String(id)}/snapshot-variables`, {})).toContain(
    "process",
  );
});

async function setVariable(stage: ApiStage, Value: string): Promise<void> {
  const path = `${space}/variables/variableset-Projects-1`;
  await stage.put(path, { ...(await stage.get(path)), Variables: [{ Name: "A", Value, Type: "String", Scope: {} }] });
}

test("a PUT of a trigger or a role may leave its name out (project triggers, user roles)", async () => {
  const stage = await createApiStage();
  await stage.project("Web");
  const trigger = await stage.post(`${space}/projecttriggers`, {
    Name: "On success",
    ProjectId: "Projects-1",
    Filter: { FilterType: "MachineFilter", EventGroups: ["Machine"] },
    Action: { ActionType: "AutoDeploy" },
  });
  const role = await stage.post("/api/userroles", { Name: "Reader", GrantedSpacePermissions: ["ProjectView"] });

  expect(
    await stage.put(`${space}/projecttriggers/${textOf(trigger, "Id")}`, { ProjectId: "Projects-1", IsDisabled: true }),
  ).toMatchObject({
    Name: "On success",
    IsDisabled: true,
    Action: { ActionType: "AutoDeploy" },
    Filter: { EventGroups: ["Machine"] },
  });
  expect(await stage.put(`/api/userroles/${textOf(role, "Id")}`, { Description: "Reads" })).toMatchObject({
    Name: "Reader",
  });
});

test("an order names every document (environments)", async () => {
  const stage = await createApiStage();
  for (const name of ["Test", "Live"]) await stage.environment(name);

  expect(await stage.refusal("PUT", `${space}/environments/sortorder`, ["Environments-2"])).toContain("Environments-1");
});

test("tags that are in use hold their set's type and scope, and free text has no tags (tag sets)", async () => {
  const stage = await createApiStage();
  const set = await stage.post(`${space}/tagsets`, {
    Name: "Regions",
    Type: "SingleSelect",
    Tags: [{ Name: "South" }],
  });
  await stage.post(`${space}/tenants`, { Name: "Customer", TenantTags: ["Regions/South"] });
  const path = `${space}/tagsets/${textOf(set, "Id")}`;

  expect(await stage.put(path, { ...set, Type: "MultiSelect" })).toMatchObject({ Type: "MultiSelect" });
  expect(await stage.refusal("PUT", path, { ...set, Type: "SingleSelect" })).toContain("type");
  expect(await stage.refusal("PUT", path, { ...set, Type: "MultiSelect", Scopes: ["Project"] })).toContain("Tenant");
  const free = { Name: "Free", Type: "FreeText", Tags: [{ Name: "A" }] };
  expect(await stage.refusal("POST", `${space}/tagsets`, free)).toContain("free text");
});

test("a package is found by its newest version, and release notes only when they are asked for (packages, feeds)", async () => {
  const stage = await createApiStage();
  for (const version of ["1.0.0", "1.10.0", "1.9.0"]) await stage.pushPackage("Web", version);
  const versions = async (query: string): Promise<unknown[]> =>
    listOf(await stage.get(`${space}/packages?${query}`), "Items").map((item) => item["Version"]);

  expect(await versions("filter=we")).toEqual(["1.10.0"]);
  expect(await versions("nuGetPackageId=Web")).toEqual(["1.10.0", "1.9.0", "1.0.0"]);
});

test("runs of a runbook are asked for by ids, and one by one in Git (runbooks, runbook runs)", async () => {
  const stage = await createGitStage();
  const { Id: environment } = await stage.environment("Development");
  const project = await stage.project("Web");
  await stage.runbook(project, "Back up");
  const asked = { RunbookId: "Runbooks-1", SpaceId: "Spaces-1" };
  const run = `${space}/runbooks/Runbooks-1/run`;

  expect(await stage.refusal("POST", run, asked)).toContain("EnvironmentId");
  await stage.post(run, { ...asked, EnvironmentIds: [environment] });
  expect((await stage.get(`${space}/runbookRuns`))["TotalResults"]).toBe(1);

  await stage.convert(project);
  const inGit = await stage.post(`${space}/projects/Projects-1/main/runbooks/back-up/run/v1`, {
    Runs: [{ EnvironmentId: environment }, { EnvironmentId: environment }],
  });
  expect(listOf(inGit, "Resources")).toMatchObject([{ EnvironmentId: environment }, { EnvironmentId: environment }]);
});

test("a project's runbooks for environments are its own, and its PowerShell is one of two (projects)", async () => {
  const stage = await createApiStage();
  const web = await stage.project("Web");
  const other = await stage.runbook(await stage.project("Other"), "Provision");
  const own = await stage.runbook(web, "Provision");
  const path = `${space}/projects/Projects-1`;

  expect(await stage.refusal("PUT", path, { ...web, ProvisioningRunbookId: other["Id"] })).toContain("another project");
  expect(await stage.put(path, { ...web, ProvisioningRunbookId: own["Id"] })).toMatchObject({
    ProvisioningRunbookId: own["Id"],
  });
  expect(await stage.refusal("PUT", path, { ...web, DefaultPowerShellEdition: "Shiny" })).toContain("Shiny");
});

test("progression shows three releases of a channel, or as many as are asked for (progression)", async () => {
  const stage = await createApiStage();
  await stage.project("Web");
  for (const Version of ["1", "2", "3", "4"])
    await stage.post(`${space}/releases`, { ProjectId: "Projects-1", Version });
  const path = `${space}/projects/Projects-1/progression`;
  const shown = async (query: string): Promise<unknown[]> =>
    listOf(await stage.get(`${path}${query}`), "Releases").map((row) => fieldsOf(row, "Release")["Version"]);

  expect(await shown("")).toEqual(["4", "3", "2"]);
  expect(await shown("?releaseHistoryCount=1")).toEqual(["4"]);
  expect(await stage.refusal("GET", `${path}?releaseHistoryCount=101`)).toContain("101");
});

test("a certificate is found by its thumbprint too (certificates)", async () => {
  const stage = await createApiStage();
  const made = await stage.post(`${space}/certificates`, {
    Name: "Site",
    CertificateData: { HasValue: true, NewValue: Buffer.from("not opened here").toString("base64") },
  });

  expect(await stage.get(`${space}/certificates/${textOf(made, "Thumbprint")}`)).toMatchObject({ Id: made["Id"] });
  expect((await stage.get(`${space}/certificates?search=SIT`))["TotalResults"]).toBe(1);
});

test.each([
  [`${space}/environments`, { Name: "x".repeat(51) }, "50 characters"],
  [`${space}/parentEnvironments`, { Name: "x".repeat(51) }, "50 characters"],
  [`${space}/feeds`, { Name: "x".repeat(45), FeedType: "NuGet", FeedUri: "https://x" }, "44 characters"],
  ["/api/users", { Username: "x".repeat(65), DisplayName: "X" }, "64 characters"],
  ["/api/users", { Username: "x", DisplayName: "x".repeat(65) }, "64 characters"],
  [`${space}/proxies`, { Name: "P", Host: "" }, "Host"],
  [`${space}/proxies`, { Name: "P", Host: "h", Port: 65_536 }, "65535"],
])("what is sent to %s has limits", async (path, body, reason) => {
  const stage = await createApiStage();

  expect(await stage.refusal("POST", path, body)).toContain(reason);
});
