import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createManifest, renderManifest } from "../../lib/graph/manifest.ts";
import { writeArchive } from "../../lib/graph/package-archive.ts";

/** What packages begin with, by the steps that deploy them. */
const roots = {
  "deploy-project": { kind: "project", key: ["Hello World"] },
  "record-terraform-copy": { kind: "project", key: ["Hello World"] },
  "prepare-terraform-state": { kind: "project", key: ["Hello World"] },
  "deploy-space": { kind: "space", key: ["."] },
  "deploy-runbook": { kind: "runbook", key: ["Hello World", "Restart"] },
};

/** For a step that deploys one, the package of a project "Hello World" in which nothing is. */
export function findEmptyPackage(step: string): { id: string; version: string; path: string } | undefined {
  const root = Object.entries(roots).find(([slug]) => slug === step)?.[1];
  if (root === undefined) return undefined;
  const project = { kind: "project", key: ["Hello World"], body: { Name: "Hello World" } };
  const manifest = createManifest({
    root,
    package: { id: "hello_world" },
    source: { space: { id: "Spaces-1", name: "Default" }, project: { id: "Projects-1", name: "Hello World" } },
    graph: { nodes: [project], lookUps: [], remarks: [] },
  });
  const path = join(mkdtempSync(join(tmpdir(), "package-")), "hello_world.1.0.0.zip");
  writeFileSync(path, writeArchive(new Map([["manifest.json", renderManifest(manifest)]])));
  return { id: "hello_world", version: "1.0.0", path };
}
