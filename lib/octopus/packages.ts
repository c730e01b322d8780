import { textOf } from "../model/json.ts";
import { ConflictError } from "../step/errors.ts";
import type { OctopusSpace } from "./octopus-client.ts";

/** One version of a package in the space's built-in feed. */
export interface FeedPackage {
  packageId: string;
  version: string;
  /** How it is called below `/packages`. */
  id: string;
}

/** The newest version of a package in the built-in feed, by the numbers of its version; undefined when the feed has none. */
export async function findNewestPackage(space: OctopusSpace, packageId: string): Promise<FeedPackage | undefined> {
  return (await listPackageVersions(space, packageId))[0];
}

/**
 * All versions of a package in the built-in feed, the newest first. All are read (`nuGetPackageId` is the filter that the Go client
 * uses): nothing tells the order of that list.
 */
export async function listPackageVersions(space: OctopusSpace, packageId: string): Promise<FeedPackage[]> {
  const packages = await space.list("/packages", { nuGetPackageId: packageId });
  const own = packages.filter((item) => textOf(item, "PackageId").toLowerCase() === packageId.toLowerCase());
  return own
    .map((item) => ({ packageId: textOf(item, "PackageId"), version: textOf(item, "Version"), id: textOf(item, "Id") }))
    .toSorted((a, b) => compareVersions(b.version, a.version));
}

/** The bytes of the package as they were pushed. */
export async function downloadPackage(space: OctopusSpace, { id }: FeedPackage): Promise<Uint8Array> {
  return space.download(`/packages/${encodeURIComponent(id)}/raw`);
}

/**
 * Puts a package into the built-in feed.
 * @returns false when that version is there already, because another run was faster
 */
export async function pushPackage(
  space: OctopusSpace,
  { packageId, version, content }: { packageId: string; version: string; content: Uint8Array },
): Promise<boolean> {
  try {
    await space.upload(
      "/packages/raw",
      { name: `${packageId}.${version}.zip`, content },
      { overwriteMode: "FailIfExists" },
    );
    return true;
  } catch (error) {
    if (isAlreadyThere(error)) return false;
    throw error;
  }
}

/** By their numbers, the first that differs decides: `2026.2.1.0` is below `2026.11.1.0`. */
export function compareVersions(a: string, b: string): number {
  const [first, second] = [a, b].map((version) => version.split(/[.+-]/).map((part) => Number.parseInt(part, 10) || 0));
  const length = Math.max(first?.length ?? 0, second?.length ?? 0);
  for (let index = 0; index < length; index++) {
    const difference = (first?.[index] ?? 0) - (second?.[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** The server says it with 409 or with 400 and a sentence, depending on its version. */
function isAlreadyThere(error: unknown): boolean {
  return error instanceof ConflictError || (error instanceof Error && /already exists/i.test(error.message));
}
