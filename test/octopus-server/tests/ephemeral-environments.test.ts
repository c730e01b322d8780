import { expect, test } from "vitest";
import { listOf, textOf, type Fields } from "../model/fields.ts";
import { createApiStage, scriptAction, type ApiStage } from "./api-stage.ts";

const path = "/api/Spaces-1/projects/Projects-1/environments/ephemeral";

async function stageWithChannel(): Promise<ApiStage> {
  const stage = await createApiStage();
  await stage.project("Hello World");
  const parent = await stage.post("/api/spaces/Spaces-1/parentEnvironments", { Name: "Previews" });
  await stage.post("/api/Spaces-1/channels", {
    Name: "Previews",
    ProjectId: "Projects-1",
    Type: "EphemeralEnvironment",
    ParentEnvironmentId: parent["Id"],
  });
  return stage;
}

async function listEphemeral(stage: ApiStage, query = ""): Promise<Fields[]> {
  return listOf(await stage.get(`/api/Spaces-1/environments/v2?skip=0&take=30&type=Ephemeral${query}`), "Items");
}

test("an ephemeral environment is made for a project and listed by version 2 alone", async () => {
  const stage = await stageWithChannel();

  const made = await stage.post(path, { EnvironmentName: "pr-1" });
  await stage.post(path, { EnvironmentName: "pr-2" });

  expect(made).toEqual({ Id: made["Id"] });
  expect(await listEphemeral(stage, "&partialName=pr-1")).toMatchObject([
    { Id: made["Id"], Name: "pr-1", Type: "Ephemeral", ParentEnvironmentId: "ParentEnvironments-1" },
  ]);
  expect(listOf(await stage.get("/api/Spaces-1/environments"), "Items")).toEqual([]);
  expect(await stage.refusal("POST", path, { EnvironmentName: "pr-1" })).toContain("already exists");
});

test("an ephemeral environment is deprovisioned for its project, or altogether", async () => {
  const stage = await stageWithChannel();
  const [first, second] = [
    await stage.post(path, { EnvironmentName: "pr-1" }),
    await stage.post(path, { EnvironmentName: "pr-2" }),
  ];

  await stage.post(`${path}/${textOf(first, "Id")}/deprovision`, {});
  const all = await stage.post(`/api/Spaces-1/environments/ephemeral/${textOf(second, "Id")}/deprovision`, {});

  expect(all).toEqual({ DeprovisioningRuns: [] });
  expect(await listEphemeral(stage)).toEqual([]);
});

test("a project without a channel for them has no ephemeral environments", async () => {
  const stage = await createApiStage();
  await stage.project("Hello World");

  expect(await stage.refusal("POST", path, { EnvironmentName: "pr-1" })).toContain("no channel");
});

test("what is limited to environments may be limited to a parent of ephemeral ones, and forgets one that is gone", async () => {
  const stage = await createApiStage();
  const project = await stage.project("Hello World");
  const { Id: parent } = await stage.post("/api/Spaces-1/parentEnvironments", { Name: "Previews" });
  const runbook = await stage.runbook(project, "Restart", { EnvironmentScope: "Specified", Environments: [parent] });
  const account = await stage.post("/api/Spaces-1/accounts", {
    Name: "Registry",
    AccountType: "UsernamePassword",
    EnvironmentIds: [parent],
  });
  const trigger = await stage.post("/api/Spaces-1/projecttriggers", {
    Name: "Every day",
    ProjectId: "Projects-1",
    Filter: { FilterType: "CronExpressionSchedule", CronExpression: "0 0 6 * * *" },
    Action: { ActionType: "RunRunbook", RunbookId: runbook["Id"], EnvironmentIds: [parent] },
  });
  const variables = await stage.get("/api/Spaces-1/variables/variableset-Projects-1");
  const scoped = { Name: "Place", Value: "preview", Scope: { Environment: [parent] } };
  await stage.put("/api/Spaces-1/variables/variableset-Projects-1", { ...variables, Variables: [scoped] });
  const steps = await stage.setSteps("/api/Spaces-1/projects/Projects-1/deploymentprocesses", [
    scriptAction("Say", { Environments: [parent] }),
  ]);

  expect(runbook).toMatchObject({ Environments: [parent] });
  expect(account).toMatchObject({ EnvironmentIds: [parent] });
  expect(trigger).toMatchObject({ Action: { EnvironmentIds: [parent] } });
  expect(listOf(listOf(steps, "Steps")[0] ?? {}, "Actions")).toMatchObject([{ Environments: [parent] }]);

  await stage.call("DELETE", `/api/Spaces-1/parentEnvironments/${String(parent)}`);

  expect(await stage.get(`/api/Spaces-1/accounts/${String(account["Id"])}`)).toMatchObject({ EnvironmentIds: [] });
  expect(await stage.get("/api/Spaces-1/variables/variableset-Projects-1")).toMatchObject({ Variables: [] });
});

test("phases of a lifecycle and links of a tenant take no parent of ephemeral environments", async () => {
  const stage = await createApiStage();
  await stage.project("Hello World");
  const { Id: parent } = await stage.post("/api/Spaces-1/parentEnvironments", { Name: "Previews" });

  expect(
    await stage.refusal("POST", "/api/Spaces-1/lifecycles", {
      Name: "Slow",
      Phases: [{ Name: "Previews", OptionalDeploymentTargets: [parent] }],
    }),
  ).toBe("The phase 'Previews' has an invalid environment ID.");
  expect(
    await stage.refusal("POST", "/api/Spaces-1/tenants", {
      Name: "America",
      ProjectEnvironments: { "Projects-1": [parent] },
    }),
  ).toMatch(/^You do not have permission .* environments that you do not have permission to view\.$/);
});
