import { createManifest, type Manifest } from "../graph/manifest.ts";
import { readPackage } from "../graph/package-archive.ts";
import { ownSpace } from "../model/graph.ts";
import { downloadPackage, listPackageVersions } from "../octopus/packages.ts";
import type { OctopusSpace } from "../octopus/octopus-client.ts";
import { parseSaid } from "../receipts/said.ts";
import { NotFoundError } from "../step/errors.ts";
import type { Copy } from "./find-copies.ts";

/** What copies are compared with. */
export interface NewestPackage {
  manifest: Manifest;
  version: string;
  /** All versions in the feed, the newest first. */
  versions: string[];
  /** Which of them the copy has, where its receipt has another name for that. */
  deployed?: string;
}

/**
 * The newest package of that id, which is the same for all copies.
 * @throws {@link NotFoundError} when the feed has no version of it
 */
export async function readNewestPackage(space: OctopusSpace, packageId: string): Promise<NewestPackage> {
  const versions = await listPackageVersions(space, packageId);
  const [newest] = versions;
  if (newest === undefined)
    throw new NotFoundError(
      `The built-in feed of the space "${space.name}" has no package "${packageId}". Run "__ 1. Serialize Project" first, or what else makes this package.`,
    );
  return {
    manifest: readPackage(await downloadPackage(space, newest), `${packageId}.${newest.version}`),
    version: newest.version,
    versions: versions.map(({ version }) => version),
  };
}

/**
 * What a person wrote, as it was when it was deployed last: the newest one is in the hands of who deploys it. Where a package has it,
 * the feed tells how many versions are newer.
 * @throws {@link NotFoundError} for a receipt that does not tell
 */
export async function readWritten(copy: Copy, feed: OctopusSpace): Promise<NewestPackage> {
  const { receipt, space } = copy;
  const { document, documentVersion } = receipt.upstream ?? {};
  const said = parseSaid(await copy.recall());
  if (said === undefined)
    throw new NotFoundError(
      `The receipt of the ${copy.origin} in the space "${space.name}" does not tell what it said, since a run was cut off. Run Populate Space for this tenant, and look again.`,
    );
  const versions = document === undefined ? [] : await listPackageVersions(feed, document);
  const deployed = documentVersion ?? receipt.version ?? "";
  return {
    manifest: createManifest({
      root: ownSpace,
      package: { id: receipt.package },
      source: { space: { id: "", name: "" } },
      graph: said,
    }),
    version: versions[0]?.version ?? deployed,
    versions: versions.map(({ version }) => version),
    deployed,
  };
}
