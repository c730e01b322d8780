import { expect, test } from "vitest";
import { fieldsOf, listOf, textOf, type Fields } from "../model/fields.ts";
import { createApiStage, packageReference, scriptAction, type ApiStage } from "./api-stage.ts";

const space = "/api/Spaces-1";
const project = `${space}/projects/Projects-1`;
const process = `${project}/deploymentprocesses`;
const runbookProcess = `${space}/runbookProcesses/RunbookProcess-Runbooks-1`;
const variables = `${space}/variables/variableset-Projects-1`;
const region = { Name: "Region", Tags: [{ Name: "Europe" }, { Name: "Asia" }] };

/** A project with a runbook, a second channel, two environments and a tag set. */
async function stageWithProject(): Promise<ApiStage> {
  const stage = await createApiStage();
  await stage.environment("Test");
  await stage.environment("Production");
  await stage.post(`${space}/tagsets`, region);
  await stage.runbook(await stage.project("Web"), "Backup");
  await stage.post(`${space}/channels`, { Name: "Beta", ProjectId: "Projects-1" });
  return stage;
}

async function setVariables(stage: ApiStage, given: readonly Fields[]): Promise<void> {
  const Variables = given.map((Scope, index) => ({ Name: "A", Value: String(index), Scope }));
  await stage.put(variables, { ...(await stage.get(variables)), Variables });
}

async function scopes(stage: ApiStage): Promise<unknown[]> {
  return listOf(await stage.get(variables), "Variables").map((variable) => variable["Scope"]);
}

async function actions(stage: ApiStage, path: string): Promise<Fields[]> {
  return listOf(await stage.get(path), "Steps").flatMap((step) => listOf(step, "Actions"));
}

test("a variable keeps the id of a step that is gone, and is saved with it", async () => {
  const stage = await stageWithProject();
  await stage.setSteps(process, [scriptAction("Say")]);
  const [action] = await actions(stage, process);
  await setVariables(stage, [{ Action: [action?.["Id"]] }]);

  await stage.setSteps(process, []);
  await stage.put(variables, await stage.get(variables));

  expect(await scopes(stage)).toEqual([{ Action: [action?.["Id"]] }]);
  expect(fieldsOf(await stage.get(variables), "ScopeValues")["Actions"]).toEqual([]);
});

test("an environment in use by a step of a deployment process stays", async () => {
  const stage = await stageWithProject();
  await stage.setSteps(process, [scriptAction("Say", { Environments: ["Environments-1"], IsDisabled: true })]);

  const refusal = await stage.refusal("DELETE", `${space}/environments/Environments-1`);

  expect(refusal).toContain("being used by the following deployment steps: Web: Say");
});

test("the step of a runbook keeps an environment that is gone, and is saved with it", async () => {
  const stage = await stageWithProject();
  await stage.setSteps(runbookProcess, [scriptAction("Say", { Environments: ["Environments-1"] })]);

  expect((await stage.call("DELETE", `${space}/environments/Environments-1`)).status).toBe(200);
  await stage.put(runbookProcess, await stage.get(runbookProcess));

  expect(await actions(stage, runbookProcess)).toMatchObject([{ Environments: ["Environments-1"] }]);
  const fresh = { Name: "New", Actions: [scriptAction("New", { Environments: ["Environments-1"] })] };
  const refusal = await stage.refusal("PUT", runbookProcess, { ...(await stage.get(runbookProcess)), Steps: [fresh] });
  expect(refusal).toContain("'Environments-1'");
});

test("values that were only for a deleted environment go with it, and others forget it", async () => {
  const stage = await stageWithProject();
  await stage.runbook(await stage.get(project), "Restore", {
    EnvironmentScope: "Specified",
    Environments: ["Environments-1", "Environments-2"],
  });
  const both = ["Environments-1", "Environments-2"];
  await setVariables(stage, [{ Environment: ["Environments-1"], Role: ["web"] }, { Environment: both }, {}]);

  await stage.call("DELETE", `${space}/environments/Environments-1`);

  expect(await scopes(stage)).toEqual([{ Environment: ["Environments-2"] }, {}]);
  expect(await stage.get(`${space}/runbooks/Runbooks-2`)).toMatchObject({ Environments: ["Environments-2"] });
});

test.each([
  ["a step", (stage: ApiStage) => stage.setSteps(process, [scriptAction("Say", { TenantTags: ["Region/Europe"] })])],
  ["a variable", (stage: ApiStage) => setVariables(stage, [{ TenantTag: ["Region/Europe"] }])],
])("a tag that %s names stays", async (_user, use) => {
  const stage = await stageWithProject();
  await use(stage);

  const without = { ...(await stage.get(`${space}/tagsets/TagSets-1`)), Tags: [{ Name: "Asia" }] };
  expect(await stage.refusal("PUT", `${space}/tagsets/TagSets-1`, without)).toContain("The tag is used by the");
  expect(await stage.refusal("DELETE", `${space}/tagsets/TagSets-1`)).toContain("The tag is used by the");
});

