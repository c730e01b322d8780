import { expect, test } from "vitest";
import { compareGraph } from "../../../lib/compare/compare-graph.ts";
import { createApi } from "../../api.ts";
import { buildLargeProject } from "../../bench/large-project.ts";
import { startCarrying } from "../../kinds/carry.ts";

test("what a space has of many projects is read with one request a kind, and nothing twice", async () => {
  const carrying = await startCarrying();
  const { server, upstream, downstream } = carrying;
  const api = createApi(carrying, `/api/${upstream.id}`);
  for (let index = 1; index <= 6; index += 1)
    await buildLargeProject(api, { name: `Project ${index}`, steps: 1, runbooks: 2, variables: 2 });
  const graph = await carrying.read(upstream);
  await carrying.bring(graph);
  server.requests.length = 0;

  const { plan } = await compareGraph({
    space: downstream,
    graph,
    overwrite: true,
    isAdopting: true,
    secrets: { readVariable: () => "the secret", missing: "fail" },
  });

  expect(plan.resources.filter(({ action }) => action === "create")).toEqual([]);
  const asked = server.requests.map(({ path }) => path);
  expect(asked).toHaveLength(new Set(asked).size);
  for (const list of [
    "/channels/all",
    "/deploymentprocesses?",
    "/runbooks/all",
    "/runbookProcesses?",
    "/variables/all",
  ])
    expect(asked.filter((path) => path.includes(list))).toHaveLength(1);
  expect(asked.filter((path) => path.includes("/projects?"))).toHaveLength(1);
  expect(asked.filter((path) => /\/projects\/[^/]+\/(?!deploymentsettings)/.test(path))).toEqual([]);
});
