import { expect, test } from "vitest";
import { readProject } from "../../lib/graph/read-graph.ts";
import { objectsOf } from "../../lib/model/json.ts";
import { createOctopusClient } from "../../lib/octopus/octopus-client.ts";
import { notify, startDeployments, type DeploymentStage } from "./deployment-stage.ts";
import { edit, getNamed, namesOf, readVariables, warningsOf } from "./project-edits.ts";

test("takes what a space spells otherwise for what the template needs, and writes nothing the second time", async () => {
  const stage = await startDeployments();
  await spellOtherwise(stage);
  const brought = await stage.serialize("1.0.0");

  const { outputs } = await stage.deploy(brought);
  stage.takeWrites();
  const again = await stage.deploy(brought);

  expect(stage.takeWrites()).toEqual([]);
  expect(again.outputs["KeptChanges"]).toBe("0");
  const id = outputs["ProjectId"] ?? "";
  const production = await getNamed(stage.downstream, "/environments", "production");
  const variables = await readVariables(stage.downstream, id);
  expect(variables.find(({ Value }) => Value === "Hello, production")?.["Scope"]).toMatchObject({
    Environment: [production.Id],
  });
  expect(variables.find(({ Value }) => Value === "A runbook's")?.["Scope"]).toMatchObject({ TenantTag: ["tier/gold"] });
  expect((await stage.downstream.get(`/projects/${id}`))["IncludedLibraryVariableSetIds"]).toEqual([
    (await getNamed(stage.downstream, "/libraryvariablesets", "COMMON")).Id,
  ]);
  expect(namesOf(await stage.downstream.list("/actiontemplates"))).toEqual(["notify"]);
});

test("takes a rename in case in the space, after the deployment, for no change of the template's", async () => {
  const stage = await startDeployments();
  const brought = await stage.serialize("1.0.0");
  await stage.deploy(brought);
  await spellOtherwise(stage);
  stage.takeWrites();

  const run = await stage.deploy(brought);

  expect(stage.takeWrites()).toEqual([]);
  expect(warningsOf(run)).toEqual([]);
});

test("serializes a project whose name, or what stays behind of it, is spelled otherwise in the options", async () => {
  const stage = await startDeployments();
  const source = createOctopusClient(stage).inSpace({ Id: "Spaces-1", Name: "Default" });

  const reading = await readProject(source, "hello world", {
    exclude: { environments: ["sync"], runbooks: ["RESTART", "__ .*"], variables: ["title", "api\\..*"] },
    syncEnvironment: "sync",
  });

  const keys = reading.graph.nodes.map(({ kind, key }) => `${kind} ${key.join("/")}`);
  expect(reading.root.key).toEqual(["Hello World"]);
  expect(keys).toContain("variableSet Hello World");
  expect(keys.filter((key) => key.startsWith("runbook"))).toEqual([]);
  const set = reading.graph.nodes.find(({ kind }) => kind === "variableSet");
  expect(namesOf(objectsOf(set?.body ?? {}, "Variables"))).toEqual(["Database.Password", "Feed"]);
  expect(JSON.stringify([reading.graph.nodes, reading.graph.lookUps])).not.toContain('"Sync"');
});

/** The same names in another case: of environments, a library variable set, a tag set with its tags, and a feed. */
async function spellOtherwise({ downstream }: DeploymentStage): Promise<void> {
  await edit(downstream, "/environments", { name: "Production", changes: { Name: "production" } });
  await edit(downstream, "/libraryvariablesets", { name: "Common", changes: { Name: "COMMON" } });
  await edit(downstream, "/projectgroups", { name: "Hello World", changes: { Name: "hello world" } });
  const tier = await getNamed(downstream, "/tagsets", "Tier");
  const tags: { Name: string }[] = JSON.parse(JSON.stringify(tier["Tags"]));
  await downstream.put(`/tagsets/${tier.Id}`, {
    ...tier,
    Name: "tier",
    Tags: tags.map((tag) => ({ ...tag, Name: tag.Name.toLowerCase() })),
  });
  const present = await getNamed(downstream, "/actiontemplates", "Notify");
  const own = { ...notify, Name: "notify" };
  if (present.Id === "") await downstream.post("/actiontemplates", own);
  else await downstream.put(`/actiontemplates/${present.Id}`, { ...present, Name: "notify" });
}
