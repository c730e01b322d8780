import { expect, test } from "vitest";
import { fieldsOf, listOf, textOf, type Fields } from "../model/fields.ts";
import { createApiStage, packageReference, scriptAction, type ApiStage } from "./api-stage.ts";

/** What the Octopus CLI and the Terraform provider rely on beyond the documented shapes, found by running them. */

test("a space links to its page in the portal", async () => {
  const stage = await createApiStage();

  const space = await stage.get("/api/spaces/Spaces-1");

  expect(fieldsOf(space, "Links")).toMatchObject({ Web: "/app#/spaces/Spaces-1" });
});

test("a choice that is sent as an empty text takes the server's own", async () => {
  const stage = await createApiStage();

  const runbook = await stage.runbook(await stage.project("Hello World"), "Back up", {
    MultiTenancyMode: "",
    EnvironmentScope: "",
    DefaultGuidedFailureMode: "",
  });

  expect(runbook).toMatchObject({
    MultiTenancyMode: "Untenanted",
    EnvironmentScope: "All",
    // Docs, runbooks.
    DefaultGuidedFailureMode: "Off",
  });
});

test("templates without a value are listed beside the values of a tenant, with a default or without", async () => {
  const stage = await createApiStage();
  const tenant = await connectTenant(stage);

  const common = await stage.get(
    `/api/Spaces-1/tenants/${textOf(tenant, "Id")}/commonvariables?IncludeMissingVariables=true`,
  );

  expect(common["Variables"]).toEqual([]);
  expect(listOf(common, "MissingVariables").map((item) => fieldsOf(item, "Template")["Name"])).toEqual([
    "With.Default",
    "Without.Default",
  ]);
});

test("only templates without a default count as missing", async () => {
  const stage = await createApiStage();
  const tenant = await connectTenant(stage);

  const { list } = await stage.call("GET", `/api/Spaces-1/tenants/variables-missing?tenantId=${textOf(tenant, "Id")}`);

  expect(list.flatMap((item) => listOf(item, "MissingVariables")).map((item) => item["VariableTemplateName"])).toEqual([
    "Without.Default",
  ]);
});

test("a project group links to its projects by an address, not a template", async () => {
  const stage = await createApiStage();

  const group = await stage.get("/api/Spaces-1/projectgroups/ProjectGroups-1");

  expect(fieldsOf(group, "Links")).toMatchObject({ Projects: "/api/Spaces-1/projectgroups/ProjectGroups-1/projects" });
});

test("a Git credential keeps its repository restrictions when a PUT leaves them out", async () => {
  const stage = await createApiStage();
  const restrictions = { Enabled: true, AllowedRepositories: ["https://git.example.com/*"] };
  const details = { Type: "UsernamePassword", Username: "octopus", Password: { HasValue: true, NewValue: "secret" } };
  const sent = { Name: "Git", Details: details };
  const made = await stage.post("/api/Spaces-1/git-credentials", { ...sent, RepositoryRestrictions: restrictions });
  const path = `/api/Spaces-1/git-credentials/${textOf(made, "Id")}`;

  await stage.put(path, sent);
  const left = await stage.get(path);
  await stage.put(path, { ...sent, RepositoryRestrictions: { Enabled: false, AllowedRepositories: [] } });
  const changed = await stage.get(path);

  expect(left["RepositoryRestrictions"]).toEqual(restrictions);
  expect(changed["RepositoryRestrictions"]).toEqual({ Enabled: false, AllowedRepositories: [] });
});

test("an environment is no parent environment, and version 2 lists both with their type", async () => {
  const stage = await createApiStage();
  const environment = await stage.environment("Test");
  await stage.post("/api/spaces/Spaces-1/parentEnvironments", { Name: "Previews", SpaceId: "Spaces-1" });

  expect((await stage.call("GET", `/api/Spaces-1/parentEnvironments/${textOf(environment, "Id")}`)).status).toBe(404);
  expect(listOf(await stage.get("/api/Spaces-1/environments"), "Items")).toMatchObject([{ Name: "Test" }]);
  const typed = listOf(await stage.get("/api/Spaces-1/environments/v2?skip=0&take=30"), "Items");
  expect(typed).toMatchObject([
    { Name: "Test", Type: "Static" },
    { Name: "Previews", Type: "Parent" },
  ]);
  expect(listOf(await stage.get("/api/Spaces-1/environments/v2?skip=0&take=30&type=Parent"), "Items")).toMatchObject([
    { Name: "Previews" },
  ]);
});

test("the types of dynamic workers come inside an object", async () => {
  const stage = await createApiStage();

  const types = listOf(await stage.get("/api/Spaces-1/workerpools/dynamicworkertypes"), "WorkerTypes");

  expect(types[0]).toMatchObject({ Type: expect.any(String), EndOfLifeDateUtc: null });
});

