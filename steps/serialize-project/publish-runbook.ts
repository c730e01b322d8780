import { objectsOf, textOf } from "../../lib/json.ts";
import { findNearNames } from "../../lib/near-names.ts";
import type { OctopusDocument, OctopusSpace } from "../../lib/octopus/octopus-client.ts";
import { publishSnapshot } from "../../lib/octopus/publish-snapshot.ts";
import { NotFoundError } from "../../lib/step/errors.ts";

export interface PackageVersion {
  packageId: string;
  version: string;
}

/**
 * Publishes a snapshot of the runbook that pins the package, unless the published one pins it already.
 * @returns the snapshot's name; undefined when nothing had to be done
 * @throws {@link NotFoundError} when the project has no such runbook
 */
export async function publishRunbook(
  space: OctopusSpace,
  { projectId, name }: { projectId: string; name: string },
  pinned: PackageVersion,
): Promise<string | undefined> {
  const runbooks = await space.list(`/projects/${projectId}/runbooks`);
  const runbook = runbooks.find((candidate) => textOf(candidate, "Name") === name);
  if (runbook === undefined) {
    const names = runbooks.map((candidate) => textOf(candidate, "Name"));
    throw new NotFoundError(`The project has no runbook "${name}" to publish.${findNearNames(name, names)}`);
  }
  if (await isPinned(space, runbook, pinned.version)) return undefined;
  return publishSnapshot(space, runbook, { [pinned.packageId]: pinned.version });
}

async function isPinned(space: OctopusSpace, runbook: OctopusDocument, version: string): Promise<boolean> {
  const id = textOf(runbook, "PublishedRunbookSnapshotId");
  const snapshot = id === "" ? undefined : await space.find(`/runbookSnapshots/${id}`);
  return objectsOf(snapshot ?? {}, "SelectedPackages").some((selected) => textOf(selected, "Version") === version);
}
