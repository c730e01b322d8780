import type { Resource } from "./collection.ts";
import { listOf, textOf } from "./fields.ts";
import type { OctopusModel } from "./model.ts";
import { packageReferencesIn } from "./processes.ts";
import { snapshotOf } from "./snapshots.ts";
import { compareVersions } from "./versions.ts";

/** What goes; the settings of each built-in feed decide where nothing is said. */
export interface PackageRetention {
  /** The id of a space; all of them, if absent. */
  space?: string | undefined;
  days?: number | undefined;
  keep?: number | undefined;
}

/**
 * Deletes packages of built-in feeds that are older than the policy allows and that nothing holds. Source: docs, built-in feed retention:
 * age counts from when a package was published, and a release holds its packages unless the feed says otherwise; and OctopusDeploy/Issues
 * 6150: published runbook snapshots hold theirs, too.
 * @returns what was deleted
 */
export function removeOldPackages(model: OctopusModel, options: PackageRetention): Resource[] {
  const spaces = model
    .collection("spaces")
    .list((space) => options.space === undefined || space.Id === options.space || space["Slug"] === options.space);
  return spaces.flatMap((space) => removeFrom(model, space.Id, options));
}

function removeFrom(model: OctopusModel, spaceId: string, options: PackageRetention): Resource[] {
  const feed = model.collection("feeds").listInSpace(spaceId, (candidate) => candidate["FeedType"] === "BuiltIn")[0];
  const ownDays = feed?.["DeleteUnreleasedPackagesAfterDays"];
  const days = options.days ?? (typeof ownDays === "number" ? ownDays : Infinity);
  const oldest = model.now().getTime() - days * 86_400_000;
  const held = heldPackages(model, spaceId, { releases: feed?.["DeletePackagesAssociatedWithReleases"] !== true });
  const packages = model.collection("packages").listInSpace(spaceId);
  const newest = newestOf(packages, options.keep ?? 0);
  const old = packages.filter(
    (item) => !newest.has(item.Id) && !held.has(keyOf(item)) && Date.parse(textOf(item, "Published")) <= oldest,
  );
  for (const item of old) {
    model.collection("packages").remove(item.Id);
    model.blobs.delete(item.Id);
  }
  return old;
}

/** `id version` in lower case of whatever releases and published runbook snapshots chose. */
function heldPackages(model: OctopusModel, spaceId: string, { releases }: { releases: boolean }): Set<string> {
  const runbooks = model.collection("runbooks").listInSpace(spaceId);
  const published = new Set(runbooks.map((runbook) => textOf(runbook, "PublishedRunbookSnapshotId")));
  return new Set([
    ...(releases ? model.collection("releases").listInSpace(spaceId) : []).flatMap((release) =>
      chosenIn(model, "deploymentprocesses", release),
    ),
    ...model
      .collection("runbooksnapshots")
      .listInSpace(spaceId, (snapshot) => published.has(snapshot.Id))
      .flatMap((snapshot) => chosenIn(model, "runbookprocesses", snapshot)),
  ]);
}

function chosenIn(model: OctopusModel, kind: "deploymentprocesses" | "runbookprocesses", owner: Resource): string[] {
  const references = packageReferencesIn(model.collection(kind).find(snapshotOf(owner).FrozenProcessId) ?? {});
  return listOf(owner, "SelectedPackages").flatMap((chosen) =>
    references
      .filter(
        (reference) =>
          reference.ActionName === chosen["ActionName"] &&
          reference.PackageReferenceName === chosen["PackageReferenceName"],
      )
      .map((reference) => `${reference.PackageId} ${textOf(chosen, "Version")}`.toLowerCase()),
  );
}

function newestOf(packages: readonly Resource[], keep: number): Set<string> {
  const seen = new Map<string, number>();
  const newestFirst = packages.toSorted((a, b) => compareVersions(textOf(b, "Version"), textOf(a, "Version")));
  const newest = newestFirst.filter((item) => {
    const key = textOf(item, "PackageId").toLowerCase();
    const count = (seen.get(key) ?? 0) + 1;
    seen.set(key, count);
    return count <= keep;
  });
  return new Set(newest.map((item) => item.Id));
}

function keyOf(item: Resource): string {
  return `${textOf(item, "PackageId")} ${textOf(item, "Version")}`.toLowerCase();
}