test("the health of the server comes with a sentence", async () => {
  const stage = await createApiStage();

  expect(await stage.get("/api/serverstatus/health")).toMatchObject({
    IsOperatingNormally: true,
    Description: expect.stringContaining("normally"),
  });
});

test("the times of a schedule come back with milliseconds and a zone", async () => {
  const stage = await createApiStage();
  const project = await stage.project("Hello World");
  const runbook = await stage.runbook(project, "Back up");
  const environment = await stage.environment("Test");
  const action = { ActionType: "RunRunbook", RunbookId: runbook["Id"], EnvironmentIds: [environment["Id"]] };
  const timeAfter = async (StartTime: string): Promise<unknown> => {
    const filter = { FilterType: "OnceDailySchedule", DaysOfWeek: ["Monday"], StartTime };
    const trigger = await stage.post("/api/Spaces-1/projecttriggers", {
      Name: StartTime,
      ProjectId: project["Id"],
      Filter: filter,
      Action: action,
    });
    return fieldsOf(trigger, "Filter")["StartTime"];
  };

  expect(await timeAfter("2026-01-01T02:00:00Z")).toBe("2026-01-01T02:00:00.000Z");
  expect(await timeAfter("2026-01-01T02:00:00.9999999+10:00")).toBe("2026-01-01T02:00:00.999+10:00");
  expect(await timeAfter("2026-01-01T02:00:00")).toBe("2026-01-01T02:00:00.000Z");
  expect(await timeAfter("09:00")).toBe("09:00");
});

test("a variable may be scoped to an action that the process does not have", async () => {
  const stage = await createApiStage();
  await stage.project("Hello World");
  const set = await stage.get("/api/Spaces-1/variables/variableset-Projects-1");

  const saved = await stage.put("/api/Spaces-1/variables/variableset-Projects-1", {
    ...set,
    Variables: [{ Name: "Color", Value: "red", Scope: { Action: ["gone"] } }],
  });

  expect(listOf(saved, "Variables")).toMatchObject([{ Scope: { Action: ["gone"] } }]);
});

test("a target may name a worker pool that nobody knows", async () => {
  const stage = await createApiStage();
  await stage.environment("Test");

  const target = await stage.post("/api/Spaces-1/machines", {
    Name: "Europe",
    EnvironmentIds: ["Environments-1"],
    Roles: ["web"],
    Endpoint: { CommunicationStyle: "None", DefaultWorkerPoolId: "WorkerPools-41" },
  });

  expect(target["Endpoint"]).toMatchObject({ DefaultWorkerPoolId: "WorkerPools-41" });
});

test("a role of one's own has the restrictions that were sent, a built-in one those of its permissions", async () => {
  const stage = await createApiStage();

  const role = await stage.post("/api/userroles", { Name: "Mine", GrantedSpacePermissions: ["AccountCreate"] });

  expect(role["SupportedRestrictions"]).toEqual([]);
  expect((await stage.get("/api/userroles/userroles-projectlead"))["SupportedRestrictions"]).toContain("Projects");
});

test("an OIDC account for Azure has an audience without being told, and no subject keys", async () => {
  const stage = await createApiStage();

  const account = await stage.post("/api/Spaces-1/accounts", { Name: "Azure", AccountType: "AzureOidc" });

  expect(account).toMatchObject({
    Audience: "api://AzureADTokenExchange",
    AzureEnvironment: null,
    DeploymentSubjectKeys: [],
    HealthCheckSubjectKeys: [],
    AccountTestSubjectKeys: [],
  });
});

test("the package that creates releases comes back with the step that it belongs to", async () => {
  const stage = await createApiStage();
  const project = await stage.project("Hello World");
  const process = await stage.setSteps("/api/Spaces-1/projects/Projects-1/deploymentprocesses", [scriptAction("Say")]);
  const strategy = { ChannelId: "", ReleaseCreationPackage: { DeploymentAction: "Say", PackageReference: "" } };

  const saved = await stage.put("/api/Spaces-1/projects/Projects-1", {
    ...project,
    AutoCreateRelease: true,
    ReleaseCreationStrategy: strategy,
  });

  const actions = listOf(listOf(process, "Steps")[0] ?? {}, "Actions");
  expect(saved["ReleaseCreationStrategy"]).toMatchObject({ ReleaseCreationPackageStepId: actions[0]?.["Id"] });
});

