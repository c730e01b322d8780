import { expect, test } from "vitest";
import { script, startDeployments, type DeploymentStage } from "./deployment-stage.ts";
import {
  changeSteps,
  changeVariables,
  edit,
  getNamed,
  messagesOf,
  namesOf,
  processPath,
  readSteps,
  readVariables,
  refusalOf,
  renameSteps,
  takeWritesBesideReceipt,
  warningsOf,
} from "./project-edits.ts";

test("brings what was renamed in the template as renames, and keeps what people have in the copy", async () => {
  const stage = await startDeployments();
  const { upstream, downstream, project } = stage;
  const id = (await stage.deploy(await stage.serialize("1.0.0"))).outputs["ProjectId"] ?? "";
  const before = await readIds(stage, id);
  await work(stage, id);
  await edit(upstream, "/projects", { name: "Hello World", changes: { Name: "Good Day" } });
  await edit(upstream, "/channels", { name: "Hotfix", changes: { Name: "Emergency" } });
  await edit(upstream, "/runbooks", { name: "Restart", changes: { Name: "Turn off and on" } });
  await edit(upstream, "/projecttriggers", { name: "Nightly", changes: { Name: "Every night" } });
  await renameSteps(upstream, processPath(project.Id), { "Say hello": "Greet", Ship: "Send" });
  const renamed = await stage.serialize("1.1.0", "Good Day");

  const run = await stage.deploy(renamed);
  stage.takeWrites();
  await stage.deploy(renamed);

  expect(stage.takeWrites()).toEqual([]);
  expect(run.outputs["ProjectId"]).toBe(id);
  expect(run.outputs["Conflicts"]).toBe("0");
  expect(await readIds(stage, id)).toEqual(before);
  expect((await downstream.get(`/projects/${id}`))["Name"]).toBe("Good Day");
  expect(namesOf(await downstream.list("/runbooks"))).toEqual(["Turn off and on"]);
  expect(namesOf(await downstream.list(`/projects/${id}/channels`)).toSorted()).toEqual(["Default", "Emergency"]);
  expect(namesOf(await downstream.list("/projecttriggers"))).toEqual(["Every night"]);
  const steps = await readSteps(downstream, processPath(id));
  expect(namesOf(steps)).toEqual(["Greet", "Run image", "Approve", "Send", "Notify"]);
  expect(JSON.stringify(steps[0])).toContain("echo Howdy");
  const theirs = (await readVariables(downstream, id)).find(({ Name }) => Name === "Ours");
  expect(theirs?.["Scope"]).toEqual({ Action: [actionIdOf(steps[0])] });
  expect(secretOf(stage, id, "Api.Token")).toBe("a person's");
});

test("renames the copy when its project name option changes, and makes a second one only when told to", async () => {
  const stage = await startDeployments();
  const brought = await stage.serialize("1.0.0");
  const id = (await stage.deploy(brought)).outputs["ProjectId"] ?? "";

  const renamed = await stage.deploy(brought, { parameters: { projectName: "Shop" } });
  stage.takeWrites();
  await stage.deploy(brought, { parameters: { projectName: "Shop" } });
  const second = stage.takeWrites();
  const other = await stage.deploy(brought, { parameters: { projectName: "Bazaar", anotherCopy: "True" } });
  const unknown = await refusalOf(stage.deploy(brought, { parameters: { projectName: "Market" } }));

  expect(second).toEqual([]);
  expect(renamed.outputs["ProjectId"]).toBe(id);
  expect(other.outputs["Created"]).toBe("True");
  expect(namesOf(await stage.downstream.list("/projects")).toSorted()).toEqual(["Bazaar", "Shop"]);
  expect(unknown).toMatch(
    /has several copies of "Hello World", and none is called "Market": "(Shop|Bazaar)", "(Shop|Bazaar)"/,
  );
});

test("goes on with one of several copies by the name that its sentence says, though people gave it", async () => {
  const stage = await startDeployments();
  const brought = await stage.serialize("1.0.0");
  const first = await stage.deploy(brought);
  await stage.deploy(brought, { parameters: { projectName: "Bazaar", anotherCopy: "True" } });
  await edit(stage.downstream, "/projects", { name: "Hello World", changes: { Name: "Boutique" } });

  const refusal = await refusalOf(stage.deploy(brought, { parameters: { projectName: "Market" } }));
  const { outputs } = await stage.deploy(brought, { parameters: { projectName: "Boutique" } });

  expect(refusal).toMatch(/: "(Boutique|Bazaar)", "(Boutique|Bazaar)"\. Enter the name of one of them/);
  expect(outputs["ProjectId"]).toBe(first.outputs["ProjectId"]);
  expect(namesOf(await stage.downstream.list("/projects")).toSorted()).toEqual(["Bazaar", "Boutique"]);
});

