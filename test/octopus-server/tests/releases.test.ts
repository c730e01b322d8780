import { Client, DeploymentRepository, ReleaseRepository, SpaceServerTaskRepository } from "@octopusdeploy/api-client";
import { expect, test } from "vitest";
import { fieldsOf, listOf, textOf, textsOf, type Fields } from "../model/fields.ts";
import { finishTask, startTask } from "../model/tasks.ts";
import { createApiStage, packageReference, scriptAction, type ApiStage } from "./api-stage.ts";

const processPath = "/api/Spaces-1/projects/Projects-1/deploymentprocesses";

async function releaseStage(more: Fields = {}): Promise<ApiStage> {
  const stage = await createApiStage();
  for (const name of ["Development", "Test", "Production"]) await stage.environment(name);
  await stage.project("Hello World", more);
  await stage.setSteps(processPath, [scriptAction("Say")]);
  return stage;
}

function release(stage: ApiStage, more: Fields = {}): Promise<Fields> {
  return stage.post("/api/Spaces-1/releases/create/v1", { projectName: "Hello World", ...more });
}

function deploy(stage: ApiStage, version: string, environment: string): Promise<Fields> {
  return stage.post("/api/Spaces-1/deployments/create/untenanted/v1", {
    projectName: "Hello World",
    releaseVersion: version,
    environmentNames: [environment],
  });
}

function refuseDeploy(stage: ApiStage, version: string, environment: string): Promise<string> {
  return stage.refusal("POST", "/api/Spaces-1/deployments/create/untenanted/v1", {
    projectName: "Hello World",
    releaseVersion: version,
    environmentNames: [environment],
  });
}

function finish(stage: ApiStage, taskId: string, state: "Success" | "Failed"): void {
  startTask(stage.server.model, taskId);
  finishTask(stage.server.model, taskId, { state });
}

test("versions count up from 0.0.1, and one is used once in a project", async () => {
  const stage = await releaseStage();

  expect(await release(stage)).toMatchObject({ ReleaseId: "Releases-1", ReleaseVersion: "0.0.1" });
  expect(await release(stage)).toMatchObject({ ReleaseVersion: "0.0.2" });
  await release(stage, { releaseVersion: "1.4.9" });
  expect(await release(stage)).toMatchObject({ ReleaseVersion: "1.4.10" });

  expect(
    await stage.refusal("POST", "/api/Spaces-1/releases/create/v1", {
      projectName: "Hello World",
      releaseVersion: "1.4.9",
    }),
  ).toContain("1.4.9");
  expect(await release(stage, { releaseVersion: "1.4.9", ignoreIfAlreadyExists: true })).toMatchObject({
    ReleaseId: "Releases-3",
  });
  expect(
    await stage.refusal("POST", "/api/Spaces-1/releases/create/v1", {
      projectName: "Hello World",
      releaseVersion: "not a version",
    }),
  ).toContain("not valid");
});

test("a release freezes the process and takes the newest packages, unless it is told others", async () => {
  const stage = await releaseStage();
  for (const version of ["1.0.0", "2.0.0"]) await stage.pushPackage("App", version);
  await stage.setSteps(processPath, [
    scriptAction("Say", { Packages: [packageReference("App"), packageReference("App", { Name: "second" })] }),
  ]);

  await release(stage);
  await release(stage, { packages: ["Say:second:1.0.0"] });
  await release(stage, { packageVersion: "1.0.0" });
  await release(stage, { packages: ["App:1.0.0", "*:second:2.0.0"] });

  const versions = async (id: string): Promise<unknown[]> =>
    listOf(await stage.get(`/api/Spaces-1/releases/${id}`), "SelectedPackages").map((one) => one["Version"]);
  expect(await versions("Releases-1")).toEqual(["2.0.0", "2.0.0"]);
  expect(await versions("Releases-2")).toEqual(["2.0.0", "1.0.0"]);
  expect(await versions("Releases-3")).toEqual(["1.0.0", "1.0.0"]);
  expect(await versions("Releases-4")).toEqual(["1.0.0", "2.0.0"]);
  expect(
    await stage.refusal("POST", "/api/Spaces-1/releases/create/v1", {
      projectName: "Hello World",
      packageVersion: "9.9.9",
    }),
  ).toContain("'App' version '9.9.9'");
  const one = await stage.get("/api/Spaces-1/releases/Releases-1");
  const frozen = await stage.get(
    `/api/Spaces-1/deploymentprocesses/${textOf(one, "ProjectDeploymentProcessSnapshotId")}`,
  );
  expect(listOf(frozen, "Steps")).toHaveLength(1);
});

