import { mkdtempSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import AdmZip from "adm-zip";
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
  const zip = openZip(path);
  const outside = zip.getEntries().find(({ entryName }) => isOutside(entryName));
  if (outside)
    throw new ParameterError(
      `Failed to extract the package "${path}": its entry "${outside.entryName}" would land outside.`,
    );
  zip.extractAllTo(directory, true);
  return directory;
}

function isOutside(entryName: string): boolean {
  return /^[/\\]|^[A-Za-z]:/.test(entryName) || entryName.split(/[/\\]/).includes("..");
}

function openZip(path: string): AdmZip {
  try {
    return new AdmZip(path);
  } catch {
    throw new ParameterError(`Failed to open the package "${path}": it is no zip file, or only a part of one.`);
  }
}
