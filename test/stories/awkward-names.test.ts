import { expect, test } from "vitest";
import type { JsonObject } from "../../lib/model/json.ts";
import type { OctopusSpace } from "../../lib/octopus/octopus-client.ts";
import { readArchive } from "../../lib/graph/package-archive.ts";
import { packageIdOf } from "../../lib/octopus/package-id.ts";
import { downloadPackage, findNewestPackage } from "../../lib/octopus/packages.ts";
import { createTerraformFolder, hasProvider } from "../lib/terraform/terraform.ts";
import { startTwoSpaces } from "./two-spaces.ts";

const awkwardNames: Record<string, string> = {
  "a slash": "a/b\\c",
  "an emoji and a combining accent": "👩‍🚀 cafe\u0301 ﬁ",
  "quotes of all kinds": `"double" 'single' \`back\` „low“`,
  "what Terraform and Octopus would replace": "${x} %{y} $${z} {{w}}",
  "two hundred characters": "x".repeat(180) + " ümläut and the end.",
  "what looks like an id": "Environments-999",
  "what an address would not take": "a?b=c&d#e%20f+g,h;i",
  "lines of its own": "one two",
  "a number": "007",
  "marks of our own": "$ref › #2 (Environment: Test)",
  "words of objects": "__proto__",
  "another word of objects": "constructor",
};

/** How long a server lets names be, where it is less than two hundred characters. */
const longest: Readonly<Record<string, number>> = { "/environments": 50, "/feeds": 44 };

/** The name that what has this address can have. */
function cut(name: string, path: string): string {
  return name.slice(0, longest[path]);
}

/** Everything that the project refers to, each with the name. */
async function provide(space: OctopusSpace, name: string): Promise<void> {
  const environment = await space.post("/environments", { Name: cut(name, "/environments") });
  await space.post("/feeds", { Name: cut(name, "/feeds"), FeedType: "Docker", FeedUri: "https://index.docker.io" });
  await space.post("/libraryvariablesets", { Name: name, ContentType: "Variables", Templates: [] });
  await space.post("/projectgroups", { Name: name });
  await space.post("/workerpools", { Name: name, WorkerPoolType: "StaticWorkerPool" });
  await space.post("/lifecycles", {
    Name: name,
    Phases: [{ Name: name, OptionalDeploymentTargets: [environment.Id], AutomaticDeploymentTargets: [] }],
  });
}

async function buildProject(space: OctopusSpace, name: string): Promise<void> {
  const idOf = async (path: string): Promise<string> =>
    (await space.list(path)).find((document) => document["Name"] === cut(name, path))?.Id ?? "";
  const environment = await idOf("/environments");
  const project = await space.post("/projects", {
    Name: name,
    ProjectGroupId: await idOf("/projectgroups"),
    LifecycleId: await idOf("/lifecycles"),
    IncludedLibraryVariableSetIds: [await idOf("/libraryvariablesets")],
    Templates: [
      { Name: name, Label: name, DefaultValue: name, DisplaySettings: { "Octopus.ControlType": "SingleLineText" } },
    ],
  });
  const action = {
    Environments: [environment],
    WorkerPoolId: await idOf("/workerpools"),
    Container: { FeedId: await idOf("/feeds"), Image: "octopusdeploy/worker-tools" },
  };
  const process = await space.get(`/projects/${project.Id}/deploymentprocesses`);
  const steps = [toStep(name, action), toStep(`${name} 2`), toStep(`${name}-2`)];
  const written = await space.put(`/projects/${project.Id}/deploymentprocesses`, { ...process, Steps: steps });
  const channel = await space.post("/channels", { Name: name, ProjectId: project.Id });
  const runbook = await space.post("/runbooks", {
    Name: name,
    ProjectId: project.Id,
    EnvironmentScope: "Specified",
    Environments: [environment],
  });
  const runbookProcess = await space.get(`/runbookProcesses/RunbookProcess-${runbook.Id}`);
  await space.put(`/runbookProcesses/RunbookProcess-${runbook.Id}`, {
    ...runbookProcess,
    Steps: [toStep(name, action)],
  });
  await space.post("/projecttriggers", {
    Name: name,
    ProjectId: project.Id,
    Filter: { FilterType: "CronExpressionSchedule", CronExpression: "0 0 6 * * *", Timezone: "UTC" },
    Action: { ActionType: "RunRunbook", RunbookId: runbook.Id, EnvironmentIds: [environment] },
  });
  const set = await space.get(`/variables/variableset-${project.Id}`);
  await space.put(`/variables/${set.Id}`, {
    ...set,
    Variables: [
      { Name: name, Value: name, Scope: {} },
      { Name: name, Value: `${name} there`, Scope: { Environment: [environment] } },
      { Name: name, Value: `${name} in the channel`, Scope: { Channel: [channel.Id] } },
      { Name: name, Value: `${name} in the runbook`, Scope: { ProcessOwner: [runbook.Id], Role: [name] } },
      { Name: name, Value: `${name} in the step`, Scope: { Action: [firstAction(written)] } },
      { Name: `${name}.Secret`, Value: `secret of ${name}`, IsSensitive: true, Type: "Sensitive", Scope: {} },
    ],
  });
}

