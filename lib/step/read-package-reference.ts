import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { isOutside, readZip, ZipError } from "../zip.ts";
import type { ZipEntry } from "../zip.ts";
import { ParameterError } from "./errors.ts";
import type { PackageReference } from "./parameters.ts";

/** A package on this machine, a directory or a zip file named `<id>.<version>`, as Octopus would hand it over. A zip file is extracted. */
export function readPackageReference(path: string): PackageReference {
  const file = statSync(path, { throwIfNoEntry: false });
  if (file === undefined) throw new ParameterError(`Failed to open the package "${path}": there is no such file.`);
  const name = basename(resolve(path)).replace(/\.zip$/i, "");
  const [, id = name, version = "0.0.0"] = /^(.+?)\.(\d+(?:\..*)?)$/.exec(name) ?? [];
  return { id, version, path: file.isDirectory() ? resolve(path) : extract(path) };
}

function extract(path: string): string {
  const directory = mkdtempSync(join(tmpdir(), "managed-spaces-package-"));
  process.once("exit", () => rmSync(directory, { recursive: true, force: true }));
  for (const { path: entry, read } of openZip(path)) {
    if (isOutside(entry))
      throw new ParameterError(`Failed to extract the package "${path}": its entry "${entry}" would land outside.`);
    if (entry.endsWith("/")) continue;
    mkdirSync(dirname(join(directory, entry)), { recursive: true });
    writeFileSync(join(directory, entry), read());
  }
  return directory;
}

function openZip(path: string): ZipEntry[] {
  try {
    return readZip(readFileSync(path));
  } catch (error) {
    if (error instanceof ZipError) throw new ParameterError(`Failed to open the package "${path}": ${error.message}.`);
    throw error;
  }
}
