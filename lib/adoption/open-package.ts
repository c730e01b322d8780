import { readFileSync } from "node:fs";
import type { Manifest } from "../graph/manifest.ts";
import { readPackage } from "../graph/package-archive.ts";
import type { OctopusSpace } from "../octopus/octopus-client.ts";
import { downloadPackage, listPackageVersions } from "../octopus/packages.ts";
import { isSameName } from "../octopus/same-name.ts";
import { NotFoundError, ParameterError } from "../step/errors.ts";
import { parsePackageFileName } from "../step/package-file-name.ts";

/** A package that was read, and its version. */
export interface OpenPackage {
  manifest: Manifest;
  version: string;
}

/**
 * A package of the management space's built-in feed.
 * @param version - by default the newest
 * @throws {@link NotFoundError} when the feed does not have it
 */
export async function openFeedPackage(
  management: OctopusSpace,
  packageId: string,
  version: string | undefined,
): Promise<OpenPackage> {
  const versions = await listPackageVersions(management, packageId);
  const found = version === undefined ? versions[0] : versions.find((one) => isSameName(one.version, version));
  if (found === undefined) {
    const wanted = versions.length === 0 || version === undefined ? "" : ` in version ${version}`;
    throw new NotFoundError(
      `The built-in feed of the space "${management.name}" has no package "${packageId}"${wanted}. Run the runbook that serializes it, or name another one with --package and --package-version.`,
    );
  }
  const name = `${packageId}.${found.version}`;
  return { manifest: readPackage(await downloadPackage(management, found), name), version: found.version };
}

/**
 * A package that lies in a file. It tells its version, or the file's name does: `hello_world.1.0.0.zip`.
 * @throws {@link ParameterError} for a file that is no package, or one of an earlier version of this project that is called otherwise
 */
export function openPackageFile(path: string): OpenPackage {
  const manifest = readPackage(readBytes(path), path);
  const named = parsePackageFileName(path);
  const isNamed = named !== undefined && isSameName(named.id, manifest.package.id);
  const version = manifest.package.version ?? (isNamed ? named.version : undefined);
  if (version === undefined)
    throw new ParameterError(
      `The file "${path}" has the package "${manifest.package.id}", and neither it nor its name tells the version. Call it as the feed does: ${manifest.package.id}.1.0.0.zip.`,
    );
  return { manifest, version };
}

function readBytes(path: string): Uint8Array {
  try {
    return new Uint8Array(readFileSync(path));
  } catch (error) {
    throw new ParameterError(`The package "${path}" cannot be read. Name a file, or the id of a package in the feed.`, {
      cause: error,
    });
  }
}