test("a channel's rule holds back packages that do not meet it", async () => {
  const stage = await releaseStage();
  for (const version of ["1.5.0", "2.0.0", "2.1.0-beta"]) await stage.pushPackage("App", version);
  await stage.setSteps(processPath, [scriptAction("Say", { Packages: [packageReference("App")] })]);
  const rule = {
    VersionRange: "[1.0,2.0)",
    Tag: "^$",
    ActionPackages: [{ DeploymentAction: "Say", PackageReference: "" }],
  };
  await stage.post("/api/Spaces-1/channels", { Name: "Old", ProjectId: "Projects-1", Rules: [rule] });

  await release(stage, { channelName: "Old" });

  expect(await stage.get("/api/Spaces-1/releases/Releases-1")).toMatchObject({
    SelectedPackages: [{ Version: "1.5.0" }],
  });
  const broken = { projectName: "Hello World", channelName: "Old", packageVersion: "2.0.0" };
  expect(await stage.refusal("POST", "/api/Spaces-1/releases/create/v1", broken)).toContain("channel 'Old'");
  expect(await release(stage, { ...broken, ignoreChannelRules: true })).toMatchObject({ ReleaseVersion: "0.0.2" });
  const wrong = { Name: "New", ProjectId: "Projects-1", Rules: [{ ...rule, VersionRange: "[1.0" }] };
  expect(await stage.refusal("POST", "/api/Spaces-1/channels", wrong)).toContain("'[1.0'");
});

test("without phases a release goes from one environment to the next in their order", async () => {
  const stage = await releaseStage();
  await release(stage);

  const refused = await refuseDeploy(stage, "0.0.1", "Test");
  await deploy(stage, "0.0.1", "Development");
  finish(stage, "ServerTasks-1", "Failed");
  const stillRefused = await refuseDeploy(stage, "0.0.1", "Test");
  await deploy(stage, "0.0.1", "Development");
  finish(stage, "ServerTasks-2", "Success");
  await deploy(stage, "0.0.1", "Test");
  finish(stage, "ServerTasks-3", "Success");
  await deploy(stage, "0.0.1", "Development");

  expect(refused).toContain("'Test' yet");
  expect(stillRefused).toContain("'Test' yet");
  expect(await stage.get("/api/tasks/ServerTasks-4")).toMatchObject({
    Name: "Deploy",
    State: "Queued",
    Arguments: { DeploymentId: "Deployments-4" },
  });
  const progression = await stage.get("/api/Spaces-1/releases/Releases-1/progression");
  expect(listOf(progression, "Phases").map((phase) => phase["Progress"])).toEqual(["Complete", "Complete", "Current"]);
  expect(progression["NextDeployments"]).toEqual(["Environments-3"]);
});

test("phases are optional, need a minimum, or stand for all other environments", async () => {
  const stage = await releaseStage();
  const lifecycle = await stage.post("/api/Spaces-1/lifecycles", {
    Name: "Phased",
    Phases: [
      { Name: "Try", OptionalDeploymentTargets: ["Environments-1"], IsOptionalPhase: true },
      { Name: "Rest", MinimumEnvironmentsBeforePromotion: 1 },
    ],
  });
  await stage.put("/api/Spaces-1/projects/Projects-1", {
    ...(await stage.get("/api/Spaces-1/projects/Projects-1")),
    LifecycleId: lifecycle["Id"],
  });
  await release(stage);

  const template = await stage.get("/api/Spaces-1/releases/Releases-1/deployments/template");
  await deploy(stage, "0.0.1", "Production");

  expect(listOf(template, "PromoteTo").map((one) => one["Name"])).toEqual(["Development", "Test", "Production"]);
});

test("an environment outside the lifecycle is refused, and so is a release with a defect", async () => {
  const stage = await releaseStage();
  const lifecycle = await stage.post("/api/Spaces-1/lifecycles", {
    Name: "Short",
    Phases: [{ Name: "Only", OptionalDeploymentTargets: ["Environments-1"] }],
  });
  await stage.post("/api/Spaces-1/channels", { Name: "Short", ProjectId: "Projects-1", LifecycleId: lifecycle["Id"] });
  await release(stage, { channelName: "Short" });

  expect(await refuseDeploy(stage, "0.0.1", "Production")).toContain("lifecycle 'Short'");
  await stage.post("/api/Spaces-1/releases/Releases-1/defects", { Description: "broken" });
  expect(await refuseDeploy(stage, "0.0.1", "Development")).toContain("defect");
  await stage.post("/api/Spaces-1/releases/Releases-1/defects/resolve", {});
  await deploy(stage, "0.0.1", "Development");
});

test("a tenanted deployment is counted for its tenant alone", async () => {
  const stage = await releaseStage({ TenantedDeploymentMode: "TenantedOrUntenanted" });
  await stage.post("/api/Spaces-1/tenants", {
    Name: "America",
    ProjectEnvironments: { "Projects-1": ["Environments-1", "Environments-3"] },
  });
  await release(stage);
  const body = { projectName: "Hello World", releaseVersion: "0.0.1", tenants: ["America"] };

  const early = await stage.refusal("POST", "/api/Spaces-1/deployments/create/tenanted/v1", {
    ...body,
    environmentName: "Production",
  });
  await stage.post("/api/Spaces-1/deployments/create/tenanted/v1", { ...body, environmentName: "Development" });
  finish(stage, "ServerTasks-1", "Success");
  await stage.post("/api/Spaces-1/deployments/create/tenanted/v1", { ...body, environmentName: "Production" });

  expect(early).toContain("yet");
  expect(await stage.get("/api/Spaces-1/deployments/Deployments-2")).toMatchObject({
    TenantId: "Tenants-1",
    EnvironmentId: "Environments-3",
    ReleaseId: "Releases-1",
  });
  expect(await refuseDeploy(stage, "0.0.1", "Test")).toContain("yet");
});

