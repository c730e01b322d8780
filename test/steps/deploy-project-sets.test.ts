import { expect, test } from "vitest";
import { objectsOf, type JsonObject } from "../../lib/model/json.ts";
import type { Api } from "../api.ts";
import { startDeployments, type DeploymentStage } from "./deployment-stage.ts";
import { changeSteps, edit, getNamed, processPath, readSteps, warningsOf } from "./project-edits.ts";

test("brings the template's new library variable set beside one that people included, and takes the former away", async () => {
  const stage = await startDeployments();
  const { upstream, downstream, project } = stage;
  for (const api of [upstream, downstream]) await addSets(api, ["Old", "New"]);
  await addSets(downstream, ["Theirs"]);
  await includeSets(upstream, project.Id, ["Common", "Old"]);
  const id = (await stage.deploy(await stage.serialize("1.0.0"))).outputs["ProjectId"] ?? "";
  await includeSets(downstream, id, ["Common", "Theirs", "Old"]);
  await includeSets(upstream, project.Id, ["Common", "New"]);

  await deployTwice(stage, "1.1.0");

  expect((await listSets(downstream, id)).toSorted()).toEqual(["Common", "New", "Theirs"]);
});

test("keeps out the library variable set that people took away, though the template includes one more", async () => {
  const stage = await startDeployments();
  const { upstream, downstream, project } = stage;
  for (const api of [upstream, downstream]) await addSets(api, ["New"]);
  const id = (await stage.deploy(await stage.serialize("1.0.0"))).outputs["ProjectId"] ?? "";
  await includeSets(downstream, id, []);
  await includeSets(upstream, project.Id, ["Common", "New"]);

  await deployTwice(stage, "1.1.0");

  expect(await listSets(downstream, id)).toEqual(["New"]);
});

test("merges the tags of a project, the tenant tags of a step and its roles one by one", async () => {
  const stage = await startDeployments();
  const { upstream, downstream, project } = stage;
  for (const api of [upstream, downstream]) await addTags(api);
  await changeAction(upstream, project.Id, "Run image", { TenantTags: ["Tier/Gold"] });
  await changeRoles(upstream, project.Id, "web,api");
  await edit(upstream, "/projects", { name: "Hello World", changes: { ProjectTags: ["Area/One"] } });
  const id = (await stage.deploy(await stage.serialize("1.0.0"))).outputs["ProjectId"] ?? "";
  await changeAction(downstream, id, "Run image", { TenantTags: ["Tier/Gold", "Tier/Bronze"] });
  await changeRoles(downstream, id, "web,theirs,api");
  await edit(downstream, "/projects", { name: "Hello World", changes: { ProjectTags: ["Area/One", "Area/Two"] } });
  await changeAction(upstream, project.Id, "Run image", { TenantTags: ["Tier/Gold", "Tier/Silver"] });
  await changeRoles(upstream, project.Id, "web,worker");
  await edit(upstream, "/projects", { name: "Hello World", changes: { ProjectTags: ["Area/One", "Area/Three"] } });

  const run = await deployTwice(stage, "1.1.0");

  const action = await actionOf(downstream, id, "Run image");
  expect(sorted(action["TenantTags"])).toEqual(["Tier/Bronze", "Tier/Gold", "Tier/Silver"]);
  expect((await rolesOf(downstream, id)).split(",").toSorted()).toEqual(["theirs", "web", "worker"]);
  expect(sorted((await downstream.get(`/projects/${id}`))["ProjectTags"])).toEqual([
    "Area/One",
    "Area/Three",
    "Area/Two",
  ]);
  expect(run.outputs).toMatchObject({ KeptChanges: "3", Conflicts: "0" });
});

test("merges the environments of a runbook and of a step one by one", async () => {
  const stage = await startDeployments();
  const { upstream, downstream, project, environments } = stage;
  const id = (await stage.deploy(await stage.serialize("1.0.0"))).outputs["ProjectId"] ?? "";
  const own = async (name: string): Promise<string> => (await getNamed(downstream, "/environments", name)).Id;
  const theirs = await downstream.post("/environments", { Name: "Theirs" });
  const changed = [await own("Test"), theirs.Id];
  await edit(downstream, "/runbooks", { name: "Restart", changes: { Environments: changed } });
  await changeAction(downstream, id, "Say hello", { Environments: [await own("Development"), theirs.Id] });
  const newer = [environments["Test"], environments["Production"]];
  await edit(upstream, "/runbooks", { name: "Restart", changes: { Environments: newer } });
  await changeAction(upstream, project.Id, "Say hello", {
    Environments: [environments["Development"], environments["Production"], environments["Sync"]],
  });

  await deployTwice(stage, "1.1.0");

  const restart = await getNamed(downstream, "/runbooks", "Restart");
  expect(sorted(restart["Environments"])).toEqual([...changed, await own("Production")].toSorted());
  const action = await actionOf(downstream, id, "Say hello");
  const wanted = [await own("Development"), await own("Production"), theirs.Id];
  expect(sorted(action["Environments"])).toEqual(wanted.toSorted());
});

