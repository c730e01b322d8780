import { chmodSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { renderManifest } from "../../lib/graph/manifest.ts";
import { readPackage, writeArchive } from "../../lib/graph/package-archive.ts";
import { resourceIndexPath } from "../../lib/terraform/resource-index.ts";
import { writeTerraformModule } from "../../lib/terraform/write-terraform-module.ts";
import type { DeployedPackage, DeploymentStage } from "./deployment-stage.ts";

/** A program in Terraform's place, with a workspace for nothing: what is looked at here is what becomes of an empty state. */
export function createEmptyTerraform(script = 'case "$1" in workspace) echo "* default";; esac'): string {
  const folder = mkdtempSync(join(tmpdir(), "terraform-"));
  writeFileSync(join(folder, "terraform"), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, "terraform"), 0o755);
  return folder;
}

/** The package with a module for a backend beside its manifest. */
export async function serializeForTerraform(
  stage: DeploymentStage,
  { backend = "consul", importExisting = false, index = true } = {},
): Promise<DeployedPackage> {
  const brought = await stage.serialize("1.0.0");
  const manifest = readPackage(brought.path, "hello_world.1.0.0");
  const { files } = writeTerraformModule(manifest.graph, { backend, importExisting });
  const kept = [...files].filter(([path]) => index || path !== resourceIndexPath);
  writeFileSync(brought.path, writeArchive(new Map([["manifest.json", renderManifest(manifest)], ...kept])));
  return brought;
}
