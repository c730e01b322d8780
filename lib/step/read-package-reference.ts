import { readFileSync, statSync } from "node:fs";
import { basename, resolve } from "node:path";
import { isOutside, readZip, ZipError } from "../zip.ts";
import { ParameterError } from "./errors.ts";
import type { PackageReference } from "./parameters.ts";

/** A package on this machine, a directory or a zip file named `<id>.<version>`. Unlike Octopus, which hands over a directory, this leaves a zip file as it is: of its many files few are read. */
export function readPackageReference(path: string): PackageReference {
  const file = statSync(path, { throwIfNoEntry: false });
  if (file === undefined) throw new ParameterError(`Failed to open the package "${path}": there is no such file.`);
  if (!file.isDirectory()) checkZip(path);
  const name = basename(resolve(path)).replace(/\.zip$/i, "");
  const [, id = name, version = "0.0.0"] = /^(.+?)\.(\d+(?:\..*)?)$/.exec(name) ?? [];
  return { id, version, path: resolve(path) };
}

function checkZip(path: string): void {
  const outside = listEntries(path).find(isOutside);
  if (outside !== undefined)
    throw new ParameterError(`Failed to open the package "${path}": its entry "${outside}" would land outside of it.`);
}

function listEntries(path: string): string[] {
  try {
    return readZip(readFileSync(path)).map((entry) => entry.path);
  } catch (error) {
    if (error instanceof ZipError) throw new ParameterError(`Failed to open the package "${path}": ${error.message}.`);
    throw error;
  }
}
