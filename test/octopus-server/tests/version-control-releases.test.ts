import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { fieldsOf, listOf, textOf, type Fields } from "../model/fields.ts";
import { packageReference, scriptAction } from "./api-stage.ts";
import { createGitStage, type GitStage } from "./git-stage.ts";

test("a release takes process and variables of its commit and keeps them", async () => {
  const stage = await createGitStage();
  const { api } = await prepare(stage);
  await stage.setSteps(`${api}/main/deploymentprocesses`, [scriptAction("First")]);
  await setVariable(stage, `${api}/main`, "one");
  const commit = head(stage);
  const made = await stage.post("/api/Spaces-1/releases/create/v1", { projectName: "App", gitRef: "refs/heads/main" });
  await stage.setSteps(`${api}/main/deploymentprocesses`, [scriptAction("Second")]);
  await setVariable(stage, `${api}/main`, "two");
  const release = await stage.get(`/api/Spaces-1/releases/${textOf(made, "ReleaseId")}`);
  expect(release).toMatchObject({
    Version: "0.0.1",
    VersionControlReference: { GitRef: "refs/heads/main", GitCommit: commit },
  });
  expect(
    await stage.get(`/api/Spaces-1/deploymentprocesses/${textOf(release, "ProjectDeploymentProcessSnapshotId")}`),
  ).toMatchObject({ Steps: [{ Name: "First" }] });
  expect(
    listOf(await stage.get(`/api/Spaces-1/variables/${textOf(release, "ProjectVariableSetSnapshotId")}`), "Variables"),
  ).toMatchObject([{ Name: "Value", Value: "one" }]);
  const old = await stage.post("/api/Spaces-1/releases/create/v1", {
    projectName: "App",
    gitRef: "main",
    gitCommit: commit,
  });
  expect(await stage.get(`/api/Spaces-1/releases/${textOf(old, "ReleaseId")}`)).toMatchObject({
    Version: "0.0.2",
    VersionControlReference: { GitRef: "refs/heads/main", GitCommit: commit },
  });
  await stage.post(`/api/Spaces-1/releases/${textOf(release, "Id")}/snapshot-variables`, {});
  const updated = await stage.get(`/api/Spaces-1/releases/${textOf(release, "Id")}`);
  expect(
    listOf(await stage.get(`/api/Spaces-1/variables/${textOf(updated, "ProjectVariableSetSnapshotId")}`), "Variables"),
  ).toMatchObject([{ Value: "two" }]);
  expect(
    await stage.refusal("POST", "/api/Spaces-1/releases/create/v1", { projectName: "App", gitRef: "gone" }),
  ).toMatch(/does not exist in the Git repository/);
});

test("the version follows the settings of the branch", async () => {
  const stage = await createGitStage();
  const { api } = await prepare(stage);
  await stage.pushPackage("Web", "4.2.0");
  const action = scriptAction("Deploy Web", { Packages: [packageReference("Web", { Name: "web" })] });
  await stage.setSteps(`${api}/main/deploymentprocesses`, [action]);
  const settings = await stage.get(`${api}/main/deploymentsettings`);
  await stage.put(`${api}/main/deploymentsettings`, {
    ...settings,
    VersioningStrategy: {
      Template: null,
      DonorPackage: { DeploymentAction: "deploy-web", PackageReference: "web" },
      DonorPackageStepId: null,
    },
  });
  expect(stage.file(".octopus/deployment_settings.ocl")).toContain(
    'versioning_strategy {\n    donor_package {\n        package = "web"\n        step = "deploy-web"\n    }\n}',
  );
  expect(await stage.post("/api/Spaces-1/releases/create/v1", { projectName: "App", gitRef: "main" })).toMatchObject({
    ReleaseVersion: "4.2.0",
  });
  const template = await stage.get(`${api}/main/deploymentprocesses/template`);
  expect(listOf(template, "Packages")).toMatchObject([
    { ActionName: "Deploy Web", PackageReferenceName: "web", PackageId: "Web" },
  ]);
});

test("the worker deploys a release from Git, with the secrets of the database", async () => {
  const stage = await createGitStage({ worker: true });
  const { api, project } = await prepare(stage);
  const action = scriptAction("Say");
  await stage.setSteps(`${api}/main/deploymentprocesses`, [
    {
      ...action,
      Properties: {
        ...fieldsOf(action, "Properties"),
        "Octopus.Action.Script.ScriptBody":
          'echo "value=#{Value} branch=#{Octopus.Release.Git.BranchName} commit=#{Octopus.Release.Git.CommitHash}"; p="#{Password}"; echo "length=${#p}"',
      },
    },
  ]);
  await setVariable(stage, `${api}/main`, "scoped", { Action: ["say"] });
  const stored = `/api/Spaces-1/variables/variableset-${textOf(project, "Id")}`;
  await stage.put(stored, {
    ...(await stage.get(stored)),
    Variables: [{ Name: "Password", Value: "hidden-secret", Type: "Sensitive", IsSensitive: true }],
  });
  const commit = head(stage);
  await stage.post("/api/Spaces-1/releases/create/v1", { projectName: "App", gitRef: "main", releaseVersion: "1.0" });
  const started = await stage.post("/api/Spaces-1/deployments/create/untenanted/v1", {
    projectName: "App",
    releaseVersion: "1.0",
    environmentNames: ["Production"],
  });
  const log = await logOf(stage, listOf(started, "DeploymentServerTasks"));
  expect(log).toContain(`value=scoped branch=main commit=${commit}`);
  expect(log).toContain("length=13");
});

