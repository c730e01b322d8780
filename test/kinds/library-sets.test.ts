import { expect, test } from "vitest";
import { objectsOf, textOf } from "../../lib/model/json.ts";
import { readProject } from "../../lib/graph/read-graph.ts";
import type { ResourceGraph } from "../../lib/model/graph.ts";
import type { OctopusDocument, OctopusSpace } from "../../lib/octopus/octopus-client.ts";
import { startCarrying } from "./carry.ts";

async function make(space: OctopusSpace, contentType: string, value: string): Promise<OctopusDocument> {
  const set = await space.post("/libraryvariablesets", { Name: "Common", ContentType: contentType });
  await setVariable(space, set, value);
  return set;
}

async function setVariable(space: OctopusSpace, owner: OctopusDocument, value: string): Promise<void> {
  const path = `/variables/${String(owner["VariableSetId"])}`;
  const variable = { Name: "Where", Value: value, Type: "String", IsSensitive: false, Scope: {} };
  await space.put(path, { ...(await space.get(path)), Variables: [variable] });
}

async function makeProject(space: OctopusSpace, sets: readonly OctopusDocument[]): Promise<OctopusDocument> {
  const [group] = await space.list("/projectgroups");
  const [lifecycle] = await space.list("/lifecycles");
  return space.post("/projects", {
    Name: "Common",
    ProjectGroupId: group?.Id ?? "",
    LifecycleId: lifecycle?.Id ?? "",
    IncludedLibraryVariableSetIds: sets.map(({ Id }) => Id),
  });
}

async function valueOf(space: OctopusSpace, owner: OctopusDocument | undefined): Promise<string[]> {
  const set = await space.get(`/variables/${String(owner?.["VariableSetId"])}`);
  return objectsOf(set, "Variables").map((variable) => textOf(variable, "Value"));
}

test("a project, a variable set and a script module of one name keep their variables apart", async () => {
  const { upstream, downstream, read, bring, takeWrites } = await startCarrying();
  const set = await make(upstream, "Variables", "in the set");
  const module = await make(upstream, "ScriptModule", "in the module");
  const project = await makeProject(upstream, [set, module]);
  await setVariable(upstream, project, "in the project");
  const graph = await read(upstream);

  await bring(graph);

  const [copy] = await downstream.list("/projects");
  const sets = await downstream.list("/libraryvariablesets");
  const find = (type: string): OctopusDocument | undefined => sets.find(({ ContentType }) => ContentType === type);
  expect(await valueOf(downstream, copy)).toEqual(["in the project"]);
  expect(await valueOf(downstream, find("Variables"))).toEqual(["in the set"]);
  expect(await valueOf(downstream, find("ScriptModule"))).toEqual(["in the module"]);
  expect(copy?.["IncludedLibraryVariableSetIds"]).toEqual([find("Variables")?.Id, find("ScriptModule")?.Id]);
  expect(await read(downstream)).toEqual(graph);
  takeWrites();
  await bring(graph);
  expect(takeWrites()).toEqual([]);
});

test("a package of an earlier version, which calls a script module a variable set, still finds it", async () => {
  const { upstream, downstream, bring } = await startCarrying();
  await makeProject(upstream, [await make(upstream, "ScriptModule", "upstream")]);
  const module = await make(downstream, "ScriptModule", "downstream");
  const { graph } = await readProject(upstream, "Common");
  const former: ResourceGraph = JSON.parse(JSON.stringify(graph).replaceAll('"scriptModule"', '"libraryVariableSet"'));

  await bring(former);

  expect(await downstream.list("/projects")).toMatchObject([
    { Name: "Common", IncludedLibraryVariableSetIds: [module.Id] },
  ]);
});
