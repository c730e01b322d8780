import { expect, test } from "vitest";
import { getKind } from "../../lib/resources/index.ts";
import { readGraph } from "../../lib/graph/read-graph.ts";
import { ownSpace } from "../../lib/model/graph.ts";
import type { OctopusSpace } from "../../lib/octopus/octopus-client.ts";
import { startCarrying, type Carrying } from "./carry.ts";
import { secret } from "./kind-story.ts";
import { pem } from "./sample-certificates.ts";

/** Longer than the sample certificate is valid. */
const inHundredYears = new Date("2130-01-01T00:00:00Z");

async function makeAccount(space: OctopusSpace, name: string, more = {}): Promise<void> {
  await space.post("/accounts", { Name: name, AccountType: "Token", Token: secret("of a token"), ...more });
}

/** What is said to who brings the graph, and that nothing was written. */
async function bringInVain({ bring, takeWrites }: Carrying, graph: Parameters<Carrying["bring"]>[0]): Promise<string> {
  takeWrites();
  const refusal: unknown = await bring(graph).catch((error: unknown) => error);
  expect(takeWrites()).toEqual([]);
  return refusal instanceof Error ? refusal.message : "nothing";
}

test("a certificate that has expired comes along, and that it has is said", async () => {
  const { upstream, downstream, read, bring } = await startCarrying({ now: () => inHundredYears });
  await upstream.post("/certificates", { Name: "Old", CertificateData: { HasValue: true, NewValue: pem } });

  const graph = await read(upstream, { resources: ["certificate"] });

  expect(graph.remarks).toEqual([
    { about: { kind: "certificate", key: ["Old"] }, text: expect.stringMatching(/^expired on 2126-\d\d-\d\d: /) },
  ]);
  await bring(graph);
  expect((await downstream.list("/certificates")).map(({ Name }) => Name)).toEqual(["Old"]);
});

test("an account of a type that the server does not know is told before anything is written", async () => {
  const carrying = await startCarrying({ version: "2026.4" });
  const { upstream, read, server } = carrying;
  await makeAccount(upstream, "Google", { AccountType: "GoogleCloudOidcAccount", Audience: "a" });
  await makeAccount(upstream, "Plain");
  const graph = await read(upstream, { resources: ["account"] });

  server.model.version = "2026.2.0";
  expect(await bringInVain(carrying, graph)).toBe(
    'the server of the space "Downstream" has no type "GoogleCloudOidcAccount" of accounts, which the account "Google" has. Nothing was written. Solve this and run the step again.',
  );
});

test("a Git credential of a type that the server does not know is told before anything is written", async () => {
  const carrying = await startCarrying();
  const { upstream, read, server } = carrying;
  await upstream.post("/git-credentials/v2", {
    Name: "Key",
    Details: { Type: "SshKey", PrivateKey: secret("a key") },
  });
  const graph = await read(upstream, { resources: ["Git credential"] });

  server.model.version = "2026.1.0";
  expect(await bringInVain(carrying, graph)).toContain(
    'the server of the space "Downstream" has no type "SshKey" of Git credentials, which the Git credential "Key" has',
  );
});

test("a dynamic worker pool with an image that the server does not have is told before anything is written", async () => {
  const carrying = await startCarrying();
  const { upstream, read } = carrying;
  const pool = { Name: "Dynamic", WorkerPoolType: "DynamicWorkerPool", WorkerType: "Ubuntu2204" };
  await upstream.post("/workerpools", pool);
  const graph = await read(upstream, { resources: ["worker pool: Dynamic"] });
  for (const { body } of graph.nodes) body["WorkerType"] = "Ubuntu1804";

  expect(await bringInVain(carrying, graph)).toContain(
    'the server of the space "Downstream" has no image "Ubuntu1804" for dynamic workers, which the worker pool "Dynamic" has',
  );
});

test("a kind that the server is too old for is not read, and a resource of it is told before anything is written", async () => {
  const carrying = await startCarrying();
  const { upstream, downstream, read, server } = carrying;
  await upstream.post("/proxies", { Name: "Out", Host: "proxy.example", Port: 80 });
  await makeAccount(upstream, "Plain");
  const graph = await read(upstream, { resources: ["proxy", "account"] });
  server.setFaults({ fail: { path: "/proxies", status: 404, chance: 1 } });

  expect((await read(downstream)).nodes.filter(({ kind }) => kind === "proxy")).toEqual([]);
  expect(await bringInVain(carrying, graph)).toBe(
    'the server of the space "Downstream" is too old for the proxy "Out": it has no such kind of resource. Nothing was written. Solve this and run the step again.',
  );
});

