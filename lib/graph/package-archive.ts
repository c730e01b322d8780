import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { ParameterError } from "../step/errors.ts";
import { isOutside, readZip, writeZip, ZipError, type ZipEntry } from "../zip.ts";
import { manifestFileName, parseManifest, type Manifest } from "./manifest.ts";

/** Paths with forward slashes to contents. */
export type PackageFiles = ReadonlyMap<string, string>;

/** A zip file that is the same whenever and wherever it is made: sorted entries, one date. */
export function writeArchive(files: PackageFiles): Uint8Array {
  const sorted = [...files].toSorted(([left], [right]) => (left < right ? -1 : 1));
  return writeZip(new Map(sorted));
}

/**
 * The files of a zip file, by path.
 * @throws {@link ParameterError} when it is no zip file, is cut off, or has an entry that would land outside
 */
export function readArchive(bytes: Uint8Array, packageName: string): PackageFiles {
  return new Map(readFiles(bytes, packageName).map(({ path, read }) => [path, toText(read())]));
}

function readFiles(bytes: Uint8Array, packageName: string): ZipEntry[] {
  const entries = explained(packageName, () => readZip(bytes));
  const outside = entries.find(({ path }) => isOutside(path));
  if (outside !== undefined)
    throw refuse(packageName, `its entry "${outside.path}" would land outside of the package. Do not use it`);
  const files = entries.filter(({ path }) => !path.endsWith("/"));
  return files.map(({ path, read }) => ({ path, read: () => explained(packageName, read) }));
}

function explained<T>(packageName: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof ZipError) throw refuse(packageName, `${error.message}. Push it again`);
    throw error;
  }
}

function toText(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("utf8");
}

/**
 * The manifest of a package that Octopus brought to a worker, or of one that was downloaded.
 * @param source - the directory into which it was extracted, the path of the zip file, or its bytes
 * @throws {@link ParameterError} in one sentence for anything that is no such package
 */
export function readPackage(source: string | Uint8Array, packageName: string): Manifest {
  return parseManifest(readManifestBytes(source, packageName), packageName);
}

/**
 * What gives the files of such a package by their paths, and undefined for what it does not have. A zip file is read once, if at all.
 * @param source - see {@link readPackage}
 */
export function openPackageFiles(source: string, packageName: string): (path: string) => string | undefined {
  let files: Map<string, ZipEntry> | undefined;
  return (path) => {
    if (isDirectory(source, packageName)) return findFile(join(source, path));
    files ??= new Map(readFiles(readFileSync(source), packageName).map((file) => [file.path, file]));
    const file = files.get(path);
    return file && toText(file.read());
  };
}

function findFile(path: string): string | undefined {
  return statSync(path, { throwIfNoEntry: false }) === undefined ? undefined : readFileSync(path, "utf8");
}

function readManifestBytes(source: string | Uint8Array, packageName: string): Uint8Array {
  if (typeof source === "string" && isDirectory(source, packageName)) return readManifestFile(source, packageName);
  const bytes = typeof source === "string" ? readFileSync(source) : source;
  const manifest = readFiles(bytes, packageName).find(({ path }) => path === manifestFileName);
  if (manifest === undefined) throw refuse(packageName, missing);
  return manifest.read();
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

function refuse(packageName: string, why: string): ParameterError {
  return new ParameterError(`Failed to read the package "${packageName}": ${why}.`);
}
