import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundleCommandLine } from "../build/bundle.ts";
import { projectRoot } from "../build/project.ts";
import { steps } from "../steps/index.ts";

export interface BuiltCommand {
  /** The program that Node runs. */
  program: string;
  /** A folder with `managed-spaces`, as an installed package puts it on the path. */
  bin: string;
}

/** The command line as it is now, built into a folder of its own. */
export async function buildCommand(): Promise<BuiltCommand> {
  const directory = mkdtempSync(join(tmpdir(), "managed-spaces-built-"));
  const [dist, bin] = [join(directory, "dist"), join(directory, "bin")];
  for (const folder of [dist, bin]) mkdirSync(folder);
  const { program, parts } = await bundleCommandLine(Object.keys(steps));
  const file = join(dist, "managed-spaces.cjs");
  writeFileSync(file, program);
  writeFileSync(join(dist, "managed-spaces.parts"), parts);
  copyFileSync(join(projectRoot, "package.json"), join(directory, "package.json"));
  const launcher = join(bin, "managed-spaces");
  writeFileSync(launcher, `#!/bin/sh\nexec "${process.execPath}" "${file}" "$@"\n`);
  chmodSync(launcher, 0o755);
  return { program: file, bin };
}
