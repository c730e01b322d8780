import { expect, test } from "vitest";
import { fieldsOf, listOf, textOf, type Fields } from "../model/fields.ts";
import { createApiStage, type ApiStage } from "./api-stage.ts";

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
    DefaultGuidedFailureMode: "EnvironmentDefault",
  });
});

test("templates without a value are listed beside the values of a tenant, with a default or without", async () => {
  const stage = await createApiStage();
  const tenant = await connectTenant(stage);

  const common = await stage.get(
    `/api/Spaces-1/tenants/${textOf(tenant, "Id")}/commonvariables?IncludeMissingVariables=true`,
  );

  expect(common["Variables"]).toEqual([]);
  expect(listOf(common, "MissingVariables").map((item) => [item["Id"], fieldsOf(item, "Template")["Name"]])).toEqual([
    ["", "With.Default"],
    ["", "Without.Default"],
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
  const { RepositoryRestrictions: _, ...rest } = await stage.post("/api/Spaces-1/git-credentials", {
    Name: "Git",
    Details: details,
    RepositoryRestrictions: restrictions,
  });

  const left = await stage.put(`/api/Spaces-1/git-credentials/${textOf(rest, "Id")}`, rest);
  const changed = await stage.put(`/api/Spaces-1/git-credentials/${textOf(rest, "Id")}`, {
    ...rest,
    RepositoryRestrictions: { Enabled: false, AllowedRepositories: [] },
  });

  expect(left["RepositoryRestrictions"]).toEqual(restrictions);
  expect(changed["RepositoryRestrictions"]).toEqual({ Enabled: false, AllowedRepositories: [] });
});

test("an environment is no parent environment, and version 2 lists both with their type", async () => {
  const stage = await createApiStage();
  const environment = await stage.environment("Test");
  await stage.post("/api/spaces/Spaces-1/parentEnvironments", { Name: "Previews", SpaceId: "Spaces-1" });

  expect((await stage.call("GET", `/api/Spaces-1/parentEnvironments/${textOf(environment, "Id")}`)).status).toBe(404);
  expect(listOf(await stage.get("/api/Spaces-1/environments"), "Items")).toMatchObject([{ Name: "Test" }]);
  const typed = listOf(await stage.get("/api/Spaces-1/environments/v2"), "Items");
  expect(typed).toMatchObject([
    { Name: "Test", Type: "Static" },
    { Name: "Previews", Type: "Parent" },
  ]);
  expect(listOf(await stage.get("/api/Spaces-1/environments/v2?type=Parent"), "Items")).toMatchObject([
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