test("refuses a name and a slug that something else has before it writes, and goes on when its advice is followed", async () => {
  const stage = await startDeployments();
  const brought = await stage.serialize("1.0.0");
  const other = await stage.downstream.post("/projects", {
    Name: "Hello World",
    ProjectGroupId: (await stage.downstream.list("/projectgroups"))[0]?.Id,
    LifecycleId: (await stage.downstream.list("/lifecycles"))[0]?.Id,
  });
  stage.takeWrites();

  const named = await refusalOf(stage.deploy(brought));
  const writes = stage.takeWrites();
  await stage.downstream.put(`/projects/${other.Id}`, { ...other, Name: "Theirs" });
  stage.takeWrites();
  const slugged = await refusalOf(stage.deploy(brought));
  writes.push(...stage.takeWrites());
  const renamed = await stage.downstream.get(`/projects/${other.Id}`);
  await stage.downstream.put(`/projects/${other.Id}`, { ...renamed, Slug: "theirs" });
  const { outputs } = await stage.deploy(brought);

  expect(writes).toEqual([]);
  expect(named).toContain("Rename that project and give it another slug in its settings");
  expect(slugged).toContain(`has a project "Theirs" (${other.Id}) with the slug "hello-world"`);
  expect(slugged).toContain("Give that project another slug in its settings");
  expect(outputs["Created"]).toBe("True");
});

test("tells of a name that another project has when the copy is to be renamed, and brings the rest", async () => {
  const stage = await startDeployments();
  const brought = await stage.serialize("1.0.0");
  const id = (await stage.deploy(brought)).outputs["ProjectId"] ?? "";
  const shop = await stage.downstream.post("/projects", {
    Name: "Shop",
    ProjectGroupId: (await stage.downstream.list("/projectgroups"))[0]?.Id,
    LifecycleId: (await stage.downstream.list("/lifecycles"))[0]?.Id,
  });

  const run = await stage.deploy(brought, { parameters: { projectName: "Shop" } });
  await stage.downstream.put(`/projects/${shop.Id}`, { ...shop, Name: "Old shop" });
  await stage.deploy(brought, { parameters: { projectName: "Shop" } });

  expect(warningsOf(run)).toContain(
    `The project "Hello World" keeps its name, since this space has its own "Shop" (${shop.Id}). Rename that one to let the template's name arrive.`,
  );
  expect((await stage.downstream.get(`/projects/${id}`))["Name"]).toBe("Shop");
});

test.each([
  ["was renamed", async ({ upstream }: DeploymentStage) => void (await renameDefault(upstream, "Main"))],
  ["was moved to another channel", async (stage: DeploymentStage) => moveDefault(stage)],
  [
    'stands beside another channel called "Default"',
    async ({ upstream, project }: DeploymentStage) => {
      await renameDefault(upstream, "Main");
      await upstream.post("/channels", { Name: "Default", ProjectId: project.Id, Description: "Not the default" });
    },
  ],
])("brings a default channel that %s, to a new copy and to one that is there", async (_what, change) => {
  const created = await startDeployments();
  await change(created);
  const updated = await startDeployments();
  await updated.deploy(await updated.serialize("1.0.0"));
  await change(updated);

  for (const stage of [created, updated]) {
    const brought = await stage.serialize("1.1.0");
    const { outputs } = await stage.deploy(brought);
    stage.takeWrites();
    const again = await stage.deploy(brought);

    expect(takeWritesBesideReceipt(stage)).toEqual([]);
    expect(again.outputs["KeptChanges"]).toBe("0");
    expect(await describeChannels(stage.downstream, outputs["ProjectId"] ?? "")).toEqual(
      await describeChannels(stage.upstream, stage.project.Id),
    );
  }
});

