import { expect, onTestFinished, test } from "vitest";
import { reference, type GraphNode } from "../../lib/model/graph.ts";
import { objectsOf, textOf, type JsonObject } from "../../lib/model/json.ts";
import type { OctopusDocument, OctopusSpace } from "../../lib/octopus/octopus-client.ts";
import { writeTerraformModule } from "../../lib/terraform/write-terraform-module.ts";
import { runsToKeep } from "../../lib/resources/runbook.ts";
import { editRepository } from "../git-server/edit-repository.ts";
import { startGitServer } from "../git-server/git-server.ts";
import { connectToGitHub, findConnection } from "../kinds/github-connections.ts";
import { giveStep, makeProject as makeProjectIn } from "../kinds/make-project.ts";
import { createFixtureProject, createSurroundings } from "../lib/graph/create-fixture-project.ts";
import { step as serializeStepTemplates } from "../../steps/serialize-step-templates/step.ts";
import { forEachNumber } from "./for-each-number.ts";
import { secretValuesOf, startGoldenSpaces, type GoldenSpaces } from "./golden-space.ts";

const everything = { machines: "asTheyAre" };

test("a golden space is in a new space what it was, and is not written again", async () => {
  const { golden, managed, serialize, deploy, read, takeWrites } = await startGoldenSpaces();
  await createFixtureProject(golden, await createSurroundings(golden));
  // A copied trigger arrives disabled.
  for (const trigger of await golden.list("/projecttriggers"))
    await golden.put(`/projecttriggers/${trigger.Id}`, { ...trigger, IsDisabled: true });

  const all = { excludedRunbooks: "" };
  const packed = await serialize(all);
  expect(packed.outputs).toMatchObject({ PackageId: "golden", Changed: "True" });
  const variables = secretValuesOf(await read(golden));
  const { outputs } = await deploy("golden", everything, { variables });

  expect(outputs).toMatchObject({ Changed: "True", Conflicts: "0" });
  expect(await read(managed)).toEqual(await read(golden));
  takeWrites();
  const again = await deploy("golden", everything, { variables });
  expect(takeWrites()).toEqual([]);
  expect(again.outputs).toMatchObject({ Changed: "False", KeptChanges: "0" });
  expect(again.log.at(-1)?.message).toMatch(
    /^The space \[Managed\]\(.*\) is as golden [\d.]+ has it: nothing was written\.$/,
  );
  expect((await serialize(all)).outputs).toMatchObject({ Changed: "False" });
});

test("what people changed in the space is kept and told, and what they made is theirs", async () => {
  const { golden, managed, serialize, deploy } = await startSmallSpaces();
  await serialize();
  await deploy("golden");
  await edit(managed, "environments", "Production", { Description: "Ours" });
  await edit(managed, "lifecycles", "Slow", { Description: "Ours, too" });
  await managed.post("/environments", { Name: "Playground" });
  await edit(golden, "environments", "Production", { UseGuidedFailure: true });
  await edit(golden, "lifecycles", "Slow", { Description: "Theirs" });
  await serialize();

  const { outputs } = await deploy("golden");

  expect(outputs).toMatchObject({ Changed: "True", KeptChanges: "2", Conflicts: "1" });
  expect(await find(managed, "environments", "Production")).toMatchObject({
    Description: "Ours",
    UseGuidedFailure: true,
  });
  expect(await find(managed, "lifecycles", "Slow")).toMatchObject({ Description: "Ours, too" });
  const overwriting = await deploy("golden", { overwriteDownstreamChanges: "True" });
  expect(overwriting.outputs).toMatchObject({ Conflicts: "0" });
  expect(await find(managed, "lifecycles", "Slow")).toMatchObject({ Description: "Theirs" });
  expect(await find(managed, "environments", "Playground")).toBeDefined();
});