test("no environment and no tenant deploy nothing", async () => {
  const stage = await releaseStage({ TenantedDeploymentMode: "TenantedOrUntenanted" });
  await release(stage);
  const body = { projectName: "Hello World", releaseVersion: "0.0.1" };

  const none = { DeploymentServerTasks: [] };
  expect(await stage.post("/api/Spaces-1/deployments/create/untenanted/v1", { ...body, environmentNames: [] })).toEqual(
    none,
  );
  expect(
    await stage.post("/api/Spaces-1/deployments/create/tenanted/v1", { ...body, environmentName: "Development" }),
  ).toEqual(none);
});

test("a deployment uses the variables of the release until they are updated", async () => {
  const stage = await releaseStage();
  const path = "/api/Spaces-1/variables/variableset-Projects-1";
  await stage.put(path, { ...(await stage.get(path)), Variables: [{ Name: "Greeting", Value: "one" }] });
  await release(stage);
  await stage.put(path, { ...(await stage.get(path)), Variables: [{ Name: "Greeting", Value: "two" }] });

  await deploy(stage, "0.0.1", "Development");
  await stage.post("/api/Spaces-1/deployments/create/untenanted/v1", {
    projectName: "Hello World",
    releaseVersion: "0.0.1",
    environmentNames: ["Development"],
    updateVariableSnapshot: true,
  });

  const greeting = (id: string): unknown => {
    const [setId] = textsOf(stage.server.model.collection("deployments").find(id) ?? {}, "FrozenVariableSetIds");
    return listOf(stage.server.model.collection("variablesets").find(setId ?? "") ?? {}, "Variables")[0]?.["Value"];
  };
  expect([greeting("Deployments-1"), greeting("Deployments-2")]).toEqual(["one", "two"]);
});

test("a package that retention deleted is told as missing", async () => {
  const stage = await releaseStage();
  await stage.pushPackage("App", "1.0.0");
  await stage.setSteps(processPath, [scriptAction("Say", { Packages: [packageReference("App")] })]);
  await release(stage);

  const before = await stage.get("/api/Spaces-1/releases/Releases-1/missingpackages");
  for (const document of stage.server.model.collection("packages").list())
    stage.server.model.collection("packages").remove(document.Id);

  expect(before).toEqual({ Packages: [] });
  expect(await stage.get("/api/Spaces-1/releases/Releases-1/missingpackages")).toEqual({
    Packages: [{ Id: "App", Version: "1.0.0" }],
  });
});

test("a process template proposes packages and the next version", async () => {
  const stage = await releaseStage();
  await stage.pushPackage("App", "1.0.0");
  await stage.setSteps(processPath, [scriptAction("Say", { Packages: [packageReference("App")] })]);
  await release(stage);

  const template = await stage.get(`${processPath}/template?channel=Channels-1`);

  expect(template).toMatchObject({
    NextVersionIncrement: "0.0.2",
    LastReleaseVersion: "0.0.1",
    Packages: [{ PackageId: "App", VersionSelectedLastRelease: "1.0.0", IsResolvable: true }],
  });
});

test("progression shows releases by environment", async () => {
  const stage = await releaseStage();
  await release(stage);
  await deploy(stage, "0.0.1", "Development");

  const progression = await stage.get("/api/Spaces-1/projects/Projects-1/progression");

  expect(listOf(progression, "Environments").map((one) => one["Name"])).toEqual(["Development", "Test", "Production"]);
  expect(fieldsOf(listOf(progression, "Releases")[0] ?? {}, "Deployments")).toMatchObject({
    "Environments-1": [{ ReleaseVersion: "0.0.1", State: "Queued", TaskId: "ServerTasks-1" }],
  });
});

test("api-client releases, deploys and reads the task", async () => {
  const stage = await releaseStage();
  const client = await Client.create({ instanceURL: stage.url, apiKey: stage.server.apiKey, userAgentApp: "tests" });

  const created = await new ReleaseRepository(client, "Default").create({
    spaceName: "Default",
    ProjectName: "Hello World",
  });
  const started = await new DeploymentRepository(client, "Default").create({
    spaceName: "Default",
    ProjectName: "Hello World",
    ReleaseVersion: created.ReleaseVersion,
    EnvironmentNames: ["Development"],
  });
  const [task] = await new SpaceServerTaskRepository(client, "Default").getByIds(
    started.DeploymentServerTasks.map((one) => one.ServerTaskId),
  );

  expect(created.ReleaseVersion).toBe("0.0.1");
  expect(task).toMatchObject({ Name: "Deploy", State: "Queued" });
});
