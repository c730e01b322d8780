import { expect, test } from "vitest";
import { createApiStage, scriptAction, type ApiStage } from "./api-stage.ts";

const space = "/api/Spaces-1";

/** A release that could go to Development, which is frozen for all of 2026. */
async function createFrozen(now: () => Date, worker = false): Promise<ApiStage> {
  const stage = await createApiStage({ now, worker });
  for (const name of ["Development", "Test"]) await stage.environment(name);
  await stage.project("Web");
  await stage.setSteps(`${space}/projects/Projects-1/deploymentprocesses`, [scriptAction("Say")]);
  await stage.post(`${space}/releases`, { ProjectId: "Projects-1", Version: "1.0.0" });
  await stage.post("/api/deploymentfreezes", {
    Name: "Holidays",
    Start: "2026-01-01T00:00:00Z",
    End: "2027-01-01T00:00:00Z",
    ProjectEnvironmentScope: { "Projects-1": ["Environments-1"] },
  });
  return stage;
}

const deployment = { ReleaseId: "Releases-1", EnvironmentId: "Environments-1" };
const during = new Date("2026-05-01T12:00:00Z");

test("no deployment is created during a freeze", async () => {
  const stage = await createFrozen(() => during);
  expect(await stage.refusal("POST", `${space}/deployments`, deployment)).toContain("deployment freeze 'Holidays'");
});

test.each([
  ["before", "2025-12-31T23:59:59Z"],
  ["after", "2027-01-01T00:00:00Z"],
])("a freeze does not hold %s its time", async (_when, time) => {
  const stage = await createFrozen(() => new Date(time));
  expect(await stage.post(`${space}/deployments`, deployment)).toMatchObject({ EnvironmentId: "Environments-1" });
});

test("a freeze is overridden by its name and a reason", async () => {
  const stage = await createFrozen(() => during);
  const command = {
    ProjectName: "Web",
    ReleaseVersion: "1.0.0",
    EnvironmentNames: ["Development"],
    DeploymentFreezeNames: ["Holidays"],
  };
  const path = `${space}/deployments/create/untenanted/v1`;
  expect(await stage.refusal("POST", path, command)).toContain("reason");
  await stage.post(path, { ...command, DeploymentFreezeOverrideReason: "It burns." });
});

test("a deployment that starts during a freeze fails, one whose freeze was overridden does not", async () => {
  let now = new Date("2025-12-31T12:00:00Z");
  const stage = await createFrozen(() => now, true);
  const QueueTime = "2025-12-31T23:00:00Z";
  await stage.post(`${space}/deployments`, { ...deployment, QueueTime });
  await stage.post(`${space}/deployments`, {
    ...deployment,
    DeploymentFreezeNames: ["Holidays"],
    DeploymentFreezeOverrideReason: "It burns.",
    QueueTime,
  });
  now = during;
  const states = (): unknown[] =>
    stage.server.model
      .collection("tasks")
      .list()
      .map((task) => task["State"]);
  await expect.poll(states, { timeout: 20_000 }).toEqual(["Failed", "Success"]);
});
