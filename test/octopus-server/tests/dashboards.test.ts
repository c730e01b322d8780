import { expect, test } from "vitest";
import { fieldsOf, listOf, textOf, type Fields } from "../model/fields.ts";
import { createApiStage, scriptAction, type ApiStage } from "./api-stage.ts";

const dashboard = "/api/Spaces-1/dashboard";
const dynamic = "/api/Spaces-1/dashboard/dynamic";

/** Version 1 and then version 2 of a project are deployed to the first of two environments. */
async function deployTwice(): Promise<ApiStage> {
  const stage = await createApiStage();
  for (const name of ["Test", "Production"]) await stage.environment(name);
  await stage.project("Hello World");
  await stage.setSteps("/api/Spaces-1/projects/Projects-1/deploymentprocesses", [scriptAction("Say")]);
  for (const version of ["1.0.0", "2.0.0"]) {
    await stage.post("/api/Spaces-1/releases/create/v1", { projectName: "Hello World", releaseVersion: version });
    await stage.post("/api/Spaces-1/deployments/create/untenanted/v1", {
      projectName: "Hello World",
      releaseVersion: version,
      environmentNames: ["Test"],
    });
  }
  return stage;
}

async function itemsAt(stage: ApiStage, path: string): Promise<Fields[]> {
  return listOf(await stage.get(path), "Items");
}

test("a dashboard shows the newest deployment of each project to each environment", async () => {
  const stage = await deployTwice();

  const shown = await stage.get(dashboard);

  expect(shown).toMatchObject({ IsFiltered: false, ProjectLimit: null });
  expect(listOf(shown, "Projects")).toMatchObject([{ Id: "Projects-1", CanPerformUntenantedDeployment: true }]);
  expect(listOf(shown, "Items")).toMatchObject([
    { ReleaseVersion: "2.0.0", EnvironmentId: "Environments-1", State: "Queued", IsCurrent: true, IsPrevious: false },
  ]);
  expect(fieldsOf(listOf(shown, "Items")[0] ?? {}, "Links")["Self"]).toBe("/api/Spaces-1/deployments/Deployments-2");
});

test("the deployment before comes along when it is asked for", async () => {
  const stage = await deployTwice();

  const items = await itemsAt(stage, `${dynamic}?includePrevious=true`);

  expect(items.map((item) => [item["ReleaseVersion"], item["IsCurrent"], item["IsPrevious"]])).toEqual([
    ["2.0.0", true, false],
    ["1.0.0", false, true],
  ]);
});

test("a dashboard is narrowed down by ids, and a name matches nothing", async () => {
  const stage = await deployTwice();

  expect(await itemsAt(stage, `${dynamic}?projects=Projects-1`)).toHaveLength(1);
  expect(await itemsAt(stage, `${dynamic}?environments=Environments-2`)).toEqual([]);
  expect(await itemsAt(stage, `${dynamic}?projects=Hello%20World`)).toEqual([]);
  expect(await stage.get(`${dashboard}?projectId=Projects-9`)).toMatchObject({ IsFiltered: true, Items: [] });
});

test("deployments for a tenant that is gone are left out", async () => {
  const stage = await createApiStage();
  const environment = await stage.environment("Test");
  await stage.project("Hello World", { TenantedDeploymentMode: "Tenanted" });
  await stage.setSteps("/api/Spaces-1/projects/Projects-1/deploymentprocesses", [scriptAction("Say")]);
  const tenant = await stage.post("/api/Spaces-1/tenants", {
    Name: "Europe",
    ProjectEnvironments: { "Projects-1": [environment["Id"]] },
  });
  await stage.post("/api/Spaces-1/releases/create/v1", { projectName: "Hello World" });
  await stage.post("/api/Spaces-1/deployments/create/tenanted/v1", {
    projectName: "Hello World",
    releaseVersion: "0.0.1",
    environmentName: "Test",
    tenants: ["Europe"],
  });

  const before = await itemsAt(stage, `${dashboard}?selectedTenants=${textOf(tenant, "Id")}`);
  await stage.call("DELETE", `/api/Spaces-1/tenants/${textOf(tenant, "Id")}`);

  expect(before).toMatchObject([{ TenantId: tenant["Id"] }]);
  expect(await itemsAt(stage, dashboard)).toEqual([]);
});
