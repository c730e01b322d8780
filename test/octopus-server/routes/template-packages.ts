import type { Resource } from "../model/collection.ts";
import { textOf, type Fields } from "../model/fields.ts";
import { findFeed, isBuiltInFeed } from "../model/package-selection.ts";
import type { PackageReference } from "../model/processes.ts";
import type { Call } from "./route.ts";

interface TemplateOptions {
  references: readonly PackageReference[];
  /** What the release or snapshot before chose. */
  lastSelected: readonly Fields[];
  project: Resource;
}

/** Packages as templates of releases and runbook snapshots list them (go-octopusdeploy `ReleaseTemplatePackage`). */
export function templatePackages(call: Call, { references, lastSelected, project }: TemplateOptions): Fields[] {
  return references.map((reference) => {
    const feed = feedOf(call, reference.FeedId);
    const last = lastSelected.find(
      (one) =>
        one["ActionName"] === reference.ActionName &&
        textOf(one, "PackageReferenceName") === reference.PackageReferenceName,
    );
    return {
      ActionName: reference.ActionName,
      StepName: reference.StepName,
      PackageReferenceName: reference.PackageReferenceName,
      PackageId: reference.PackageId,
      NuGetPackageId: reference.PackageId,
      FeedId: feed.id,
      NuGetFeedId: feed.id,
      FeedName: feed.name,
      NuGetFeedName: feed.name,
      ProjectName: textOf(project, "Name"),
      IsResolvable: reference.IsResolvable,
      VersionSelectedLastRelease: last === undefined ? null : textOf(last, "Version"),
      FixedVersion: reference.FixedVersion || null,
    };
  });
}

/** With the id of this space's built-in feed for `feeds-builtin`, so that clients can ask that feed for versions. */
function feedOf(call: Call, feedId: string): { id: string; name: string } {
  const where = { spaceId: call.space.Id, feedId };
  const builtIn = isBuiltInFeed(call.model, where)
    ? call.model.collection("feeds").listInSpace(call.space.Id, (feed) => feed["FeedType"] === "BuiltIn")[0]
    : undefined;
  const feed = builtIn ?? findFeed(call.model, where);
  return { id: feed?.Id ?? feedId, name: textOf(feed ?? {}, "Name") };
}
