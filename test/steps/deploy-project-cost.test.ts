import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createManifest, renderManifest } from "../../lib/graph/manifest.ts";
import { writeArchive } from "../../lib/graph/package-archive.ts";
import { readProject } from "../../lib/graph/read-graph.ts";
import { createOctopusClient } from "../../lib/octopus/octopus-client.ts";
import { buildLargeProject, largeProjectSecrets } from "../bench/large-project.ts";
import { startDeployments, type DeployedPackage, type DeploymentStage } from "./deployment-stage.ts";

test("nothing is asked twice, and where nothing differs nothing is written", async () => {
  const stage = await startDeployments();
  const brought = await stage.serialize("1.0.0");

  const first = await record(stage, () => stage.deploy(brought));
  const again = await record(stage, () => stage.deploy(brought));

  expect(listRepeatedReads(first)).toEqual([]);
  expect(listRepeatedReads(again)).toEqual([]);
  expect(again.filter((request) => !request.startsWith("GET"))).toEqual([]);
});

test("a project of 20 steps, 5 runbooks and 60 variables is deployed by 37 requests, and looked at by half of them", async () => {
  const stage = await startDeployments();
  const brought = await serializeLarge(stage);
  const deploy = (): Promise<unknown> => stage.deploy(brought, { variables: largeProjectSecrets });

  const first = await record(stage, deploy);
  const again = await record(stage, deploy);

  expect(first.length).toBeLessThanOrEqual(37);
  expect(again.length).toBeLessThanOrEqual(19);
  expect(listRepeatedReads(first)).toEqual([]);
});

async function serializeLarge({ url, apiKey, upstream }: DeploymentStage): Promise<DeployedPackage> {
  await buildLargeProject(upstream);
  const source = createOctopusClient({ url, apiKey }).inSpace({ Id: "Spaces-1", Name: "Default" });
  const {
    root,
    graph,
    source: from,
  } = await readProject(source, "Large", { exclude: { environments: ["Sync"] }, syncEnvironment: "Sync" });
  const manifest = renderManifest(createManifest({ root, package: { id: "large" }, source: from, graph }));
  const path = join(mkdtempSync(join(tmpdir(), "package-")), "large.1.0.0.zip");
  writeFileSync(path, writeArchive(new Map([["manifest.json", manifest]])));
  return { id: "large", version: "1.0.0", path };
}

async function record({ server }: DeploymentStage, work: () => Promise<unknown>): Promise<string[]> {
  const before = server.requests.length;
  await work();
  return server.requests.slice(before).map(({ method, path }) => `${method} ${path}`);
}

function listRepeatedReads(requests: readonly string[]): string[] {
  const reads = requests.filter((request) => request.startsWith("GET"));
  return reads.filter((request, index) => reads.indexOf(request) !== index);
}
