import { readFileSync, statSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import * as z from "zod/mini";
import { isOutside, readZip, ZipError, type ZipEntry } from "../zip.ts";
import { ParameterError } from "./errors.ts";
import { noVersion, parsePackageFileName } from "./package-file-name.ts";
import type { PackageReference } from "./parameters.ts";

/** Where a package tells its id and version, whatever its file is called. */
const manifestName = "manifest.json";

const Told = z.object({ package: z.object({ id: z.string(), version: z.optional(z.string()) }) });

/**
 * A package on this machine, a folder or a zip file. What it says itself counts, then the name, `<id>.<version>`. Unlike Octopus, which hands
 * over a folder, this leaves a zip file as it is: of its many files few are read.
 */
export function readPackageReference(path: string): PackageReference {
  const file = statSync(path, { throwIfNoEntry: false });
  if (file === undefined) throw new ParameterError(`Failed to open the package "${path}": there is no such file.`);
  const told = file.isDirectory() ? readFolder(path) : readFile(path);
  const named = parsePackageFileName(resolve(path));
  return {
    id: told?.id ?? named?.id ?? basename(resolve(path)).replace(/\.zip$/i, ""),
    version: told?.version ?? named?.version ?? noVersion,
    path: resolve(path),
  };
}

type Identity = { id: string; version?: string | undefined } | undefined;

function readFolder(path: string): Identity {
  try {
    return readTold(readFileSync(join(path, manifestName)));
  } catch {
    return undefined;
  }
}

/** @throws {@link ParameterError} for what is no zip file, or would write outside of the folder that it is extracted into */
function readFile(path: string): Identity {
  const entries = listEntries(path);
  const outside = entries.find((entry) => isOutside(entry.path));
  if (outside !== undefined)
    throw new ParameterError(
      `Failed to open the package "${path}": its entry "${outside.path}" would land outside of it.`,
    );
  const manifest = entries.find((entry) => entry.path === manifestName);
  try {
    return manifest && readTold(manifest.read());
  } catch {
    // The step that reads all of it says what is damaged.
    return undefined;
  }
}

function readTold(bytes: Uint8Array): Identity {
  return Told.safeParse(JSON.parse(new TextDecoder().decode(bytes))).data?.package;
}

function listEntries(path: string): ZipEntry[] {
  try {
    return readZip(readFileSync(path));
  } catch (error) {
    if (error instanceof ZipError) throw new ParameterError(`Failed to open the package "${path}": ${error.message}.`);
    throw error;
  }
}
