import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { steps } from "../steps/index.ts";
import { projectRoot, readProjectVersion } from "./project.ts";
import { renderSizes } from "./sizes.ts";
import { listStaleModules, listStaleReadmes, renderPrograms, renderProject } from "./render-project.ts";
import { acceptVersions, listUnrecorded, readVersions, writeVersions } from "./versions.ts";

await build({ isAccepting: process.argv.includes("--accept"), isDistOnly: process.argv.includes("--dist-only") });

interface BuildOptions {
  /** Records the templates as they are: see steps/versions.json. */
  isAccepting: boolean;
  /** Leaves all but dist alone: the tables in the READMEs, and modules that are made out of others. */
  isDistOnly: boolean;
}

async function build({ isAccepting, isDistOnly }: BuildOptions): Promise<void> {
  // What the bundles have in them comes first. A build for the tests writes nothing beside dist.
  if (!isDistOnly) for (const [path, text] of await listStaleModules()) writeFileSync(join(projectRoot, path), text);
  const version = readProjectVersion();
  const recorded = readVersions();
  const programs = await renderPrograms(steps, version);
  const before = await renderProject(steps, { version, versions: recorded }, programs);
  const versions = isAccepting ? acceptVersions(recorded, before.states, new Date()) : recorded;
  const { dist, states, ...rendered } = await renderProject(steps, { version, versions }, programs);

  if (isAccepting) writeVersions(versions);
  writeDist(dist);
  if (!isDistOnly)
    for (const [path, text] of await listStaleReadmes(steps)) writeFileSync(join(projectRoot, path), text);
  console.log(await renderSizes(rendered, { isDetailed: process.argv.includes("--sizes") }));
  for (const problem of listUnrecorded(versions, states)) console.log(`Note: the template ${problem}`);
}

/** Writes beside the old directory and swaps, so that whoever reads it at the same time finds all of one or all of the other. */
function writeDist(files: ReadonlyMap<string, Buffer>): void {
  const target = join(projectRoot, "dist");
  const scratch = mkdtempSync(join(projectRoot, "node_modules/.dist-"));
  const fresh = join(scratch, "fresh");
  for (const [path, content] of files) {
    mkdirSync(dirname(join(fresh, path)), { recursive: true });
    writeFileSync(join(fresh, path), content, { mode: path.endsWith("managed-spaces.cjs") ? 0o755 : 0o644 });
  }
  mkdirSync(target, { recursive: true });
  renameSync(target, join(scratch, "old"));
  renameSync(fresh, target);
  rmSync(scratch, { recursive: true });
}