function toStep(name: string, more: JsonObject = {}): JsonObject {
  const properties = {
    "Octopus.Action.Script.Syntax": "Bash",
    "Octopus.Action.Script.ScriptSource": "Inline",
    "Octopus.Action.Script.ScriptBody": `echo ${name}`,
    "Octopus.Action.RunOnServer": "true",
  };
  return { Name: name, Actions: [{ Name: name, ActionType: "Octopus.Script", Properties: properties, ...more }] };
}

function firstAction(process: JsonObject): string {
  return JSON.parse(JSON.stringify(process["Steps"]))[0].Actions[0].Id;
}

test.each(Object.entries(awkwardNames))(
  "a project whose every part is called by %s arrives as it is",
  async (_what, name) => {
    const spaces = await startTwoSpaces();
    // Ids differ between the spaces, since the order of creation does.
    await spaces.downstream.post("/environments", { Name: "Before" });
    for (const space of [spaces.downstream, spaces.upstream]) await provide(space, name);
    await buildProject(spaces.upstream, name);
    const { outputs } = await spaces.serialize({ project: name });
    const variables = { [`${name}.Secret`]: `secret of ${name}` };
    const packageId = outputs["PackageId"] ?? "";

    await spaces.deploy(packageId, {}, variables);
    spaces.takeWrites();
    const again = await spaces.deploy(packageId, {}, variables);

    expect(spaces.takeWrites()).toEqual([]);
    expect(again.outputs["KeptChanges"]).toBe("0");
    const [original, copy] = [await spaces.read(spaces.upstream, name), await spaces.read(spaces.downstream, name)];
    expect(withDisabledTriggers(copy.nodes)).toEqual(withDisabledTriggers(original.nodes));
    expect(copy.lookUps).toEqual(original.lookUps);
  },
);

const throughTerraform = [
  "a slash",
  "quotes of all kinds",
  "what Terraform and Octopus would replace",
  "two hundred characters",
];

test.skipIf(!hasProvider).each(throughTerraform)("Terraform brings names with %s too", async (what) => {
  const name = awkwardNames[what] ?? "";
  const spaces = await startTwoSpaces();
  for (const space of [spaces.downstream, spaces.upstream]) await provide(space, name);
  await buildProject(spaces.upstream, name);
  await spaces.serialize({ project: name, excludedVariables: ".*[.]Secret" });
  const newest = await findNewestPackage(spaces.upstream, packageIdOf(name));
  if (newest === undefined) throw new Error("There is no package.");
  const files = readArchive(await downloadPackage(spaces.upstream, newest), newest.packageId);
  const folder = createTerraformFolder(files, {
    TF_VAR_octopus_server: spaces.url,
    TF_VAR_octopus_apikey: spaces.apiKey,
    TF_VAR_octopus_space_id: spaces.downstream.id,
  });

  await folder.run("-chdir=space_population", "init", "-input=false");
  await folder.run("-chdir=space_population", "apply", "-auto-approve", "-input=false", "-no-color");

  expect(await folder.run("-chdir=space_population", "plan", "-input=false", "-no-color")).toContain("No changes.");
  const copy = (await spaces.read(spaces.downstream, name)).nodes.map(({ kind, key }) => ({ kind, key }));
  const original = (await spaces.read(spaces.upstream, name)).nodes.map(({ kind, key }) => ({ kind, key }));
  expect(copy).toEqual(original);
});

