import { expect, test } from "vitest";
import { readGraph, readProject } from "../../../lib/graph/read-graph.ts";
import { ownSpace } from "../../../lib/model/graph.ts";
import { objectsOf, type JsonObject } from "../../../lib/model/json.ts";
import { createOctopusClient, type OctopusSpace } from "../../../lib/octopus/octopus-client.ts";
import { step } from "../../../steps/serialize-project/step.ts";
import { buildLargeProject } from "../../bench/large-project.ts";
import { serverLines } from "../../server-lines.ts";
import { startOctopus, type TestServer } from "../../steps/managed-tenants.ts";
import { createStepContext } from "../../step/create-step-context.ts";
import { createFixtureProject, createSurroundings } from "./create-fixture-project.ts";

test("nothing is asked twice, no words are looked up, and what uses a step template costs one request", async () => {
  const octopus = await startOctopus();
  const space = createOctopusClient(octopus).inSpace({ Id: "Spaces-1", Name: "Default" });
  const project = await createFixtureProject(space, await createSurroundings(space));
  const path = `/projects/${project.Id}/deploymentprocesses`;
  const process = await space.get(path);
  const Steps = objectsOf(process, "Steps").map((one): JsonObject => ({
    ...one,
    Actions: objectsOf(one, "Actions").map((action) => ({ ...action, Notes: "see Tenants-1, Certificates-1" })),
  }));
  await space.put(path, { ...process, Steps });
  octopus.server.requests.length = 0;

  await readProject(space, "Hello World", { exclude: { runbooks: ["__ .*"] }, syncEnvironment: "Sync" });

  const asked = octopus.server.requests.map((request) => request.path);
  expect(asked).toHaveLength(new Set(asked).size);
  expect(asked.length).toBeLessThanOrEqual(20);
  expect(asked.filter((one) => /tenants|certificates/.test(one))).toEqual([]);
  expect(asked.filter((one) => one.includes("actiontemplates"))).toHaveLength(1);
});

test("a project of 120 steps, 400 variables and 30 runbooks is serialized with at most 25 requests", async () => {
  const octopus = await startOctopus();
  await buildLargeProject(octopus.api, { name: "Huge", steps: 120, runbooks: 30, variables: 400 });
  octopus.server.requests.length = 0;

  const parameters = { serverUrl: octopus.url, apiKey: octopus.apiKey, space: "Spaces-1", project: "Huge" };
  await createStepContext({ step, parameters, now: () => new Date("2026-11-05T09:30:07Z") }).run();

  const asked = octopus.server.requests.map(({ method, path }) => `${method} ${path}`);
  expect(asked.filter((one) => one.startsWith("POST"))).toHaveLength(1);
  expect(asked.filter((one) => one.includes("runbookProcesses")).length).toBeLessThanOrEqual(1);
  expect(asked.length).toBeLessThanOrEqual(25);
});

/** What the server lists for many owners at once, and what is asked for each owner where it does not. */
const lists = [
  { together: "/channels/all", single: /\/projects\/[^/]+\/channels/ },
  { together: "/deploymentprocesses?ids=", single: /\/projects\/[^/]+\/deploymentprocesses/ },
  { together: "/runbooks/all?projectIds=", single: /\/projects\/[^/]+\/runbooks/ },
  { together: "/runbookProcesses?ids=", single: /\/runbookProcesses\// },
  { together: "/variables/all?ids=", single: /\/variables\/variableset-/ },
  { together: "/projecttriggers?", single: /\/projects\/[^/]+\/triggers/ },
];

/** Projects with two runbooks each. */
const projectCount = 6;

async function startSpace(version: string): Promise<TestServer & { space: OctopusSpace }> {
  const octopus = await startOctopus({ version });
  for (let index = 1; index <= projectCount; index += 1)
    await buildLargeProject(octopus.api, { name: `Project ${index}`, steps: 1, runbooks: 2, variables: 2 });
  octopus.server.requests.length = 0;
  return { ...octopus, space: createOctopusClient(octopus).inSpace({ Id: "Spaces-1", Name: "Default" }) };
}

test.each(serverLines)("what belongs to all projects of a space comes with one request a kind: %s", async (version) => {
  const { server, space } = await startSpace(version);

  await readGraph(space, ownSpace);

  const asked = server.requests.map(({ path }) => path);
  expect(asked.every((path) => path.length < 2000)).toBe(true);
  for (const { together, single } of lists) {
    expect(asked.filter((path) => path.includes(together))).toHaveLength(1);
    expect(asked.filter((path) => single.test(path))).toEqual([]);
  }
});

const refusals = [404, 403, 405, 400];

test.each(lists.map((list, index) => ({ ...list, status: refusals[index % refusals.length] ?? 404 })))(
  "where the server answers $status to $together, each is asked for alone, and all of it is there",
  async ({ together, single, status }) => {
    const { server, space } = await startSpace("2026.4");
    const whole = await readGraph(space, ownSpace);
    server.requests.length = 0;
    server.setFaults({ fail: { path: together, status, times: 99 } });

    const read = await readGraph(space, ownSpace);

    expect(read.graph).toEqual(whole.graph);
    const asked = server.requests.map(({ path }) => path);
    expect(asked.filter((path) => path.includes(together))).toHaveLength(1);
    expect(asked.filter((path) => single.test(path)).length).toBeGreaterThanOrEqual(projectCount);
    await readGraph(space, ownSpace);
    expect(server.requests.filter(({ path }) => path.includes(together))).toHaveLength(1);
  },
);