test("what a server makes with every space becomes what the golden space has, but for what people changed of it", async () => {
  const { golden, managed, serialize, deploy, read, takeWrites } = await startSmallSpaces();
  const count = { Strategy: "Count", QuantityToKeep: 7, Unit: "Days" };
  const retain = async (space: OctopusSpace, retentionType: string, more: JsonObject): Promise<void> => {
    const policy = await space.get("/retentionpolicies", { retentionType });
    await space.put(`/retentionpolicies/${policy.Id}`, { ...policy, ...more });
  };
  const attempts = { ConnectionRetryCountLimit: 9 };
  for (const type of ["LifecycleRelease", "LifecycleTentacle", "RunbookRetention"]) await retain(golden, type, count);
  await edit(golden, "lifecycles", "Default Lifecycle", {
    ReleaseRetentionPolicy: { ...count, ShouldKeepForever: false },
  });
  await edit(golden, "machinepolicies", "Default Machine Policy", {
    ...attempts,
    ConnectionConnectTimeout: "00:02:00",
  });
  await edit(golden, "feeds", "Octopus Server (built-in)", { DownloadAttempts: 3, IsBuiltInRepoSyncEnabled: true });
  await retain(managed, "RunbookRetention", { QuantityToKeep: 50 });
  await edit(managed, "machinepolicies", "Default Machine Policy", { ConnectionConnectTimeout: "00:03:00" });
  await serialize();

  const { outputs } = await deploy("golden");

  expect(outputs).toMatchObject({ KeptChanges: "3", Conflicts: "3" });
  const kinds = { resources: ["lifecycle", "feed: BuiltIn", "default retention policy: Lifecycle.*"] };
  expect(await read(managed, kinds)).toEqual(await read(golden, kinds));
  expect(await managed.get("/retentionpolicies", { retentionType: "RunbookRetention" })).toMatchObject({
    QuantityToKeep: 50,
    Unit: "Items",
  });
  expect(await find(managed, "machinepolicies", "Default Machine Policy")).toMatchObject({
    ...attempts,
    ConnectionConnectTimeout: "00:03:00",
  });
  await edit(managed, "feeds", "Octopus Server (built-in)", { DownloadAttempts: 5 });
  takeWrites();
  expect((await deploy("golden")).outputs).toMatchObject({ Changed: "False", KeptChanges: "4" });
  expect(takeWrites()).toEqual([]);
});

test("what was renamed in the golden space is renamed, and not made beside", async () => {
  const { golden, managed, serialize, deploy } = await startSmallSpaces();
  await serialize();
  await deploy("golden");
  const before = await find(managed, "environments", "Production");
  await edit(golden, "environments", "Production", { Name: "Live" });
  await serialize();

  await deploy("golden");

  expect(await find(managed, "environments", "Live")).toMatchObject({ Id: before?.Id });
  expect(await find(managed, "environments", "Production")).toBeUndefined();
});