test("no file in a package has a name that a worker could not give it", async () => {
  const spaces = await startTwoSpaces();
  const name = awkwardNames["two hundred characters"] ?? "";
  await provide(spaces.upstream, name);
  await buildProject(spaces.upstream, name);
  await spaces.serialize({ project: name });
  const newest = await findNewestPackage(spaces.upstream, packageIdOf(name));
  if (newest === undefined) throw new Error("There is no package.");

  const files = readArchive(await downloadPackage(spaces.upstream, newest), newest.packageId);

  expect(
    Math.max(...[...files.keys()].flatMap((path) => path.split("/")).map((part) => Buffer.byteLength(part))),
  ).toBeLessThanOrEqual(255);
});

test("text that looks like the id of something in the managed space stays what it is, and is no person's change", async () => {
  const spaces = await startTwoSpaces();
  const { Id: id } = await spaces.downstream.post("/environments", { Name: "Theirs" });
  const project = await createPlainProject(spaces.upstream);
  await setVariables(spaces.upstream, project, [
    { Name: "Text", Value: `not ${id}` },
    { Name: "Whole", Value: id },
  ]);
  await spaces.serialize({ project: "Plain" });

  await spaces.deploy("plain");
  spaces.takeWrites();
  const again = await spaces.deploy("plain");

  expect(spaces.takeWrites()).toEqual([]);
  expect(again.outputs["KeptChanges"]).toBe("0");
  const [copy] = await spaces.downstream.list("/projects");
  const { Variables: variables } = await spaces.downstream.get(`/variables/variableset-${copy?.Id ?? ""}`);
  expect(variables).toMatchObject([{ Value: `not ${id}` }, { Value: id }]);
});

test("names that differ only by case, or that sanitize alike, stay apart", async () => {
  const spaces = await startTwoSpaces();
  const project = await createPlainProject(spaces.upstream);
  const alike = ["Say it", "Say-it", "Say_it", "Say.it", "say  it"];
  const process = await spaces.upstream.get(`/projects/${project}/deploymentprocesses`);
  const steps = alike.map((name) => toStep(name));
  await spaces.upstream.put(`/projects/${project}/deploymentprocesses`, { ...process, Steps: steps });
  for (const name of alike) await spaces.upstream.post("/runbooks", { Name: name, ProjectId: project });
  const names = [...alike, "SAY IT", "Password", "PASSWORD", " padded", "padded"];
  await setVariables(
    spaces.upstream,
    project,
    names.map((name) => ({ Name: name, Value: `value of "${name}"` })),
  );
  await spaces.serialize({ project: "Plain" });

  await spaces.deploy("plain");
  spaces.takeWrites();
  await spaces.deploy("plain");

  expect(spaces.takeWrites()).toEqual([]);
  expect((await spaces.read(spaces.downstream, "Plain")).nodes).toEqual(
    (await spaces.read(spaces.upstream, "Plain")).nodes,
  );
});

async function createPlainProject(space: OctopusSpace): Promise<string> {
  const [lifecycle] = await space.list("/lifecycles");
  const [group] = await space.list("/projectgroups");
  const project = { Name: "Plain", LifecycleId: lifecycle?.Id ?? "", ProjectGroupId: group?.Id ?? "" };
  return (await space.post("/projects", project)).Id;
}

async function setVariables(space: OctopusSpace, projectId: string, variables: JsonObject[]): Promise<void> {
  const set = await space.get(`/variables/variableset-${projectId}`);
  await space.put(`/variables/${set.Id}`, { ...set, Variables: variables });
}

function withDisabledTriggers(nodes: { kind: string; body: JsonObject }[]): unknown[] {
  return nodes.map((node) =>
    node.kind === "projectTrigger" ? { ...node, body: { ...node.body, IsDisabled: true } } : node,
  );
}