test("brings names that two runbooks and two steps swapped", async () => {
  const stage = await startDeployments();
  const { upstream, downstream, project } = stage;
  const stop = await upstream.post("/runbooks", { Name: "Stop", ProjectId: project.Id });
  await changeSteps(upstream, `/runbookProcesses/RunbookProcess-${stop.Id}`, () => [script("Kill")]);
  const id = (await stage.deploy(await stage.serialize("1.0.0"))).outputs["ProjectId"] ?? "";
  const before = await readIds(stage, id);
  await swapNames(stage, ["Restart", "Stop"]);
  await renameSteps(upstream, processPath(project.Id), { "Say hello": "Run image", "Run image": "Say hello" });
  const swapped = await stage.serialize("1.1.0");

  const run = await stage.deploy(swapped);
  stage.takeWrites();
  await stage.deploy(swapped);

  expect(stage.takeWrites()).toEqual([]);
  expect(run.outputs["KeptChanges"]).toBe("0");
  expect(await readIds(stage, id)).toEqual(before);
  const restart = await getNamed(downstream, "/runbooks", "Restart");
  expect(namesOf(await readSteps(downstream, `/runbookProcesses/RunbookProcess-${restart.Id}`))).toEqual(["Kill"]);
  const steps = await readSteps(downstream, processPath(id));
  expect(namesOf(steps).slice(0, 2)).toEqual(["Run image", "Say hello"]);
  expect(JSON.stringify(steps[0])).toContain("echo Say hello");
});

test("names what people keep by the names that the space has in the end, whoever swapped them", async () => {
  const stage = await startDeployments();
  const { upstream, downstream, project } = stage;
  const stop = await upstream.post("/runbooks", { Name: "Stop", ProjectId: project.Id });
  await changeSteps(upstream, `/runbookProcesses/RunbookProcess-${stop.Id}`, () => [script("Kill")]);
  await stage.deploy(await stage.serialize("1.0.0"));
  await edit(downstream, "/runbooks", { name: "Restart", changes: { Description: "Ours" } });
  await swapNames(stage, ["Restart", "Stop"]);
  const byTemplate = await stage.deploy(await stage.serialize("1.1.0"));
  await swapNames({ upstream: downstream }, ["Restart", "Stop"]);

  const byPeople = await stage.deploy(await stage.serialize("1.2.0"));

  const described = (name: string): string => `"Description" in the runbook "${name}" of "Hello World"`;
  expect(messagesOf(byTemplate).join("\n")).toContain(described("Stop"));
  expect(await getNamed(downstream, "/runbooks", "Restart")).toMatchObject({ Description: "Ours" });
  expect(messagesOf(byPeople).join("\n")).toContain(described("Restart"));
  expect(messagesOf(byPeople).join("\n")).not.toContain(described("Stop"));
});

test("brings swapped names when it was killed after any of its writes", async () => {
  const kill = async (at: number): Promise<void> => {
    const stage = await startDeployments();
    await stage.upstream.post("/runbooks", { Name: "Stop", ProjectId: stage.project.Id, Description: "Second" });
    await stage.deploy(await stage.serialize("1.0.0"));
    await swapNames(stage, ["Restart", "Stop"]);
    const swapped = await stage.serialize("1.1.0");
    stage.server.setFaults({ drop: { at, when: "after", counting: "writes", andAllLater: true } });
    await refusalOf(stage.deploy(swapped));
    stage.server.setFaults({});

    const { outputs } = await stage.deploy(swapped);

    const runbooks = await stage.downstream.list("/runbooks");
    expect(namesOf(runbooks).toSorted(), `killed after write ${at}`).toEqual(["Restart", "Stop"]);
    expect(runbooks.find(({ Name }) => Name === "Restart")?.["Description"]).toBe("Second");
    expect(outputs["KeptChanges"], `killed after write ${at}`).toBe("0");
  };

  await Promise.all([1, 2, 3, 4, 5].map(kill));
});

test("brings a new runbook, channel and step that have the name which another had", async () => {
  const stage = await startDeployments();
  const { upstream, downstream, project } = stage;
  const id = (await stage.deploy(await stage.serialize("1.0.0"))).outputs["ProjectId"] ?? "";
  await edit(upstream, "/runbooks", { name: "Restart", changes: { Name: "Service restart", Slug: "service-restart" } });
  await upstream.post("/runbooks", { Name: "Restart", ProjectId: project.Id, Description: "New" });
  await edit(upstream, "/channels", { name: "Hotfix", changes: { Name: "Old hotfix", Slug: "old-hotfix" } });
  await upstream.post("/channels", { Name: "Hotfix", ProjectId: project.Id, Description: "New" });
  await renameSteps(upstream, processPath(project.Id), { "Say hello": "Old hello" });
  await changeSteps(upstream, processPath(project.Id), (steps) => [...steps, script("Say hello")]);
  const newer = await stage.serialize("1.1.0");

  const run = await stage.deploy(newer);
  stage.takeWrites();
  await stage.deploy(newer);

  expect(stage.takeWrites()).toEqual([]);
  expect(warningsOf(run)).toEqual([]);
  expect(namesOf(await downstream.list("/runbooks")).toSorted()).toEqual(["Restart", "Service restart"]);
  expect((await getNamed(downstream, "/runbooks", "Restart"))["Description"]).toBe("New");
  expect((await getNamed(downstream, `/projects/${id}/channels`, "Hotfix"))["Description"]).toBe("New");
  expect(namesOf(await readSteps(downstream, processPath(id)))).toEqual([
    "Old hello",
    "Run image",
    "Approve",
    "Ship",
    "Notify",
    "Say hello",
  ]);
});

