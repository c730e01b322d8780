import type { Resource } from "./collection.ts";
import { textOf, type Fields } from "./fields.ts";
import type { OctopusModel } from "./model.ts";
import type { PackageReference } from "./processes.ts";
import { compareVersions } from "./versions.ts";

/** A version chosen for a package reference of an action. */
export interface SelectedPackage {
  ActionName: string;
  StepName: string;
  PackageReferenceName: string;
  Version: string;
}

export interface PackageWishes {
  spaceId: string;
  /** Chosen one by one, as classic requests have them. */
  selected?: readonly Fields[];
  /** `packageOrStep:version` or `packageOrStep:reference:version`, `*` for any (the CLI's `ToPackageOverrideString`). */
  overrides?: readonly string[];
  /** For all that nothing else says. */
  defaultVersion?: string;
  /** Says whether a version that nobody asked for may be taken (channel rules). */
  accepts?: (reference: PackageReference, version: string) => boolean;
}

export interface PackageSelection {
  selected: SelectedPackage[];
  /** A sentence for each reference that could not be resolved. */
  problems: string[];
}

/** Chooses a version for each reference: the fixed one, else what was asked for, else the newest in the built-in feed. */
export function selectPackages(
  model: OctopusModel,
  references: readonly PackageReference[],
  wishes: PackageWishes,
): PackageSelection {
  const selected: SelectedPackage[] = [];
  const problems: string[] = [];
  for (const reference of references) {
    const version =
      reference.FixedVersion || wishedVersion(reference, wishes) || newestVersion(model, reference, wishes);
    const problem = problemOf(model, reference, { version, spaceId: wishes.spaceId });
    if (problem !== undefined) problems.push(problem);
    else
      selected.push({
        ActionName: reference.ActionName,
        StepName: reference.StepName,
        PackageReferenceName: reference.PackageReferenceName,
        Version: version ?? "",
      });
  }
  return { selected, problems };
}

/** The versions of a package in the built-in feed of a space, newest first. */
export function builtInVersions(
  model: OctopusModel,
  { spaceId, packageId }: { spaceId: string; packageId: string },
): string[] {
  const wanted = packageId.toLowerCase();
  const found = model
    .collection("packages")
    .listInSpace(spaceId, (candidate) => textOf(candidate, "PackageId").toLowerCase() === wanted);
  return found.map((candidate) => textOf(candidate, "Version")).toSorted((a, b) => compareVersions(b, a));
}

/** A feed by its id or its name (docs, action templates: "Feed ID, name or a variable-expression"). */
export function findFeed(
  model: OctopusModel,
  { spaceId, feedId }: { spaceId: string; feedId: string },
): Resource | undefined {
  const wanted = feedId.toLowerCase();
  return model
    .collection("feeds")
    .listInSpace(
      spaceId,
      (feed) => feed.Id.toLowerCase() === wanted || textOf(feed, "Name").toLowerCase() === wanted,
    )[0];
}

/** `feeds-builtin` names the built-in feed in every space (assumed: no client looks it up before it uses that id). */
export function isBuiltInFeed(model: OctopusModel, where: { spaceId: string; feedId: string }): boolean {
  return where.feedId.toLowerCase() === "feeds-builtin" || findFeed(model, where)?.["FeedType"] === "BuiltIn";
}

function wishedVersion(reference: PackageReference, wishes: PackageWishes): string | undefined {
  const chosen = wishes.selected?.find((wish) => isMeant(wish, reference));
  if (chosen !== undefined) return textOf(chosen, "Version");
  return (
    wishes.overrides?.map((text) => overriddenVersion(text, reference)).findLast((version) => version !== undefined) ??
    (wishes.defaultVersion || undefined)
  );
}

function isMeant(wish: Fields, reference: PackageReference): boolean {
  const action = textOf(wish, "ActionName") || textOf(wish, "StepName");
  return action === reference.ActionName && textOf(wish, "PackageReferenceName") === reference.PackageReferenceName;
}

/** A backslash escapes a colon, slash or equals sign (CLI help of `release create --package`). */
function overriddenVersion(text: string, reference: PackageReference): string | undefined {
  const parts = text.split(/(?<!\\)[:=/]/).map((part) => part.replaceAll(/\\([:=/])/g, "$1"));
  const [target = "", name, version] = parts.length === 3 ? parts : [parts[0], undefined, parts[1]];
  const matchesTarget = [reference.PackageId, reference.ActionName, reference.StepName].some(
    (own) => own.toLowerCase() === target.toLowerCase(),
  );
  if (target !== "*" && !matchesTarget) return undefined;
  if (name !== undefined && name !== "*" && name.toLowerCase() !== reference.PackageReferenceName.toLowerCase())
    return undefined;
  return version;
}

function newestVersion(model: OctopusModel, reference: PackageReference, wishes: PackageWishes): string | undefined {
  if (!reference.IsResolvable || !isBuiltInFeed(model, { spaceId: wishes.spaceId, feedId: reference.FeedId }))
    return undefined;
  const versions = builtInVersions(model, { spaceId: wishes.spaceId, packageId: reference.PackageId });
  return versions.find((version) => wishes.accepts?.(reference, version) ?? true);
}

/** Assumed: a real server answers 400, too; its sentences are not known. */
function problemOf(
  model: OctopusModel,
  reference: PackageReference,
  { version, spaceId }: { version: string | undefined; spaceId: string },
): string | undefined {
  const where = `step '${reference.ActionName}'`;
  if (version === undefined || version === "")
    return `No version of package '${reference.PackageId}' for ${where} was found in the feed '${reference.FeedId}'.`;
  if (!reference.IsResolvable || !isBuiltInFeed(model, { spaceId, feedId: reference.FeedId })) return undefined;
  const exists = builtInVersions(model, { spaceId, packageId: reference.PackageId }).some(
    (known) => compareVersions(known, version) === 0,
  );
  return exists
    ? undefined
    : `Package '${reference.PackageId}' version '${version}' for ${where} was not found in the feed '${reference.FeedId}'.`;
}
