import { expect, test } from "vitest";
import { readProject } from "../../../lib/graph/read-graph.ts";
import { objectsOf, type JsonObject } from "../../../lib/model/json.ts";
import { createOctopusClient } from "../../../lib/octopus/octopus-client.ts";
import { startOctopus } from "../../steps/managed-tenants.ts";
import { createFixtureProject, createSurroundings } from "./create-fixture-project.ts";

test("nothing is asked twice, no words are looked up, and what uses a step template costs one request", async () => {
  const octopus = await startOctopus();
  const space = createOctopusClient(octopus).inSpace({ Id: "Spaces-1", Name: "Default" });
  const project = await createFixtureProject(space, await createSurroundings(space));
  const path = `/projects/${project.Id}/deploymentprocesses`;
  const process = await space.get(path);
  const Steps = objectsOf(process, "Steps").map((step): JsonObject => ({
    ...step,
    Actions: objectsOf(step, "Actions").map((action) => ({ ...action, Notes: "see Tenants-1, Certificates-1" })),
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
