import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createManifest, renderManifest } from "../../lib/graph/manifest.ts";
import { writeArchive } from "../../lib/graph/package-archive.ts";

/** The package of a project "Hello World" in which nothing is. */
export function emptyPackage(): { id: string; version: string; path: string } {
  const project = { kind: "project", key: ["Hello World"], body: { Name: "Hello World" } };
  const manifest = createManifest({
    root: { kind: "project", key: ["Hello World"] },
    package: { id: "hello_world" },
    source: { space: { id: "Spaces-1", name: "Default" }, project: { id: "Projects-1", name: "Hello World" } },
    graph: { nodes: [project], lookUps: [], remarks: [] },
  });
  const path = join(mkdtempSync(join(tmpdir(), "package-")), "hello_world.1.0.0.zip");
  writeFileSync(path, writeArchive(new Map([["manifest.json", renderManifest(manifest)]])));
  return { id: "hello_world", version: "1.0.0", path };
}
