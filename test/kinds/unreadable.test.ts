import { expect, test } from "vitest";
import { startCarrying } from "./carry.ts";
import { makeProject } from "./make-project.ts";

async function refusal(reading: Promise<unknown>): Promise<string> {
  const error: unknown = await reading.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return error instanceof Error ? error.message : "nothing";
}

test("kinds that the key may not see are named in one sentence, and can be left out", async () => {
  const { upstream, read, server } = await startCarrying();
  await upstream.post("/environments", { Name: "Test" });
  // Of both, and of nothing else that a space is asked for.
  server.setFaults({ fail: { path: "ants", status: 403, chance: 1 } });

  expect(await refusal(read(upstream))).toBe(
    'The user of the API key may not see resources of these kinds in the space "Upstream": tenant. Let the user view them, or name these kinds as left out.',
  );
  const { nodes } = await read(upstream, { leftOut: ["tenants"] });
  expect(nodes.map(({ key }) => key[0])).toContain("Test");
});

test("of 5,000 tenants the one whose values cannot be read is named, with what to do, and the others are read without it", async () => {
  const { upstream, read, server } = await startCarrying();
  const template = { Name: "Color", DisplaySettings: { "Octopus.ControlType": "SingleLineText" } };
  const project = await makeProject(upstream, { Templates: [template] });
  const environment = await upstream.post("/environments", { Name: "Test" });
  const connected = { [project.Id]: [environment.Id] };
  const tenants = Array.from({ length: 5000 }, (_, index) =>
    server.model.collection("tenants").add({
      SpaceId: upstream.id,
      Name: `Tenant ${index}`,
      Slug: `tenant-${index}`,
      Description: "",
      ProjectEnvironments: index % 500 === 0 ? connected : {},
      TenantTags: [],
      IsDisabled: false,
    }),
  );
  const broken = tenants[4500];
  server.setFaults({ fail: { path: `/tenants/${broken?.Id ?? ""}/`, status: 403, chance: 1 } });

  expect(await refusal(read(upstream, { resources: ["tenant"] }))).toMatch(
    /^Failed to read the tenant variables of "Tenant 4500": .*\(403\).* Correct that, or leave "Tenant 4500" out\.$/s,
  );
  const rest = await read(upstream, { resources: ["tenant"], leftOut: ["tenant: Tenant 4500"] });
  expect(rest.nodes.filter(({ kind }) => kind === "tenant")).toHaveLength(4999);
  expect(rest.nodes.filter(({ kind }) => kind === "tenantVariables")).toHaveLength(4999);
});

test("the only one of its kind is named as well", async () => {
  const { upstream, read, server } = await startCarrying();
  const { Id } = await upstream.post("/tenants", { Name: "Acme", ProjectEnvironments: {} });
  server.setFaults({ fail: { path: `/tenants/${Id}/`, status: 500, chance: 1 } });

  expect(await refusal(read(upstream, { resources: ["tenant"] }))).toMatch(
    /^Failed to read the tenant variables of "Acme": .*\(500\)/,
  );
});

test("of many projects the one that the server cannot read is named, though no list that it is in can be read either", async () => {
  const { upstream, read, server } = await startCarrying();
  const projects: string[] = [];
  for (let number = 10; number < 20; number += 1)
    projects.push((await makeProject(upstream, { Name: `Project ${number}` })).Id);
  server.setFaults({ fail: { path: `variableset-${projects[4] ?? ""}`, status: 500, chance: 1 } });

  expect(await refusal(read(upstream, { resources: ["project"] }))).toMatch(
    /^Failed to read the variables of "Project 14": .*\(500\).* Correct that, or leave "Project 14" out\.$/s,
  );
  const rest = await read(upstream, { resources: ["project"], leftOut: ["project: Project 14"] });
  expect(rest.nodes.filter(({ kind }) => kind === "project")).toHaveLength(9);
});

test("kinds that the key may not see where they are to go are named in one sentence, and nothing is written", async () => {
  const { upstream, read, bring, server, takeWrites } = await startCarrying();
  await makeProject(upstream, { Name: "Web" });
  await upstream.post("/environments", { Name: "Test" });
  await upstream.post("/tenants", { Name: "Acme", ProjectEnvironments: {} });
  await upstream.post("/tagsets", { Name: "Region", Tags: [{ Name: "Asia", Color: "#333333" }] });
  const graph = await read(upstream);
  takeWrites();
  // Of retention, tenants and environments, and of nothing else that a space is asked for.
  server.setFaults({ fail: { path: "en", status: 403, chance: 1, method: "GET" } });

  expect(await refusal(bring(graph))).toBe(
    'The user of the API key may not see resources of these kinds in the space "Downstream": default retention policy, environment, tenant. Nothing was written. Let the user view them, and run the step again.',
  );
  expect(takeWrites()).toEqual([]);
});
