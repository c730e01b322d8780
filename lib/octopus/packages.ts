import { textOf } from "../model/json.ts";
import { ConflictError, LostAnswerError } from "../step/errors.ts";
import { compareVersions } from "./compare-versions.ts";
import type { OctopusSpace } from "./octopus-client.ts";
import { isSameName } from "./same-name.ts";

/** One version of a package in the space's built-in feed. */
export interface FeedPackage {
  packageId: string;
  version: string;
  /** How it is called below `/packages`. */
  id: string;
}

/** The newest version of a package in the built-in feed, undefined when the feed has none. */
export async function findNewestPackage(space: OctopusSpace, packageId: string): Promise<FeedPackage | undefined> {
  return (await listPackageVersions(space, packageId))[0];
}

/**
 * All versions of a package in the built-in feed, the newest first. All are read (`nuGetPackageId` is the filter that the Go client
 * uses): nothing tells the order of that list.
 */
export async function listPackageVersions(space: OctopusSpace, packageId: string): Promise<FeedPackage[]> {
  const packages = await space.list("/packages", { nuGetPackageId: packageId });
  const own = packages.filter((item) => isSameName(textOf(item, "PackageId"), packageId));
  return own
    .map((item) => ({ packageId: textOf(item, "PackageId"), version: textOf(item, "Version"), id: textOf(item, "Id") }))
    .toSorted((a, b) => compareVersions(b.version, a.version));
}

/** The bytes of the package as they were pushed. */
export async function downloadPackage(space: OctopusSpace, { id }: FeedPackage): Promise<Uint8Array> {
  return space.download(`/packages/${encodeURIComponent(id)}/raw`);
}

interface PushedPackage {
  packageId: string;
  version: string;
  content: Uint8Array;
}

/** So often a package is sent whose arrival is not known. */
const attempts = 3;

/**
 * Puts a package into the built-in feed. The feed takes a version once, so where the answer was lost it is sent again: then it is there.
 * @returns false when that version is there already, because another run was faster
 */
export async function pushPackage(
  space: OctopusSpace,
  { packageId, version, content }: PushedPackage,
): Promise<boolean> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await space.upload(
        "/packages/raw",
        { name: `${packageId}.${version}.zip`, content },
        { overwriteMode: "FailIfExists" },
      );
      return true;
    } catch (error) {
      if (isAlreadyThere(error)) return attempt > 1 && isThere(space, { packageId, version, content });
      if (!(error instanceof LostAnswerError) || attempt >= attempts) throw error;
    }
  }
}

/** Whether what is there under that version is what was sent, and not another run's. */
async function isThere(space: OctopusSpace, sent: PushedPackage): Promise<boolean> {
  const own = (await listPackageVersions(space, sent.packageId)).find(({ version }) => version === sent.version);
  return own !== undefined && Buffer.from(await downloadPackage(space, own)).equals(sent.content);
}

/** The server says it with 409 or with 400 and a sentence, depending on its version. */
function isAlreadyThere(error: unknown): boolean {
  return error instanceof ConflictError || (error instanceof Error && /already exists/i.test(error.message));
}
