import { objectsOf, textOf, type JsonObject } from "../model/json.ts";
import type { OctopusDocument, OctopusSpace } from "./octopus-client.ts";
import type { FeedPackage } from "./packages.ts";

/** A version of a package that a published snapshot selects. */
export type HeldPackage = Pick<FeedPackage, "packageId" | "version">;

/**
 * The packages that the runbook's published snapshot selects: retention leaves those in the built-in feed (OctopusDeploy/Issues#6150).
 * A snapshot names actions and references; its frozen process says which packages they are.
 */
export async function listHeldPackages(space: OctopusSpace, runbook: OctopusDocument): Promise<HeldPackage[]> {
  const published = textOf(runbook, "PublishedRunbookSnapshotId");
  const snapshot = published === "" ? undefined : await space.find(`/runbookSnapshots/${published}`);
  if (snapshot === undefined) return [];
  const frozen = await space.find(`/runbookProcesses/${textOf(snapshot, "FrozenRunbookProcessId")}`);
  return objectsOf(snapshot, "SelectedPackages").map((selected) => ({
    packageId: findPackageId(frozen ?? {}, selected),
    version: textOf(selected, "Version"),
  }));
}

function findPackageId(process: JsonObject, selected: JsonObject): string {
  const action = objectsOf(process, "Steps")
    .flatMap((step) => objectsOf(step, "Actions"))
    .find((one) => textOf(one, "Name") === textOf(selected, "ActionName"));
  const reference = objectsOf(action ?? {}, "Packages").find(
    (one) => textOf(one, "Name") === textOf(selected, "PackageReferenceName"),
  );
  return textOf(reference ?? {}, "PackageId");
}
