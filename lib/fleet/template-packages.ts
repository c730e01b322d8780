import { readPackage } from "../graph/package-archive.ts";
import type { Copy } from "../copies/find-copies.ts";
import { readWritten, type NewestPackage } from "../copies/newest-package.ts";
import { textOf } from "../model/json.ts";
import { compareVersions } from "../octopus/compare-versions.ts";
import type { OctopusSpace } from "../octopus/octopus-client.ts";
import { downloadPackage } from "../octopus/packages.ts";
import { isSameName } from "../octopus/same-name.ts";
import { NotFoundError } from "../step/errors.ts";
import { toIso } from "./read-instance.ts";

/** One version of a template in the management space's feed. */
export interface TemplateVersion {
  version: string;
  published?: string;
  /** How it is called below `/packages`. */
  id: string;
}

/** The packages that copies are made of, each asked for once a run. */
export interface TemplatePackages {
  /** Newest first; none where the feed has no such package. */
  listVersions(packageId: string): Promise<TemplateVersion[]>;
  /** @throws {@link NotFoundError} where the feed has no such package */
  readNewest(copy: Copy): Promise<NewestPackage>;
}

export function openTemplatePackages(management: OctopusSpace): TemplatePackages {
  const versions = new Map<string, Promise<TemplateVersion[]>>();
  const newest = new Map<string, Promise<NewestPackage>>();
  const listVersions = (packageId: string): Promise<TemplateVersion[]> => {
    const key = packageId.toLowerCase();
    const known = versions.get(key) ?? listAll(management, packageId);
    versions.set(key, known);
    return known;
  };
  return {
    listVersions,
    readNewest(copy) {
      const packageId = copy.receipt.package;
      if (copy.receipt.isPartial === true) return readWritten(copy, management);
      const known = newest.get(packageId) ?? readNewest(management, packageId, listVersions);
      newest.set(packageId, known);
      return known;
    },
  };
}

async function listAll(space: OctopusSpace, packageId: string): Promise<TemplateVersion[]> {
  const packages = await space.list("/packages", { nuGetPackageId: packageId });
  return packages
    .filter((item) => isSameName(textOf(item, "PackageId"), packageId))
    .map((item) => ({ version: textOf(item, "Version"), published: toIso(textOf(item, "Published")), id: item.Id }))
    .toSorted((a, b) => compareVersions(b.version, a.version))
    .map(({ published, ...one }) => ({ ...one, ...(published !== undefined && { published }) }));
}

async function readNewest(
  space: OctopusSpace,
  packageId: string,
  listVersions: TemplatePackages["listVersions"],
): Promise<NewestPackage> {
  const versions = await listVersions(packageId);
  const [newest] = versions;
  if (newest === undefined)
    throw new NotFoundError(
      `The built-in feed of the space "${space.name}" has no package "${packageId}", so nobody can tell what is newer. Serialize the template again, or take the copy over from the space that has the package.`,
    );
  const bytes = await downloadPackage(space, { packageId, ...newest });
  return {
    manifest: readPackage(bytes, `${packageId}.${newest.version}`),
    version: newest.version,
    versions: versions.map(({ version }) => version),
  };
}