test("runbooks, channels and triggers keep a tag that is gone", async () => {
  const stage = await stageWithProject();
  const TenantTags = ["Region/Europe"];
  await stage.setSteps(runbookProcess, [scriptAction("Say", { TenantTags })]);
  const channel = await stage.get(`${space}/channels/Channels-2`);
  await stage.put(`${space}/channels/Channels-2`, { ...channel, TenantTags });
  await stage.post(`${space}/projecttriggers`, {
    Name: "Nightly",
    ProjectId: "Projects-1",
    Filter: { FilterType: "CronExpressionSchedule", CronExpression: "0 0 6 * * Mon-Fri", Timezone: "UTC" },
    Action: { ActionType: "RunRunbook", RunbookId: "Runbooks-1", EnvironmentIds: ["Environments-1"], TenantTags },
  });

  expect((await stage.call("DELETE", `${space}/tagsets/TagSets-1`)).status).toBe(200);

  expect(await actions(stage, runbookProcess)).toMatchObject([{ TenantTags }]);
  expect(await stage.get(`${space}/channels/Channels-2`)).toMatchObject({ TenantTags });
  expect(await stage.get(`${space}/projecttriggers/ProjectTriggers-1`)).toMatchObject({ Action: { TenantTags } });
});

test("whatever has a tag follows its set to another name, and words stay words", async () => {
  const stage = await stageWithProject();
  const before = await stage.get(project);
  await stage.put(project, { ...before, ProjectTags: ["Region/Europe"], Description: "Region/Europe" });
  await stage.setSteps(process, [scriptAction("Say", { TenantTags: ["Region/Europe"] })]);
  await setVariables(stage, [{ TenantTag: ["Region/Europe"] }]);
  const subscription = await stage.post(`${space}/subscriptions`, {
    Name: "Failures",
    EventNotificationSubscription: { Filter: { Tags: ["Region/Europe"] } },
  });

  await stage.put(`${space}/tagsets/TagSets-1`, { ...(await stage.get(`${space}/tagsets/TagSets-1`)), Name: "Area" });

  expect(await stage.get(project)).toMatchObject({ ProjectTags: ["Area/Europe"], Description: "Region/Europe" });
  expect(await actions(stage, process)).toMatchObject([{ TenantTags: ["Area/Europe"] }]);
  expect(await scopes(stage)).toEqual([{ TenantTag: ["Area/Europe"] }]);
  expect(await stage.get(`${space}/subscriptions/${String(subscription["Id"])}`)).toMatchObject({
    EventNotificationSubscription: { Filter: { Tags: ["Area/Europe"] } },
  });
});

test("deleting a channel takes the steps that only it ran, and its scopes", async () => {
  const stage = await stageWithProject();
  await stage.setSteps(process, [
    scriptAction("Beta only", { Channels: ["Channels-2"] }),
    scriptAction("Both", { Channels: ["Channels-1", "Channels-2"] }),
    scriptAction("All"),
  ]);
  await setVariables(stage, [{ Channel: ["Channels-2"] }, { Channel: ["Channels-1", "Channels-2"] }]);

  expect((await stage.call("DELETE", `${space}/channels/Channels-2`)).status).toBe(200);

  expect(await actions(stage, process)).toMatchObject([
    { Name: "Both", Channels: ["Channels-1"] },
    { Name: "All", Channels: [] },
  ]);
  expect(await scopes(stage)).toEqual([{ Channel: ["Channels-1"] }]);
});

test("a channel stays while automatic release creation, or what uses its own step, needs it", async () => {
  const stage = await stageWithProject();
  const packages = { Packages: [packageReference("Web")] };
  await stage.setSteps(process, [scriptAction("Beta only", { ...packages, Channels: ["Channels-2"] })]);
  const reference = { DeploymentAction: "Beta only", PackageReference: "" };
  const settings = `${project}/deploymentsettings`;
  await stage.put(settings, { ...(await stage.get(settings)), VersioningStrategy: { DonorPackage: reference } });

  expect(await stage.refusal("DELETE", `${space}/channels/Channels-2`)).toContain("'Beta only' could not be deleted");

  const strategy = { ChannelId: "Channels-2", ReleaseCreationPackage: reference };
  await stage.put(project, { ...(await stage.get(project)), ReleaseCreationStrategy: strategy });
  expect(await stage.refusal("DELETE", `${space}/channels/Channels-2`)).toContain("automatic release creation");
});

test("a test can make what the API refuses", async () => {
  const stage = await stageWithProject();
  await stage.setSteps(process, [scriptAction("Say", { Environments: ["Environments-1"] })]);

  stage.server.model.collection("environments").remove("Environments-1");

  expect(await actions(stage, process)).toMatchObject([{ Environments: ["Environments-1"] }]);
  await stage.put(process, await stage.get(process));
});

test("a project has one default channel, whatever it is called, and it stays", async () => {
  const stage = await stageWithProject();
  const channel = async (id: string): Promise<Fields> => stage.get(`${space}/channels/${id}`);
  const defaults = async (): Promise<string[]> =>
    listOf(await stage.get(`${project}/channels`), "Items")
      .filter((one) => one["IsDefault"] === true)
      .map((one) => textOf(one, "Name"));

  await stage.put(`${space}/channels/Channels-1`, { ...(await channel("Channels-1")), Name: "Stable" });
  expect(await defaults()).toEqual(["Stable"]);
  await stage.put(`${space}/channels/Channels-1`, { ...(await channel("Channels-1")), IsDefault: false });
  expect(await defaults()).toEqual(["Stable"]);
  await stage.put(`${space}/channels/Channels-2`, { ...(await channel("Channels-2")), IsDefault: true });
  expect(await defaults()).toEqual(["Beta"]);
  await stage.post(`${space}/channels`, { Name: "Default", ProjectId: "Projects-1", IsDefault: true });
  expect(await defaults()).toEqual(["Default"]);
  expect(await stage.refusal("DELETE", `${space}/channels/Channels-3`)).toBe("You cannot delete the default channel.");
});