test("a project of the space that has the name already is told, unless it is to be adopted", async () => {
  const { managed, serialize, deploy, takeWrites } = await startSmallSpaces();
  await makeProject(managed, "Shop");
  await serialize();
  takeWrites();

  await expect(deploy("golden")).rejects.toThrow(
    /the space has the project "Shop" \(Projects-\d+\) that no deployment of this package made .*"Adopt Existing Projects"/,
  );
  expect(takeWrites()).toEqual([]);
  const { outputs } = await deploy("golden", { adoptExistingProjects: "True" });
  expect(outputs).toMatchObject({ Changed: "True" });
  expect(outputs["Report"]).toContain('Adopted the project "Shop"');
  // What the server makes in every space, nobody made.
  expect(outputs["Report"]).not.toMatch(
    /Adopted the (feed|worker pool|default retention policy|machine policy|lifecycle "Default)/,
  );
});

test("secrets go by names that say whose they are; all that are missing are told at once, before anything is written", async () => {
  const { golden, managed, serialize, deploy, takeWrites } = await startSmallSpaces();
  const secret = { HasValue: true, NewValue: "hidden" };
  await golden.post("/accounts", { Name: "Azure", AccountType: "Token", Token: secret });
  await golden.post("/git-credentials", {
    Name: "GitHub",
    Details: { Type: "UsernamePassword", Username: "git", Password: secret },
  });
  await serialize();
  takeWrites();

  await expect(deploy("golden")).rejects.toThrow(
    /no variable "Account\[Azure\]\.Token".*\n.*no variable "GitCredential\[GitHub\]\.Password"/,
  );
  expect(takeWrites()).toEqual([]);
  const variables = { "Account[Azure].Token": "first-value", "GitCredential[GitHub].Password": "second-value" };
  const { log } = await deploy("golden", {}, { variables });
  expect(JSON.stringify(log)).not.toContain("first-value");
  expect(await find(managed, "accounts", "Azure")).toMatchObject({ Token: { HasValue: true } });
});

test("a line that selects nothing is told beside what others select, and where nothing is selected the step says which", async () => {
  const { golden, serialize, takeWrites } = await startSmallSpaces();
  const some = await serialize({ packageId: "some", resources: "environment\nproject: Shpo" });
  takeWrites();

  expect(some.log).toContainEqual({
    level: "warning",
    message: '"project: Shpo" selects nothing in the space "Golden". Did you mean "Shop"?',
  });
  await expect(serialize({ names: "Notfy" }, serializeStepTemplates)).rejects.toThrow(
    'the selection has nothing in it: "step template: Notfy" selects nothing in the space "Golden". Nothing was pushed.',
  );
  await expect(serialize({}, serializeStepTemplates)).rejects.toThrow(
    'the selection has nothing in it: the space "Golden" has nothing of what is selected. Nothing was pushed.',
  );
  expect(takeWrites()).toEqual([]);
  expect(await golden.list("/packages")).toHaveLength(1);
});

test("the progress of reading what is selected, and then what that needs, never goes back", async () => {
  const { serialize } = await startSmallSpaces();

  const { progress } = await serialize({ resources: "project" });

  const percents = progress.map(({ percent }) => percent);
  expect(percents.length).toBeGreaterThan(3);
  expect(percents).toEqual(percents.toSorted((a, b) => a - b));
});

test("nothing is written when the step only plans", async () => {
  const { serialize, deploy, takeWrites } = await startSmallSpaces();
  await serialize();
  takeWrites();

  const { outputs, log } = await deploy("golden", { onlyPlan: "True" });

  expect(takeWrites()).toEqual([]);
  expect(outputs).toMatchObject({ Changed: "False" });
  expect(log.at(-1)?.message).toMatch(/^Would deploy golden \S+ to the space \[Managed\].*: \d+ made/);
});

test("two runs at once end as one does", async () => {
  const { golden, managed, serialize, deploy, read, takeWrites } = await startSmallSpaces();
  await serialize();

  await Promise.all([deploy("golden"), deploy("golden")]);

  expect(await read(managed)).toEqual(await read(golden));
  takeWrites();
  await deploy("golden");
  expect(takeWrites()).toEqual([]);
});

test("a run that was killed before any of its requests is taken up by the next", async () => {
  const undisturbed = await startSmallSpaces();
  await undisturbed.serialize();
  const before = undisturbed.server.requests.length;
  await undisturbed.deploy("golden");
  const count = undisturbed.server.requests.length - before;

  await forEachNumber(count, async (at) => {
    const stage = await startSmallSpaces();
    await stage.serialize();
    await killed(stage, at);
    const { outputs } = await stage.deploy("golden");

    expect(outputs, `killed before request ${at}`).toMatchObject({ KeptChanges: "0", Conflicts: "0" });
    expect(await stage.read(stage.managed), `killed before request ${at}`).toEqual(await stage.read(stage.golden));
  });
});

test("a run that was killed after any of its writes is taken up by the next, and the one after that writes nothing", async () => {
  const undisturbed = await startSmallSpaces();
  await undisturbed.serialize();
  undisturbed.takeWrites();
  await undisturbed.deploy("golden");
  const count = undisturbed.takeWrites().length;

  await forEachNumber(count, async (at) => {
    const stage = await startSmallSpaces();
    await stage.serialize();
    stage.server.setFaults({ drop: { at, when: "after", counting: "writes", andAllLater: true } });
    await expect(stage.deploy("golden")).rejects.toThrow(/cannot be reached|closed the connection/);
    stage.server.setFaults({});
    const { outputs } = await stage.deploy("golden");

    expect(outputs, `killed after write ${at}`).toMatchObject({ KeptChanges: "0", Conflicts: "0" });
    expect(await stage.read(stage.managed), `killed after write ${at}`).toEqual(await stage.read(stage.golden));
    stage.takeWrites();
    await stage.deploy("golden");
    expect(stage.takeWrites(), `killed after write ${at}`).toEqual([]);
  });
});

test.each([
  ["two things to one name", "environments: { Production: Live, Test: live }", 'would all be "Live"'],
  ["a thing to no name", "environments: { (Prod)?.*: $1 }", 'leaves the environment "Test" without a name'],
])("a mapping that leads %s is refused before anything is written", async (_what, mapping, told) => {
  const { golden, serialize, deploy, takeWrites } = await startSmallSpaces();
  await golden.post("/environments", { Name: "Test" });
  await serialize();
  takeWrites();

  await expect(deploy("golden", { mapping })).rejects.toThrow(told);
  expect(takeWrites()).toEqual([]);
});

test("a package of a project is not for this step, and is told which one it is for", async () => {
  const { golden, serialize, deploy } = await startSmallSpaces();
  const { step } = await import("../../steps/serialize-project/step.ts");
  await serialize({ project: "Shop", space: golden.id }, step);

  await expect(deploy("shop")).rejects.toThrow(
    /was not made by Serialize Space.* It is a package for Deploy Project\./,
  );
});

test("tags that come with their set are known to what has them, and stay so when they are called otherwise", async () => {
  const { golden, managed, serialize, deploy, read, takeWrites } = await startGoldenSpaces();
  const colors = { Red: "#983230", Blue: "#203A88" };
  const set = await golden.post("/tagsets", {
    Name: "Team",
    Tags: Object.entries(colors).map(([Name, Color]) => ({ Name, Color })),
  });
  await golden.post("/tenants", { Name: "America", TenantTags: ["Team/Blue"] });
  await serialize();
  await deploy("golden");
  expect(await read(managed)).toEqual(await read(golden));

  const current = await golden.get(`/tagsets/${set.Id}`);
  const tags = objectsOf(current, "Tags").map((tag) => (tag["Name"] === "Blue" ? { ...tag, Name: "Green" } : tag));
  await golden.put(`/tagsets/${set.Id}`, { ...current, Tags: tags });
  await serialize();
  await deploy("golden");
  expect(await read(managed)).toEqual(await read(golden));
  takeWrites();
  await deploy("golden");
  expect(takeWrites()).toEqual([]);
});

test("a tag that has on another server the id of one of the golden space is the same only where it is called the same", async () => {
  const there = await startGoldenSpaces();
  const { golden, serialize, read } = await startGoldenSpaces();
  const set = await golden.post("/tagsets", teamOf("Red", "Blue"));
  await golden.post("/tenants", { Name: "America", TenantTags: ["Team/Blue"] });
  const theirs = await there.managed.post("/tagsets", teamOf("Own"));
  await there.managed.post("/tenants", { Name: "Asia", TenantTags: ["Team/Own"] });
  expect(idsOfTags(set)).toContain(idsOfTags(theirs)[0]);
  await serialize();
  const deployThere = () => there.deploy("golden", { overwriteDownstreamChanges: "True" }, { from: golden });

  await deployThere();

  expect(
    (await read(there.managed)).nodes.filter(isTagged).map(({ body }) => body["TenantTags"] ?? namesOfTags(body)),
  ).toEqual([["Own", "Red", "Blue"], [reference("tag", ["Team", "Blue"])], [reference("tag", ["Team", "Own"])]]);
  there.takeWrites();
  await deployThere();
  expect(there.takeWrites()).toEqual([]);
});

test("what has the same ids in both spaces, as in a server made of a backup, is brought, renamed and not written again", async () => {
  const there = await startGoldenSpaces();
  const { golden, serialize, read } = await startGoldenSpaces();
  const set = await golden.post("/tagsets", teamOf("Red", "Blue"));
  await golden.post("/tenants", { Name: "America", TenantTags: ["Team/Blue"] });
  const deployThere = () => there.deploy("golden", {}, { from: golden });
  await serialize();
  await deployThere();
  const [copy] = await there.managed.list("/tagsets");
  expect(idsOfTags(copy)).toEqual(idsOfTags(set));

  await golden.put(`/tagsets/${set.Id}`, JSON.parse(JSON.stringify(set).replace('"Blue"', '"Green"')));
  await serialize();
  await deployThere();

  expect(await read(there.managed)).toEqual(await read(golden));
  there.takeWrites();
  await deployThere();
  expect(there.takeWrites()).toEqual([]);
});

test("a tag of the space and a later one of the golden space that have the same id on two servers are two", async () => {
  const there = await startGoldenSpaces();
  const { golden, serialize, read } = await startGoldenSpaces();
  const set = await golden.post("/tagsets", teamOf("Red"));
  const deployThere = () => there.deploy("golden", {}, { from: golden });
  await serialize();
  await deployThere();
  const [copy] = await there.managed.list("/tagsets");
  const added = await there.managed.put(`/tagsets/${copy?.Id ?? ""}`, withTag(copy, "Own"));
  await golden.put(`/tagsets/${set.Id}`, { ...set, Description: "Who does it" });
  await serialize();
  await deployThere();

  const grown = await golden.put(`/tagsets/${set.Id}`, withTag(await golden.get(`/tagsets/${set.Id}`), "Green"));
  await golden.post("/tenants", { Name: "America", TenantTags: ["Team/Green"] });
  expect(idsOfTags(grown)).toEqual(idsOfTags(added));
  await serialize();
  await deployThere();

  const { nodes } = await read(there.managed);
  expect(nodes.filter(({ kind }) => kind === "tagSet").map(({ body }) => namesOfTags(body).toSorted())).toEqual([
    ["Green", "Own", "Red"],
  ]);
  there.takeWrites();
  await deployThere();
  expect(there.takeWrites()).toEqual([]);
});

function withTag(set: JsonObject | undefined, name: string): JsonObject {
  return { ...set, Tags: [...objectsOf(set ?? {}, "Tags"), { Name: name, Color: "#203A88" }] };
}

function teamOf(...names: string[]): JsonObject {
  return { Name: "Team", Tags: names.map((Name) => ({ Name, Color: "#983230" })) };
}

function idsOfTags(set: JsonObject | undefined): string[] {
  return objectsOf(set ?? {}, "Tags").map((tag) => textOf(tag, "Id"));
}

function namesOfTags(set: JsonObject): string[] {
  return objectsOf(set, "Tags").map((tag) => textOf(tag, "Name"));
}

function isTagged({ kind }: GraphNode): boolean {
  return kind === "tagSet" || kind === "tenant";
}

async function killed(stage: GoldenSpaces, at: number): Promise<void> {
  stage.server.setFaults({ drop: { at, when: "before", andAllLater: true } });
  await stage.deploy("golden").catch(() => undefined);
  stage.server.setFaults({});
}

/** A lifecycle with an environment, and a project with a secret and a runbook. */
async function startSmallSpaces(): Promise<GoldenSpaces> {
  const stage = await startGoldenSpaces();
  const { golden } = stage;
  const environment = await golden.post("/environments", { Name: "Production", Description: "Where it counts" });
  const phase = { Name: "All", OptionalDeploymentTargets: [environment.Id], AutomaticDeploymentTargets: [] };
  await golden.post("/lifecycles", { Name: "Slow", Description: "As it was", Phases: [phase] });
  const project = await makeProject(golden, "Shop");
  await golden.post("/runbooks", { Name: "Restart", ProjectId: project.Id, RunRetentionPolicy: runsToKeep });
  return stage;
}

async function makeProject(space: OctopusSpace, name: string): Promise<OctopusDocument> {
  const [lifecycle] = await space.list("/lifecycles");
  const [group] = await space.list("/projectgroups");
  return space.post("/projects", { Name: name, LifecycleId: lifecycle?.Id ?? "", ProjectGroupId: group?.Id ?? "" });
}

async function find(space: OctopusSpace, collection: string, name: string): Promise<OctopusDocument | undefined> {
  return (await space.list(`/${collection}`)).find((document) => textOf(document, "Name") === name);
}

async function edit(space: OctopusSpace, collection: string, name: string, change: object): Promise<void> {
  const document = await find(space, collection, name);
  await space.put(`/${collection}/${document?.Id ?? ""}`, { ...document, ...change });
}

test("projects in Git stay behind with what is only for them, unless they are to have the same repository", async () => {
  const [here, there] = [await startGoldenSpaces(), await startGoldenSpaces()];
  const git = await startGitServer();
  onTestFinished(() => git.close());
  editRepository(git.createRepository("team/app.git"), { files: { "README.md": "# App\n" } });
  for (const { server, golden, managed } of [here, there])
    for (const space of [golden, managed]) connectToGitHub(server, space);
  const connection = await findConnection(here.golden, "acme");
  const project = await makeProjectIn(here.golden, { Name: "App", TenantedDeploymentMode: "TenantedOrUntenanted" });
  await makeProjectIn(here.golden, { Name: "Plain" });
  const environment = await here.golden.post("/environments", { Name: "Production" });
  const links = { [project.Id]: [environment.Id] };
  await here.golden.post("/tenants", { Name: "Acme", ProjectEnvironments: links });
  const settings = {
    Type: "VersionControlled",
    Url: `${git.url}/team/app.git`,
    DefaultBranch: "main",
    BasePath: ".octopus",
    ProtectedBranchNamePatterns: [],
    ProtectedDefaultBranch: false,
    Credentials: { Type: "GitHub", Id: connection },
  };
  await here.golden.post(`/projects/${project.Id}/git/convert`, {
    ProjectId: project.Id,
    CommitMessage: "Move",
    ChangeDescription: "Move",
    VersionControlSettings: settings,
  });
  await here.serialize();
  const module = [...writeTerraformModule(await here.read(here.golden)).files.values()].join("\n");
  expect(module).toMatch(
    /git_github_app_persistence_settings \{[^}]*github_connection_id += var\.github_connection_acme_id/,
  );
  expect(module).toContain('variable "github_connection_acme_id"');
  const target = { serverUrl: there.url, apiKey: there.apiKey, spaceId: there.managed.id };

  const { log } = await here.deploy("golden", target);
  expect((await there.managed.list("/projects")).map(({ Name }) => Name)).toEqual(["Plain"]);
  expect((await there.managed.list("/tenants"))[0]).toMatchObject({ Name: "Acme", ProjectEnvironments: {} });
  expect(log.map(({ message }) => message)).toContainEqual(
    expect.stringMatching(/^the project "App": left out: its files are in a Git repository/),
  );

  const shared = { ...target, gitProjects: "sameRepository" };
  const first = await here.deploy("golden", shared);
  expect(first.log.map(({ message }) => message)).toContainEqual(
    expect.stringMatching(/^the project "App": has the same Git repository as the original/),
  );
  const [app] = (await there.managed.list("/projects")).filter(({ Name }) => Name === "App");
  expect(app).toMatchObject({
    PersistenceSettings: {
      Url: settings.Url,
      Credentials: { Type: "GitHub", Id: await findConnection(there.managed, "acme") },
    },
  });
  there.takeWrites();
  await here.deploy("golden", shared);
  expect(there.takeWrites()).toEqual([]);
});

test("a connection to GitHub that the space does not have is told before anything is written", async () => {
  const { server, golden, serialize, deploy, takeWrites } = await startGoldenSpaces();
  connectToGitHub(server, golden);
  const dependency = {
    Name: "charts",
    RepositoryUri: "https://github.com/acme/charts",
    DefaultBranch: "main",
    GitCredentialType: "GitHub",
    GitHubConnectionId: await findConnection(golden, "acme"),
    FilePathFilters: [],
  };
  const project = await makeProjectIn(golden, { Name: "Plain" });
  await giveStep(golden, project, { Name: "Run", ActionType: "Octopus.Script", GitDependencies: [dependency] });
  await serialize();
  takeWrites();

  await expect(deploy("golden")).rejects.toThrow(
    'has no GitHub connection "acme", needed by the deployment process of "Plain"',
  );
  expect(takeWrites()).toEqual([]);
});
