import { expect, test } from "vitest";
import { readProject } from "../../../lib/graph/read-graph.ts";
import { objectsOf, textOf, type JsonObject } from "../../../lib/model/json.ts";
import { createOctopusClient, type OctopusSpace } from "../../../lib/octopus/octopus-client.ts";
import { runsToKeep } from "../../../lib/resources/runbook.ts";
import { startOctopus, type TestServer } from "../../steps/managed-tenants.ts";

interface Stage extends TestServer {
  space: OctopusSpace;
  projectId: string;
  environments: { test: string; production: string };
}

/** A project with a runbook, two environments, and a tag set. */
async function startStage(): Promise<Stage> {
  const octopus = await startOctopus();
  const space = createOctopusClient(octopus).inSpace({ Id: "Spaces-1", Name: "Default" });
  const [lifecycle] = await space.list("/lifecycles");
  const [group] = await space.list("/projectgroups");
  const testing = await space.post("/environments", { Name: "Test" });
  const production = await space.post("/environments", { Name: "Production" });
  await space.post("/tagsets", { Name: "Region", Tags: [{ Name: "Europe" }, { Name: "Asia" }] });
  const fields = { Name: "Web", LifecycleId: lifecycle?.Id ?? "", ProjectGroupId: group?.Id ?? "" };
  const project = await space.post("/projects", fields);
  await space.post("/runbooks", { Name: "Backup", ProjectId: project.Id, RunRetentionPolicy: runsToKeep });
  return { ...octopus, space, projectId: project.Id, environments: { test: testing.Id, production: production.Id } };
}

function step(name: string, action: JsonObject = {}): JsonObject {
  const properties = { "Octopus.Action.Script.ScriptBody": "echo", "Octopus.Action.Script.Syntax": "Bash" };
  return { Name: name, Actions: [{ Name: name, ActionType: "Octopus.Script", Properties: properties, ...action }] };
}

async function setSteps({ space, projectId }: Stage, steps: JsonObject[], runbook?: string): Promise<JsonObject> {
  const path =
    runbook === undefined
      ? `/projects/${projectId}/deploymentprocesses`
      : `/runbookProcesses/RunbookProcess-${runbook}`;
  return space.put(path, { ...(await space.get(path)), Steps: steps });
}

async function setVariables({ space, projectId }: Stage, scopes: JsonObject): Promise<void> {
  const path = `/variables/variableset-${projectId}`;
  const all = Object.entries(scopes).map(([Name, Scope]) => ({ Name, Value: "x", Type: "String", Scope }));
  await space.put(path, { ...(await space.get(path)), Variables: all });
}

async function read({ space }: Stage): Promise<{ text: string; remarks: string[]; names(kind: string): string[] }> {
  const { graph } = await readProject(space, "Web");
  const bodies = (kind: string): JsonObject[] =>
    graph.nodes.filter((node) => node.kind === kind).map(({ body }) => body);
  const namesIn = (kind: string): string[] =>
    bodies(kind).flatMap((body) => {
      const items = [...objectsOf(body, "Variables"), ...objectsOf(body, "Steps")];
      return (Array.isArray(body["Variables"]) || Array.isArray(body["Steps"]) ? items : [body]).map((one) =>
        textOf(one, "Name"),
      );
    });
  return {
    text: JSON.stringify(graph.nodes),
    remarks: graph.remarks.map(({ about, text }) => `${about.key.join(" › ")}: ${text}`).toSorted(),
    names: namesIn,
  };
}

test("a value for a step that is gone stays behind and is told; one for it and another is for the other", async () => {
  const stage = await startStage();
  const process = await setSteps(stage, [step("Stay"), step("Go")]);
  const [stays, goes] = objectsOf(process, "Steps").map((one) => textOf(objectsOf(one, "Actions")[0] ?? {}, "Id"));
  await setVariables(stage, {
    Everywhere: {},
    Gone: { Action: [goes ?? ""] },
    Both: { Action: [goes ?? "", stays ?? ""] },
  });
  await setSteps(stage, objectsOf(process, "Steps").slice(0, 1));

  const { names, remarks } = await read(stage);

  expect(names("variableSet")).toEqual(["Both", "Everywhere"]);
  expect(remarks).toEqual([
    `Web › Both: its steps are without what is missing in the space (${goes ?? ""})`,
    `Web › Gone: left out: it is only for steps that are missing in the space (${goes ?? ""}), and without them it would be for all`,
  ]);
});

test("a step that only runs where nothing is any more stays behind and is told, in runbooks and in the deployment", async () => {
  const stage = await startStage();
  const { test: gone, production } = stage.environments;
  await setSteps(stage, [
    step("Say"),
    step("Ask", { Environments: [gone] }),
    step("Tell", { ExcludedEnvironments: [gone] }),
  ]);
  await setSteps(
    stage,
    [step("Save", { Environments: [gone, production] }), step("Copy", { Environments: [gone] })],
    "Runbooks-1",
  );
  stage.server.model.collection("environments").remove(gone);

  const { names, remarks } = await read(stage);

  expect(names("deploymentProcess")).toEqual(["Say", "Tell"]);
  expect(names("runbookProcess")).toEqual(["Save"]);
  expect(remarks.map((remark) => remark.replace(gone, "it"))).toEqual([
    "Web › Ask: left out: it is only for environments that are missing in the space (it), and without them it would be for all",
    "Web › Backup › Copy: left out: it is only for environments that are missing in the space (it), and without them it would be for all",
    "Web › Backup › Save: its environments are without what is missing in the space (it)",
    "Web › Tell: its excluded environments are without what is missing in the space (it)",
  ]);
});

