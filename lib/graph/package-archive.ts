import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import AdmZip from "adm-zip";
import { ParameterError } from "../step/errors.ts";
import { manifestFileName, parseManifest, type Manifest } from "./manifest.ts";

/** Paths with forward slashes to contents. */
export type PackageFiles = ReadonlyMap<string, string>;

/** A zip file that is the same whenever and wherever it is made: sorted entries, one date. */
export function writeArchive(files: PackageFiles): Uint8Array {
  const zip = new AdmZip();
  for (const path of [...files.keys()].toSorted()) {
    const entry = zip.addFile(path, Buffer.from(files.get(path) ?? "", "utf8"), "", 0o644);
    // The first moment that the format can tell, in the local time that it is made of.
    entry.header.time = new Date(1980, 0, 1);
  }
  return new Uint8Array(zip.toBuffer());
}

/**
 * The files of a zip file, by path.
 * @throws {@link ParameterError} when it is no zip file, is cut off, or has an entry that would land outside
 */
export function readArchive(bytes: Uint8Array, packageName: string): PackageFiles {
  const entries = openArchive(bytes, packageName);
  const outside = entries.find(({ entryName }) => isOutside(entryName));
  if (outside !== undefined) throw refuse(packageName, `its entry "${outside.entryName}" would land outside of the package. Do not use it`);
  return new Map(entries.filter((entry) => !entry.isDirectory).map((entry) => [entry.entryName, readEntry(entry, packageName)]));
}

/**
 * The manifest of a package that Octopus brought to a worker, or of one that was downloaded.
 * @param source - the directory into which it was extracted, the path of the zip file, or its bytes
 * @throws {@link ParameterError} in one sentence for anything that is no such package
 */
export function readPackage(source: string | Uint8Array, packageName: string): Manifest {
  return parseManifest(readManifestBytes(source, packageName), packageName);
}

function readManifestBytes(source: string | Uint8Array, packageName: string): Uint8Array {
  if (typeof source === "string" && isDirectory(source, packageName)) return readManifestFile(source, packageName);
  const bytes = typeof source === "string" ? new Uint8Array(readFileSync(source)) : source;
  const manifest = readArchive(bytes, packageName).get(manifestFileName);
  if (manifest === undefined) throw refuse(packageName, missing);
  return new TextEncoder().encode(manifest);
}

const missing = `it has no ${manifestFileName}, so it was not made by Serialize Project. Choose a package that was`;

function isDirectory(path: string, packageName: string): boolean {
  const file = statSync(path, { throwIfNoEntry: false });
  if (file === undefined) throw refuse(packageName, `there is nothing at "${path}". Check that the step has a package`);
  return file.isDirectory();
}

function readManifestFile(directory: string, packageName: string): Uint8Array {
  const path = join(directory, manifestFileName);
  if (statSync(path, { throwIfNoEntry: false }) === undefined) throw refuse(packageName, missing);
  return new Uint8Array(readFileSync(path));
}

function openArchive(bytes: Uint8Array, packageName: string): AdmZip.IZipEntry[] {
  try {
    return new AdmZip(Buffer.from(bytes)).getEntries();
  } catch {
    throw refuse(packageName, "it is no zip file, or only a part of one. Push it again");
  }
}

function readEntry(entry: AdmZip.IZipEntry, packageName: string): string {
  try {
    return entry.getData().toString("utf8");
  } catch {
    throw refuse(packageName, `its entry "${entry.entryName}" is damaged. Push it again`);
  }
}

function isOutside(entryName: string): boolean {
  return /^[/\\]|^[A-Za-z]:/.test(entryName) || entryName.split(/[/\\]/).includes("..");
}

function refuse(packageName: string, why: string): ParameterError {
  return new ParameterError(`Failed to read the package "${packageName}": ${why}.`);
}