test("does not let a step or a runbook run everywhere when nothing would be left of its environments", async () => {
  const stage = await startDeployments();
  const { upstream, downstream, environments } = stage;
  // Octopus does not take an environment from a runbook that a trigger runs in it.
  const nightly = await getNamed(upstream, `/projects/${stage.project.Id}/triggers`, "Nightly");
  await upstream.remove(`/projecttriggers/${nightly.Id}`);
  const id = (await stage.deploy(await stage.serialize("1.0.0"))).outputs["ProjectId"] ?? "";
  const production = (await getNamed(downstream, "/environments", "Production")).Id;
  await edit(downstream, "/runbooks", { name: "Restart", changes: { Environments: [production] } });
  await changeAction(downstream, id, "Run image", { TenantTags: ["Tier/Gold"] });
  await edit(upstream, "/runbooks", { name: "Restart", changes: { Environments: [environments["Development"]] } });
  const narrowed = await stage.serialize("1.1.0");
  await stage.deploy(narrowed);
  const merged = await getNamed(downstream, "/runbooks", "Restart");
  await edit(downstream, "/runbooks", { name: "Restart", changes: { Environments: [], EnvironmentScope: "All" } });
  await edit(upstream, "/runbooks", {
    name: "Restart",
    changes: { Environments: [environments["Production"], environments["Development"]] },
  });

  const run = await deployTwice(stage, "1.2.0");

  const development = (await getNamed(downstream, "/environments", "Development")).Id;
  expect(sorted(merged["Environments"])).toEqual([development, production].toSorted());
  const restart = await getNamed(downstream, "/runbooks", "Restart");
  expect(restart).toMatchObject({ Environments: [], EnvironmentScope: "All" });
  expect(warningsOf(run).join("\n")).toContain('"Environments" in the runbook "Restart" of "Hello World"');
});

test("keeps the last tenant tag of a step when the template takes it away and people took the others", async () => {
  const stage = await startDeployments();
  const { upstream, downstream, project } = stage;
  for (const api of [upstream, downstream]) await addTags(api);
  await changeAction(upstream, project.Id, "Run image", { TenantTags: ["Tier/Gold", "Tier/Silver"] });
  const id = (await stage.deploy(await stage.serialize("1.0.0"))).outputs["ProjectId"] ?? "";
  await changeAction(downstream, id, "Run image", { TenantTags: ["Tier/Gold"] });
  await changeAction(upstream, project.Id, "Run image", { TenantTags: ["Tier/Silver"] });

  const run = await deployTwice(stage, "1.1.0");

  expect((await actionOf(downstream, id, "Run image"))["TenantTags"]).toEqual(["Tier/Gold"]);
  expect(warningsOf(run).join("\n")).toContain("TenantTags");
});

/** Deploys what the template is now; the second run writes nothing and says the same. */
async function deployTwice(stage: DeploymentStage, version: string): ReturnType<DeploymentStage["deploy"]> {
  const brought = await stage.serialize(version);
  const run = await stage.deploy(brought);
  stage.takeWrites();
  const again = await stage.deploy(brought);
  expect(stage.takeWrites()).toEqual([]);
  expect(warningsOf(again)).toEqual(warningsOf(run));
  return run;
}

async function addSets(api: Api, names: readonly string[]): Promise<void> {
  for (const name of names)
    await api.post("/libraryvariablesets", { Name: name, ContentType: "Variables", Templates: [] });
}

async function includeSets(api: Api, projectId: string, names: readonly string[]): Promise<void> {
  const sets = await api.list("/libraryvariablesets");
  const ids = names.map((name) => sets.find(({ Name }) => Name === name)?.Id);
  await api.put(`/projects/${projectId}`, {
    ...(await api.get(`/projects/${projectId}`)),
    IncludedLibraryVariableSetIds: ids,
  });
}

async function listSets(api: Api, projectId: string): Promise<unknown[]> {
  const sets = await api.list("/libraryvariablesets");
  const ids: string[] = JSON.parse(
    JSON.stringify((await api.get(`/projects/${projectId}`))["IncludedLibraryVariableSetIds"]),
  );
  return ids.map((id) => sets.find(({ Id }) => Id === id)?.["Name"]);
}

async function addTags(api: Api): Promise<void> {
  const tier = await getNamed(api, "/tagsets", "Tier");
  const more = ["Silver", "Bronze"].map((Name) => ({ Name, Color: "#FFA461" }));
  await api.put(`/tagsets/${tier.Id}`, {
    ...tier,
    Tags: [...objectsOf(JSON.parse(JSON.stringify(tier)), "Tags"), ...more],
  });
  const area = ["One", "Two", "Three"].map((Name) => ({ Name, Color: "#FFA461" }));
  await api.post("/tagsets", { Name: "Area", Scopes: ["Project"], Tags: area });
}

async function changeAction(
  api: Api,
  projectId: string,
  name: string,
  changes: Record<string, unknown>,
): Promise<void> {
  await changeSteps(api, processPath(projectId), (steps) =>
    steps.map((step) =>
      step["Name"] === name
        ? { ...step, Actions: objectsOf(step, "Actions").map((action) => ({ ...action, ...changes })) }
        : step,
    ),
  );
}

async function actionOf(api: Api, projectId: string, name: string): Promise<JsonObject> {
  const step = (await readSteps(api, processPath(projectId))).find(({ Name }) => Name === name) ?? {};
  return objectsOf(step, "Actions")[0] ?? {};
}

async function changeRoles(api: Api, projectId: string, roles: string): Promise<void> {
  await changeSteps(api, processPath(projectId), (steps) =>
    steps.map((step) =>
      step["Name"] === "Ship" ? { ...step, Properties: { "Octopus.Action.TargetRoles": roles } } : step,
    ),
  );
}

async function rolesOf(api: Api, projectId: string): Promise<string> {
  const step = (await readSteps(api, processPath(projectId))).find(({ Name }) => Name === "Ship");
  return JSON.parse(JSON.stringify(step?.["Properties"]))["Octopus.Action.TargetRoles"];
}

function sorted(value: unknown): string[] {
  const list: string[] = JSON.parse(JSON.stringify(value));
  return list.toSorted();
}