test("tells of a name that people gave to another of the template's runbooks, and brings the rest", async () => {
  const stage = await startDeployments();
  await stage.deploy(await stage.serialize("1.0.0"));
  const renamed = await edit(stage.downstream, "/runbooks", { name: "Restart", changes: { Name: "Backup" } });
  await stage.upstream.post("/runbooks", { Name: "Backup", ProjectId: stage.project.Id });
  await stage.upstream.post("/runbooks", { Name: "Report", ProjectId: stage.project.Id });
  const newer = await stage.serialize("1.0.1");

  const run = await stage.deploy(newer);

  expect(warningsOf(run)).toEqual([
    `The runbook "Backup" of "Hello World" stays away, since this space has its own "Backup" (${renamed.Id}), which is left as it is. Rename that one to let the template's arrive.`,
  ]);
  expect(messagesOf(run)).toContain('Made the runbook "Report" of "Hello World".');
  expect(namesOf(await stage.downstream.list("/runbooks")).toSorted()).toEqual(["Backup", "Report"]);
});

test("tells of a channel of people that has the new name of one of the template's, until they rename theirs", async () => {
  const stage = await startDeployments();
  const id = (await stage.deploy(await stage.serialize("1.0.0"))).outputs["ProjectId"] ?? "";
  const theirs = await stage.downstream.post("/channels", { Name: "emergency", ProjectId: id });
  const changes = { Name: "Emergency", Description: "For the worst" };
  await edit(stage.upstream, "/channels", { name: "Hotfix", changes });
  const newer = await stage.serialize("1.1.0");

  const run = await stage.deploy(newer);
  stage.takeWrites();
  const again = await stage.deploy(newer);
  const unchanged = stage.takeWrites();
  const kept = await getNamed(stage.downstream, "/channels", "Hotfix");
  await edit(stage.downstream, "/channels", { name: "emergency", changes: { Name: "Ours" } });
  await stage.deploy(newer);

  expect(unchanged).toEqual([]);
  expect(warningsOf(run)).toEqual([
    `The channel "Hotfix" of "Hello World" keeps its name, since this space has its own "emergency" (${theirs.Id}). Rename that one to let the template's name arrive.`,
  ]);
  expect(warningsOf(again)).toEqual(warningsOf(run));
  expect(kept["Description"]).toBe("For the worst");
  expect((await getNamed(stage.downstream, "/channels", "Emergency")).Id).toBe(kept.Id);
});

test("keeps what tenants have for a parameter of the project that the template renamed", async () => {
  const stage = await startDeployments();
  const { upstream, downstream, project } = stage;
  const id = (await stage.deploy(await stage.serialize("1.0.0"))).outputs["ProjectId"] ?? "";
  const templateOf = async (): Promise<Record<string, unknown>> =>
    JSON.parse(JSON.stringify((await downstream.get(`/projects/${id}`))["Templates"]))[0];
  const before = await templateOf();
  const [greeting] = JSON.parse(JSON.stringify((await upstream.get(`/projects/${project.Id}`))["Templates"]));
  const Templates = [{ ...greeting, Name: "Salutation" }];
  await edit(upstream, "/projects", { name: "Hello World", changes: { Templates } });

  await stage.deploy(await stage.serialize("1.1.0"));

  expect(await templateOf()).toMatchObject({ Id: before["Id"], Name: "Salutation" });
});