test("the worker runs a runbook from Git", async () => {
  const stage = await createGitStage({ worker: true });
  const { api } = await prepare(stage);
  await stage.post(`${api}/main/runbooks/v2`, { Name: "Back Up" });
  const action = scriptAction("Copy");
  await stage.setSteps(`${api}/main/runbookProcesses/back-up`, [
    {
      ...action,
      Properties: {
        ...fieldsOf(action, "Properties"),
        "Octopus.Action.Script.ScriptBody":
          'echo "value=#{Value} runbook=#{Octopus.Runbook.Name} ref=#{Octopus.RunbookRun.Git.Ref}"',
      },
    },
  ]);
  await setVariable(stage, `${api}/main`, "for the runbook", { ProcessOwner: ["back-up"] });
  expect(stage.file(".octopus/variables.ocl")).toContain('process = ["runbook/back-up"]');
  const environments = await stage.call("GET", `${api}/main/runbooks/back-up/environments`);
  expect(environments.list).toMatchObject([{ Name: "Production" }]);
  expect(await stage.get(`${api}/main/runbooks/back-up/runbookSnapshotTemplate`)).toMatchObject({
    RunbookId: "back-up",
    Packages: [],
  });
  expect(await stage.get(`${api}/main/runbooks/back-up/runbookRuns/preview/Environments-1`)).toMatchObject({
    StepsToExecute: [{ ActionName: "Copy" }],
  });
  const started = await stage.post("/api/Spaces-1/runbook-runs/git/create/v1", {
    projectName: "App",
    runbookName: "Back Up",
    environmentNames: ["Production"],
    gitRef: "refs/heads/main",
  });
  expect(await logOf(stage, listOf(started, "RunbookRunServerTasks"))).toContain(
    "value=for the runbook runbook=Back Up ref=refs/heads/main",
  );
  const run = await stage.get(
    `/api/Spaces-1/runbookRuns/${textOf(listOf(started, "RunbookRunServerTasks")[0] ?? {}, "RunbookRunId")}`,
  );
  expect(await stage.get(`/api/Spaces-1/runbookSnapshots/${textOf(run, "RunbookSnapshotId")}`)).toMatchObject({
    RunbookId: "back-up",
    GitReference: { GitRef: "refs/heads/main", GitCommit: head(stage) },
  });
});

test("a scheduled trigger runs a runbook as the default branch has it", async () => {
  const stage = await createGitStage({ now: () => new Date("2026-06-01T00:00:00Z") });
  const { project, api } = await prepare(stage);
  await stage.post(`${api}/main/runbooks/v2`, { Name: "Back Up" });
  await stage.post("/api/Spaces-1/projecttriggers", {
    Name: "Nightly",
    ProjectId: project["Id"],
    Filter: { FilterType: "CronExpressionSchedule", CronExpression: "0 0 3 * * *", Timezone: "UTC" },
    Action: { ActionType: "RunRunbook", RunbookId: "back-up", EnvironmentIds: ["Environments-1"] },
  });
  expect(await stage.post("/__local/clock", { advanceSeconds: 86_400 })).toMatchObject({
    Fired: [{ Succeeded: true }],
  });
  const runs = stage.server.model.collection("runbookruns").list();
  expect(runs).toMatchObject([{ RunbookId: "back-up", RunbookName: "Back Up" }]);
});

test("channel rules name actions by their slugs", async () => {
  const stage = await createGitStage();
  const { api, project } = await prepare(stage);
  await stage.pushPackage("Web", "1.0.0");
  await stage.pushPackage("Web", "2.0.0-beta");
  await stage.setSteps(`${api}/main/deploymentprocesses`, [
    scriptAction("Deploy Web", { Packages: [packageReference("Web", { Name: "web" })] }),
  ]);
  await stage.post("/api/Spaces-1/channels", {
    Name: "Stable",
    ProjectId: project["Id"],
    Rules: [{ Tag: "^$", ActionPackages: [{ DeploymentAction: "deploy-web", PackageReference: "web" }] }],
  });
  const made = await stage.post("/api/Spaces-1/releases/create/v1", {
    projectName: "App",
    gitRef: "main",
    channelName: "Stable",
  });
  expect(
    listOf(await stage.get(`/api/Spaces-1/releases/${textOf(made, "ReleaseId")}`), "SelectedPackages"),
  ).toMatchObject([{ Version: "1.0.0" }]);
});

async function prepare(stage: GitStage): Promise<{ project: Fields; api: string }> {
  await stage.environment("Production");
  const project = await stage.convert(await stage.project("App"));
  return { project, api: `/api/Spaces-1/projects/${textOf(project, "Id")}` };
}

async function setVariable(stage: GitStage, address: string, value: string, scope: Fields = {}): Promise<void> {
  await stage.put(`${address}/variables`, {
    ...(await stage.get(`${address}/variables`)),
    Variables: [{ Name: "Value", Value: value, Scope: scope }],
  });
}

function head(stage: GitStage): string {
  return execFileSync("git", ["-C", stage.repository, "rev-parse", "main"]).toString().trim();
}

/** The log of a task once it is over. */
async function logOf(stage: GitStage, [task]: Fields[]): Promise<string> {
  const id = textOf(task ?? {}, "ServerTaskId");
  await expect.poll(() => stage.get(`/api/tasks/${id}`)).toMatchObject({ IsCompleted: true });
  return (await stage.call("GET", `/api/tasks/${id}/raw`)).text;
}