test("a tag that is gone is told by name, and opens nothing to every tenant", async () => {
  const stage = await startStage();
  const { space, projectId, environments } = stage;
  const TenantTags = ["Region/Europe"];
  await setSteps(stage, [step("Save", { TenantTags }), step("Copy")], "Runbooks-1");
  const beta = await space.post("/channels", { Name: "Beta", ProjectId: projectId, TenantTags });
  await setVariables(stage, { InBeta: { Channel: [beta.Id] } });
  await space.post("/projecttriggers", {
    Name: "Nightly",
    ProjectId: projectId,
    Filter: { FilterType: "CronExpressionSchedule", CronExpression: "0 0 6 * * Mon-Fri", Timezone: "UTC" },
    Action: { ActionType: "RunRunbook", RunbookId: "Runbooks-1", EnvironmentIds: [environments.test], TenantTags },
  });
  await space.remove("/tagsets/TagSets-1");

  const { names, remarks } = await read(stage);

  expect(names("runbookProcess")).toEqual(["Copy"]);
  expect([names("channel"), names("projectTrigger"), names("variableSet")]).toEqual([["Default"], [], []]);
  const lost =
    "it is only for tenant tags that are missing in the space (Region/Europe), and without them it would be for all";
  expect(remarks).toEqual(
    [
      `Web › Backup › Save: left out: ${lost}`,
      `Web › Beta: left out: ${lost}`,
      `Web › InBeta: left out: it is only for channels that stay behind, and without them it would be for all`,
      `Web › Nightly: left out: ${lost}`,
    ].toSorted(),
  );
});

test("an approval that one of its teams is gone from asks the others, and one that nobody is left for is named", async () => {
  const stage = await startStage();
  const ask = (teams: string): JsonObject[] => [
    step("Ask", { ActionType: "Octopus.Manual", Properties: { "Octopus.Action.Manual.ResponsibleTeamIds": teams } }),
  ];

  await setSteps(stage, ask("teams-everyone, Teams-99"));
  const { text, remarks } = await read(stage);
  expect(remarks).toEqual(["Web › Ask: its teams are without what is missing in the space (Teams-99)"]);
  expect(text).toContain('"Octopus.Action.Manual.ResponsibleTeamIds":{"$ref":{"kind":"team","key":["Everyone"]}}');

  await setSteps(stage, ask("Teams-99"));
  await expect(readProject(stage.space, "Web")).rejects.toThrow('ResponsibleTeamIds to "Teams-99"');
});

test("what a project cannot be without is named all at once", async () => {
  const stage = await startStage();
  const { space, server } = stage;
  const feed = await space.post("/feeds", { Name: "Docker", FeedType: "Docker", FeedUri: "https://index.docker.io" });
  const account = await space.post("/accounts", {
    Name: "Cloud",
    AccountType: "Token",
    Token: { HasValue: true, NewValue: "t" },
  });
  await setSteps(stage, [
    step("Say", { Container: { FeedId: feed.Id, Image: "worker" }, Properties: { "Acme.AccountId": account.Id } }),
  ]);
  server.model.collection("feeds").remove(feed.Id);
  server.model.collection("accounts").remove(account.Id);

  await expect(readProject(space, "Web")).rejects.toThrow(
    `what is referred to: the deployment process of "Web" refers in Steps[Say].Actions[Say].Container.FeedId to "${feed.Id}"; the deployment process of "Web" refers in Steps[Say].Actions[Say].Properties.Acme.AccountId to "${account.Id}".`,
  );
});

test("a step goes on without a step template that is gone, and a variable stays behind without its account", async () => {
  const stage = await startStage();
  const { space, server, projectId } = stage;
  const account = await space.post("/accounts", {
    Name: "Cloud",
    AccountType: "Token",
    Token: { HasValue: true, NewValue: "t" },
  });
  const template = await space.post("/actiontemplates", {
    Name: "Notify",
    ActionType: "Octopus.Script",
    Properties: {},
    Parameters: [],
    Packages: [],
  });
  const use = {
    "Octopus.Action.Template.Id": template.Id,
    "Octopus.Action.Template.Version": String(template["Version"]),
  };
  await setSteps(stage, [step("Say", { Properties: { ...use, "Octopus.Action.Script.ScriptBody": "echo" } })]);
  const path = `/variables/variableset-${projectId}`;
  const variable = { Name: "Cloud", Type: "TokenAccount", Value: account.Id, Scope: {} };
  await space.put(path, { ...(await space.get(path)), Variables: [variable] });
  server.model.collection("actiontemplates").remove(template.Id);
  server.model.collection("accounts").remove(account.Id);

  const { text, names, remarks } = await read(stage);

  expect(names("deploymentProcess")).toEqual(["Say"]);
  expect(text).not.toContain("Octopus.Action.Template");
  expect(remarks).toEqual([
    `Web › Cloud: left out: its value is missing in the space (${account.Id})`,
    `Web › Say: it no longer refers to its step template, which is missing in the space (${template.Id})`,
  ]);
});
