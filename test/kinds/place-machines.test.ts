import { expect, test } from "vitest";
import { placeMachines } from "../../lib/mapping/place-machines.ts";
import { objectsOf, textOf } from "../../lib/model/json.ts";
import type { ResourceGraph } from "../../lib/model/graph.ts";
import type { OctopusDocument, OctopusSpace } from "../../lib/octopus/octopus-client.ts";
import { startCarrying } from "./carry.ts";

const listening = { CommunicationStyle: "TentaclePassive", Uri: "https://a.example:10933/", Thumbprint: "AB" };
const polling = { CommunicationStyle: "TentacleActive", Uri: "poll://abcdefghij/", Thumbprint: "CD" };
const agent = {
  CommunicationStyle: "KubernetesTentacle",
  TentacleEndpointConfiguration: { CommunicationMode: "Polling", Uri: "poll://klmnopqrst/", Thumbprint: "EF" },
};

/** Two targets and two workers, of which one each polls, and variables that are for one target or for both. */
async function seed(space: OctopusSpace): Promise<void> {
  const environment = await space.post("/environments", { Name: "Test" });
  const pool = await space.post("/workerpools", { Name: "Pool", WorkerPoolType: "StaticWorkerPool" });
  const target = { EnvironmentIds: [environment.Id], Roles: ["web"] };
  const one = await space.post("/machines", { Name: "Listens", ...target, Endpoint: listening });
  const other = await space.post("/machines", { Name: "Polls", ...target, Endpoint: polling });
  for (const [Name, Endpoint] of Object.entries({ Helper: listening, Agent: agent }))
    await space.post("/workers", { Name, WorkerPoolIds: [pool.Id], IsDisabled: false, Endpoint });
  const set = await space.post("/libraryvariablesets", { Name: "Common", ContentType: "Variables" });
  const path = `/variables/${String(set["VariableSetId"])}`;
  const variable = { Name: "Port", Type: "String", IsSensitive: false };
  await space.put(path, {
    ...(await space.get(path)),
    Variables: [
      { ...variable, Value: "1", Scope: { Machine: [one.Id, other.Id] } },
      { ...variable, Value: "2", Scope: { Machine: [other.Id] } },
      { ...variable, Value: "3", Scope: {} },
    ],
  });
}

function namesOf({ nodes }: ResourceGraph): string[] {
  return nodes.filter(({ kind }) => ["machine", "worker"].includes(kind)).map(({ key }) => key.join());
}

async function listMachines(space: OctopusSpace): Promise<OctopusDocument[]> {
  return [...(await space.list("/machines")), ...(await space.list("/workers"))];
}

test("targets and workers come disabled, without those that poll, and what was only for those stays behind with them", async () => {
  const { upstream, downstream, read, bring, takeWrites } = await startCarrying();
  await seed(upstream);

  const { graph, remarks } = placeMachines(await read(upstream), "disabled");
  await bring(graph);

  expect((await listMachines(downstream)).map(({ Name, IsDisabled }) => [Name, IsDisabled])).toEqual([
    ["Listens", true],
    ["Helper", true],
  ]);
  const told = remarks.map(({ about, text }) => `${about.key.join(" ")}: ${text.split(".")[0] ?? ""}`);
  expect(told).toEqual([
    "Polls: left out: it polls its server, and another one that has it too would take its work",
    "Agent: left out: it polls its server, and another one that has it too would take its work",
    expect.stringMatching(/Port.*: left out: it is only for targets that stay behind, and without them/),
  ]);
  const [set] = await downstream.list("/libraryvariablesets");
  const variables = objectsOf(await downstream.get(`/variables/${String(set?.["VariableSetId"])}`), "Variables");
  expect(variables.map((variable) => textOf(variable, "Value"))).toEqual(["1", "3"]);

  const [machine] = await downstream.list("/machines");
  if (machine !== undefined) await downstream.put(`/machines/${machine.Id}`, { ...machine, IsDisabled: false });
  takeWrites();
  await bring(graph);
  expect(takeWrites()).toEqual([]);
  expect((await downstream.list("/machines"))[0]).toMatchObject({ IsDisabled: false });
});

test("polling ones come along when that is asked, and all as they are when that is", async () => {
  const { upstream, read } = await startCarrying();
  await seed(upstream);
  const graph = await read(upstream);

  const all = placeMachines(graph, "asTheyAre", { withPolling: true });
  expect(all).toEqual({ graph, remarks: [] });
  const disabled = placeMachines(graph, "disabled", { withPolling: true });
  expect(namesOf(disabled.graph).toSorted()).toEqual(["Agent", "Helper", "Listens", "Polls"]);
  const bodies = disabled.graph.nodes.filter(({ kind }) => kind === "worker").map(({ body }) => body["IsDisabled"]);
  expect(bodies).toEqual([true, true]);
});

test("without targets and workers, pools stay and variables for targets do not become those of all", async () => {
  const { upstream, downstream, read, bring } = await startCarrying();
  await seed(upstream);

  const { graph } = placeMachines(await read(upstream), "leaveOut");
  await bring(graph);

  expect(namesOf(graph)).toEqual([]);
  expect(await listMachines(downstream)).toEqual([]);
  expect((await downstream.list("/workerpools")).map(({ Name }) => Name)).toContain("Pool");
  const [set] = await downstream.list("/libraryvariablesets");
  const variables = objectsOf(await downstream.get(`/variables/${String(set?.["VariableSetId"])}`), "Variables");
  expect(variables.map((variable) => textOf(variable, "Value"))).toEqual(["3"]);
});
