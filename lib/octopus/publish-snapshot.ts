import { objectsOf, textOf, type JsonObject } from "../model/json.ts";
import { NotFoundError } from "../step/errors.ts";
import type { OctopusDocument, OctopusSpace } from "./octopus-client.ts";

/** What a snapshot of a runbook as it is now would be called, and the versions of its packages. */
export interface SnapshotContent {
  name: string;
  packages: JsonObject[];
}

/**
 * Of each of the runbook's packages the newest version, or the one that is pinned.
 * @param versions - versions to pin instead of the newest, by the name of the reference or by package id
 * @throws {@link NotFoundError} when a package has no version yet
 */
export async function readSnapshotContent(
  space: OctopusSpace,
  runbook: OctopusDocument,
  versions: Record<string, string> = {},
): Promise<SnapshotContent> {
  const template = await space.get(`/runbooks/${runbook.Id}/runbookSnapshotTemplate`);
  const packages: JsonObject[] = [];
  for (const reference of objectsOf(template, "Packages")) {
    const version =
      textOf(reference, "FixedVersion") ||
      versions[textOf(reference, "PackageReferenceName")] ||
      versions[textOf(reference, "PackageId")] ||
      (await newestVersion(space, reference));
    packages.push({
      ActionName: textOf(reference, "ActionName"),
      PackageReferenceName: textOf(reference, "PackageReferenceName"),
      Version: version,
    });
  }
  return { name: textOf(template, "NextNameIncrement"), packages };
}

/**
 * Publishes a snapshot of the runbook as it is now, with the newest version of each of its packages: later runs use that one until
 * the next is published (Octopus docs, runbook publishing).
 * @param versions - as for {@link readSnapshotContent}
 * @returns the snapshot's name
 * @throws {@link NotFoundError} when a package has no version yet
 */
export async function publishSnapshot(
  space: OctopusSpace,
  runbook: OctopusDocument,
  versions: Record<string, string> = {},
): Promise<string> {
  const content = await readSnapshotContent(space, runbook, versions);
  // Octopus's API reference has it in the body, its clients in the query.
  const snapshot = await space.post(
    "/runbookSnapshots",
    { ...toSnapshot(runbook, content), Publish: "true" },
    { publish: true },
  );
  return textOf(snapshot, "Name");
}

/** The body that makes it. */
export function toSnapshot(runbook: OctopusDocument, { name, packages }: SnapshotContent): JsonObject {
  return {
    ProjectId: textOf(runbook, "ProjectId"),
    RunbookId: runbook.Id,
    Name: name,
    SelectedPackages: packages,
    SelectedGitResources: [],
  };
}

/** In the server's order, newest first, which `compareVersions` has, too. */
async function newestVersion(space: OctopusSpace, reference: JsonObject): Promise<string> {
  const page = await space.getJson(`/feeds/${textOf(reference, "FeedId")}/packages/versions`, {
    packageId: textOf(reference, "PackageId"),
    skip: 0,
    take: 1,
  });
  const items = typeof page === "object" && page !== null && !Array.isArray(page) ? objectsOf(page, "Items") : [];
  const [newest] = items;
  if (newest !== undefined) return textOf(newest, "Version");
  throw new NotFoundError(
    `There is no version of the package "${textOf(reference, "PackageId")}" yet, so a snapshot cannot name one. Run the runbook that makes it, such as "__ 1. Serialize Project", or push one.`,
  );
}