test("names that differ in case or by spaces at their ends are one to Octopus: what is there serves", async () => {
  const { upstream, downstream, read, bring, takeWrites } = await startCarrying();
  await makeAccount(upstream, "Cloud ");
  await makeAccount(downstream, "CLOUD");
  await upstream.post("/proxies", { Name: " Out", Host: "proxy.example", Port: 80 });
  await downstream.post("/proxies", { Name: "out", Host: "other.example", Port: 80 });
  const graph = await read(upstream, { resources: ["account", "proxy"] });

  await bring(graph);
  expect((await downstream.list("/accounts")).map(({ Name }) => Name)).toEqual(["CLOUD"]);
  expect(await downstream.list("/proxies")).toMatchObject([{ Name: "out", Host: "proxy.example" }]);
  takeWrites();
  await bring(graph, { secrets: { readVariable: () => undefined, missing: "leave" } });
  expect(takeWrites()).toEqual([]);
});

test("things of different kinds may have one name, in whatever case and with spaces at its ends", async () => {
  const { upstream, downstream, read, bring, takeWrites } = await startCarrying();
  const environment = await upstream.post("/environments", { Name: "cloud" });
  await makeAccount(upstream, "Cloud ", { EnvironmentIds: [environment.Id] });
  await upstream.post("/projectgroups", { Name: " CLOUD" });
  await upstream.post("/proxies", { Name: "cLOUD", Host: "proxy.example", Port: 80 });
  await downstream.post("/tagsets", { Name: "CLOUD" });
  const select = { resources: ["account", "environment", "project group: CLOUD", "proxy"] };
  const graph = await read(upstream, select);

  await bring(graph);

  const [account] = await downstream.list("/accounts");
  const [own] = await downstream.list("/environments");
  expect(own).toMatchObject({ Name: "cloud" });
  expect(account).toMatchObject({ EnvironmentIds: [own?.Id] });
  expect((await downstream.list("/proxies")).map(({ Host }) => Host)).toEqual(["proxy.example"]);
  expect(await read(downstream, select)).toEqual(graph);
  takeWrites();
  await bring(graph, { secrets: { readVariable: () => undefined, missing: "leave" } });
  expect(takeWrites()).toEqual([]);
});

test("of certificates with one name one comes along, and the others are said", async () => {
  const { upstream, read } = await startCarrying();
  for (const Notes of ["First", "Second"])
    await upstream.post("/certificates", { Name: "Same", Notes, CertificateData: { HasValue: true, NewValue: pem } });

  const graph = await read(upstream, { resources: ["certificate"] });

  expect(graph.nodes.map(({ key }) => key)).toEqual([["Same"]]);
  expect(graph.remarks).toEqual([
    {
      about: { kind: "certificate", key: ["Same"] },
      text: "left out: another certificate of the space has its name, and by names they are told apart. Rename one of them",
    },
  ]);
});

test("an account of another type than the one that has its name is told before anything is written", async () => {
  const carrying = await startCarrying();
  const { upstream, downstream, read } = carrying;
  await makeAccount(upstream, "Cloud");
  await makeAccount(downstream, "cloud", { AccountType: "UsernamePassword", Username: "me" });
  const graph = await read(upstream, { resources: ["account"] });

  expect(await bringInVain(carrying, graph)).toBe(
    'the space "Downstream" has something else by the name of the account "Cloud": Token is wanted, and UsernamePassword is there. Nothing was written. Solve this and run the step again.',
  );
});

test("of five thousand targets the names that a package has are asked for, and a space with all of them is read page by page", async () => {
  const { upstream, downstream, bring, server } = await startCarrying();
  const environment = await downstream.post("/environments", { Name: "Test" });
  const machines = server.model.collection("machines");
  const made = await downstream.post("/machines", {
    Name: "Target 0",
    EnvironmentIds: [environment.Id],
    Roles: ["web"],
    Endpoint: { CommunicationStyle: "None" },
  });
  const { Id: _id, ...stored } = machines.find(made.Id) ?? { Id: "" };
  for (let number = 1; number < 5000; number += 1)
    machines.add({ ...stored, Name: `Target ${number}`, Slug: `target-${number}` });
  const { graph } = await readGraph(downstream, ownSpace, { select: { resources: ["deployment target"] } });
  expect(graph.nodes.filter(({ kind }) => kind === "machine")).toHaveLength(5000);

  const few = { ...graph, nodes: graph.nodes.filter(({ kind, key }) => kind !== "machine" || key[0] === "Target 7") };
  const before = server.requests.length;
  await bring(few);
  expect(server.requests.slice(before).filter(({ path }) => path.includes("/machines")).length).toBeLessThan(4);
  expect(await getKind("machine").list(upstream)).toEqual([]);
});
