import { objectsOf, textOf, type JsonObject } from "../model/json.ts";
import { findNearNames } from "../near-names.ts";
import type { OctopusDocument, OctopusSpace } from "../octopus/octopus-client.ts";
import { publishSnapshot } from "../octopus/publish-snapshot.ts";
import { isSameName } from "../octopus/same-name.ts";
import { NotFoundError, StepError } from "../step/errors.ts";

export interface PackageVersion {
  packageId: string;
  version: string;
}

/**
 * Publishes a snapshot of the runbook that pins the package, unless the published one pins it already.
 * @returns the snapshot's name; undefined when nothing had to be done
 * @throws {@link NotFoundError} when the project has no such runbook, or the runbook does not use the package
 */
export async function publishRunbook(
  space: OctopusSpace,
  { projectId, name }: { projectId: string; name: string },
  pinned: PackageVersion,
): Promise<string | undefined> {
  const runbook = await getRunbook(space, projectId, name);
  const places = await listPlaces(space, runbook, pinned);
  if (await isPinned(space, runbook, { places, version: pinned.version })) return undefined;
  try {
    return await publishSnapshot(space, runbook, { [pinned.packageId]: pinned.version });
  } catch (error) {
    // An overlapping run may have been first, under the same name.
    if (!(error instanceof StepError)) throw error;
    const now = await getRunbook(space, projectId, name);
    if (await isPinned(space, now, { places, version: pinned.version })) return undefined;
    throw error;
  }
}

async function getRunbook(space: OctopusSpace, projectId: string, name: string): Promise<OctopusDocument> {
  const runbooks = await space.list(`/projects/${projectId}/runbooks`);
  const runbook = runbooks.find((candidate) => isSameName(textOf(candidate, "Name"), name));
  if (runbook !== undefined) return runbook;
  const names = runbooks.map((candidate) => textOf(candidate, "Name"));
  throw new NotFoundError(`The project has no runbook "${name}" to publish.${findNearNames(name, names)}`);
}

/** Where the runbook, as it is now, uses the package: as action and reference, since snapshots name no package ids. */
async function listPlaces(space: OctopusSpace, runbook: OctopusDocument, pinned: PackageVersion): Promise<string[]> {
  const template = await space.get(`/runbooks/${runbook.Id}/runbookSnapshotTemplate`);
  const uses = objectsOf(template, "Packages").filter((use) => isSameName(textOf(use, "PackageId"), pinned.packageId));
  if (uses.length > 0) return uses.map(placeOf);
  throw new NotFoundError(
    `The runbook "${textOf(runbook, "Name")}" does not use the package "${pinned.packageId}", so there is nothing that a snapshot of it could pin. Set "Published Runbook" to the runbook that deploys the package.`,
  );
}

async function isPinned(
  space: OctopusSpace,
  runbook: OctopusDocument,
  { places, version }: { places: string[]; version: string },
): Promise<boolean> {
  const id = textOf(runbook, "PublishedRunbookSnapshotId");
  const snapshot = id === "" ? undefined : await space.find(`/runbookSnapshots/${id}`);
  const selected = objectsOf(snapshot ?? {}, "SelectedPackages").filter((use) => textOf(use, "Version") === version);
  return places.every((place) => selected.some((use) => placeOf(use) === place));
}

function placeOf(use: JsonObject): string {
  return JSON.stringify([textOf(use, "ActionName"), textOf(use, "PackageReferenceName")]);
}