test("a step may name a feed in words that no feed has", async () => {
  const stage = await createApiStage();
  await stage.project("Hello World");
  const reference = packageReference("App", { FeedId: "built-in" });

  const process = await stage.setSteps("/api/Spaces-1/projects/Projects-1/deploymentprocesses", [
    scriptAction("Say", { Packages: [reference] }),
  ]);

  expect(JSON.stringify(process)).toContain('"FeedId":"built-in"');
});

test("a space that keeps forever has neither a quantity nor a unit", async () => {
  const stage = await createApiStage();
  const policy = await stage.get("/api/Spaces-1/retentionpolicies?RetentionType=RunbookRetention");
  const path = `/api/Spaces-1/retentionpolicies/${textOf(policy, "Id")}`;

  const forever = await stage.put(path, { ...policy, Strategy: "Forever", QuantityToKeep: 5, Unit: "Items" });
  const counted = await stage.put(path, { ...policy, Strategy: "Count", QuantityToKeep: 5, Unit: "Days" });

  expect(forever).toMatchObject({ Strategy: "Forever", QuantityToKeep: 0, Unit: null });
  expect(counted).toMatchObject({ Strategy: "Count", QuantityToKeep: 5, Unit: "Days" });
});

test("a tenant's value keeps its id when it is given for other environments", async () => {
  const stage = await createApiStage();
  const tenant = await connectTenant(stage);
  const path = `/api/Spaces-1/tenants/${textOf(tenant, "Id")}/commonvariables`;
  const missing = listOf(await stage.get(`${path}?IncludeMissingVariables=true`), "MissingVariables")[0] ?? {};
  const value = {
    LibraryVariableSetId: missing["LibraryVariableSetId"],
    TemplateId: missing["TemplateId"],
    Value: "x",
  };
  const [first] = listOf(await stage.put(path, { Variables: [value] }), "Variables");

  const scoped = { ...value, Id: first?.["Id"], Scope: { EnvironmentIds: ["Environments-1"] } };
  const [second] = listOf(await stage.put(path, { Variables: [scoped] }), "Variables");

  expect(second).toMatchObject({ Id: first?.["Id"], Scope: { EnvironmentIds: ["Environments-1"] } });
});

test("two freezes of the instance may have the same name", async () => {
  const stage = await createApiStage();
  const freeze = { Name: "Xmas", Start: "2026-12-24T00:00:00Z", End: "2026-12-27T00:00:00Z" };

  await stage.post("/api/deploymentfreezes", freeze);
  await stage.post("/api/deploymentfreezes", freeze);

  expect(await stage.get("/api/deploymentfreezes?skip=0&take=30")).toMatchObject({ Count: 2 });
});

test("build information is found by its version, by a part of its package's id, and by being the latest", async () => {
  const stage = await createApiStage();
  const path = "/api/Spaces-1/build-information";
  for (const Version of ["1.9.0", "1.10.0"])
    await stage.post(path, { PackageId: "App", Version, OctopusBuildInformation: { BuildEnvironment: "CI" } });
  const versions = async (query: string): Promise<unknown[]> =>
    listOf(await stage.get(`${path}?${query}`), "Items").map((item) => item["Version"]);

  expect(await versions("packageId=App&filter=1.9.0")).toEqual(["1.9.0"]);
  expect(await versions("latest=true")).toEqual(["1.10.0"]);
  expect(await versions("partialPackageId=ap")).toHaveLength(2);
  expect(await versions("packageId=Ap")).toEqual([]);
});

/** A tenant of a project that includes a set with two templates. */
async function connectTenant(stage: ApiStage): Promise<Fields> {
  const environment = await stage.environment("Test");
  const set = await stage.post("/api/Spaces-1/libraryvariablesets", {
    Name: "Common",
    Templates: [{ Name: "With.Default", DefaultValue: "x" }, { Name: "Without.Default" }],
  });
  const project = await stage.project("Hello World", {
    TenantedDeploymentMode: "TenantedOrUntenanted",
    IncludedLibraryVariableSetIds: [set["Id"]],
  });
  return stage.post("/api/Spaces-1/tenants", {
    Name: "Europe",
    ProjectEnvironments: { [textOf(project, "Id")]: [environment["Id"]] },
  });
}

test("the first environment that asks for the order 0 has it, and whoever asks for it later is the last", async () => {
  const stage = await createApiStage();
  const create = (fields: Fields): Promise<Fields> => stage.post("/api/Spaces-1/environments", fields);

  const second = await create({ Name: "Second", SortOrder: 5 });
  const first = await create({ Name: "First", SortOrder: 0 });
  const last = await create({ Name: "Last", SortOrder: 0 });
  const moved = await stage.put(`/api/Spaces-1/environments/${textOf(second, "Id")}`, { ...second, SortOrder: 0 });

  expect([first, last, moved].map((environment) => environment["SortOrder"])).toEqual([0, 6, 5]);
});