test("keeps the name of a step that the template gives a name which people gave to another, and says so", async () => {
  const stage = await startDeployments();
  const { upstream, downstream, project } = stage;
  const id = (await stage.deploy(await stage.serialize("1.0.0"))).outputs["ProjectId"] ?? "";
  await changeSteps(downstream, processPath(id), (steps) => [...steps, script("greet")]);
  await renameSteps(downstream, processPath(id), { Approve: "Look" });
  await renameSteps(upstream, processPath(project.Id), { "Say hello": "Greet" });
  await changeSteps(upstream, processPath(project.Id), (steps) => [...steps, script("Look"), script("Clean up")]);
  const newer = await stage.serialize("1.1.0");

  const run = await stage.deploy(newer);
  stage.takeWrites();
  const again = await stage.deploy(newer);
  const unchanged = stage.takeWrites();
  await renameSteps(downstream, processPath(id), { greet: "Welcome" });
  await stage.deploy(newer);

  expect(unchanged).toEqual([]);
  expect(warningsOf(again)).toEqual(warningsOf(run));
  expect(warningsOf(run)).toEqual([
    '"Say hello" in the deployment process of "Hello World" keeps its name, since this space has its own "greet". Rename that one to let the template\'s name arrive.',
    '"Look" in the deployment process of "Hello World" stays away, since this space has its own "Look", which is left as it is. Rename that one to let the template\'s arrive.',
  ]);
  const steps = await readSteps(downstream, processPath(id));
  expect(namesOf(steps).toSorted()).toEqual(["Clean up", "Greet", "Look", "Notify", "Run image", "Ship", "Welcome"]);
});

/** People edit a step, scope a variable of theirs to it, and give a token of their own. */
async function work({ downstream }: DeploymentStage, id: string): Promise<void> {
  await changeSteps(downstream, processPath(id), (steps) =>
    JSON.parse(JSON.stringify(steps).replace("echo Say hello", "echo Howdy")),
  );
  const [hello] = await readSteps(downstream, processPath(id));
  await changeVariables(downstream, id, (variables) => [
    ...variables.map((one) => (one["Name"] === "Api.Token" ? { ...one, Value: "a person's" } : one)),
    { Name: "Ours", Value: "1", Scope: { Action: [actionIdOf(hello)] } },
  ]);
}

async function readIds({ downstream }: DeploymentStage, id: string): Promise<unknown> {
  const lists = await Promise.all(
    [`/projects/${id}/channels`, "/runbooks", "/projecttriggers"].map((path) => downstream.list(path)),
  );
  const steps = await readSteps(downstream, processPath(id));
  return [...lists.map((list) => list.map(({ Id }) => Id).toSorted()), steps.map(actionIdOf)];
}

function actionIdOf(step: Record<string, unknown> | undefined): unknown {
  return JSON.parse(JSON.stringify(step?.["Actions"]))[0].Id;
}

/** What the server keeps and never tells. */
function secretOf({ server }: DeploymentStage, projectId: string, name: string): unknown {
  const set = JSON.parse(JSON.stringify(server.model.collection("variablesets").find(`variableset-${projectId}`)));
  return set.Variables.find((variable: { Name: string }) => variable.Name === name)?.Value.$sensitive;
}

async function renameDefault(api: DeploymentStage["upstream"], name: string): Promise<void> {
  const channel = (await api.list("/channels")).find(({ IsDefault }) => IsDefault === true);
  await api.put(`/channels/${channel?.Id ?? ""}`, { ...channel, Name: name });
}

async function moveDefault({ upstream, project }: DeploymentStage): Promise<void> {
  await upstream.post("/channels", { Name: "Stable", ProjectId: project.Id, IsDefault: true });
  const others = (await upstream.list("/channels")).filter(({ Name, IsDefault }) => Name !== "Stable" && IsDefault);
  for (const other of others) await upstream.put(`/channels/${other.Id}`, { ...other, IsDefault: false });
}

async function describeChannels(api: DeploymentStage["upstream"], projectId: string): Promise<unknown[]> {
  const channels = await api.list(`/projects/${projectId}/channels`);
  return channels
    .map(({ Name, IsDefault, Description }) => ({ Name, IsDefault, Description: Description ?? "" }))
    .toSorted((a, b) => (String(a.Name) < String(b.Name) ? -1 : 1));
}

async function swapNames({ upstream }: Pick<DeploymentStage, "upstream">, [a, b]: [string, string]): Promise<void> {
  await edit(upstream, "/runbooks", { name: a, changes: { Name: "In between" } });
  await edit(upstream, "/runbooks", { name: b, changes: { Name: a } });
  await edit(upstream, "/runbooks", { name: "In between", changes: { Name: b } });
}
