import { compareVersions } from "../octopus/compare-versions.ts";
import { listPackageVersions } from "../octopus/packages.ts";
import type { Installer } from "./installer.ts";
import { ensureKeptPackages, type KeepingOptions } from "./keep-packages.ts";
import type { BuiltSteps } from "./step-templates.ts";

/**
 * Keeps every version of the package with the steps' programs that is in the feed: other template projects are upgraded when their turn
 * comes, and published snapshots and people's own processes by nobody.
 */
export async function keepRuntime(
  installer: Installer,
  { runtimePackage, version }: BuiltSteps,
  options: Omit<KeepingOptions, "packages">,
): Promise<void> {
  if (runtimePackage === undefined) return;
  const packageId = runtimePackage.id;
  const present = (await listPackageVersions(installer.space, packageId)).map((one) => one.version);
  const versions = [...new Set([version, ...present])].toSorted(compareVersions);
  const packages = versions.map((one) => ({ packageId, version: one }));
  await ensureKeptPackages(installer, { ...options, packages });
}
