import type { Resource } from "../model/collection.ts";
import { fieldsOf, listOf, textOf, type Fields } from "../model/fields.ts";
import type { OctopusModel } from "../model/model.ts";
import { isBuiltInFeed } from "../model/package-selection.ts";
import { actionsIn, findProcess, packageReferencesIn, type PackageReference } from "../model/processes.ts";
import { createByName } from "../routes/release-creation.ts";
import { attempt } from "./attempt.ts";
import { createServerCall } from "./server-call.ts";

/**
 * A package that was pushed to the built-in feed makes a release of each project that waits for it, by its own setting or by a trigger
 * (docs, automatic release creation; feed triggers).
 */
export function releasePackage(model: OctopusModel, item: Resource): void {
  const space = model.collection("spaces").find(textOf(item, "SpaceId"));
  if (space === undefined) return;
  for (const project of model.collection("projects").listInSpace(space.Id)) {
    for (const wish of wishesOf(model, project)) {
      if (!isWaitedFor(model, wish.reference, item)) continue;
      void attempt(model, {
        space,
        what: `Automatic release of ${textOf(project, "Name")}`,
        related: [project.Id, item.Id],
        work: () => createByName(createServerCall(model, { space, body: bodyFor(project, wish, item) })),
      });
    }
  }
}

/** A package that a release is to be made for. */
interface Wish {
  reference: PackageReference;
  channelId: string;
}

function bodyFor(project: Resource, { reference, channelId }: Wish, item: Resource): Fields {
  const { ActionName, PackageReferenceName } = reference;
  return {
    ProjectIdOrName: project.Id,
    ChannelIdOrName: channelId,
    SelectedPackages: [{ ActionName, PackageReferenceName, Version: textOf(item, "Version") }],
  };
}

function wishesOf(model: OctopusModel, project: Resource): Wish[] {
  const process = findProcess(model, { kind: "deploymentprocesses", ownerId: project.Id });
  if (process === undefined || project["IsDisabled"] === true) return [];
  return [...ownWishes(project, process), ...triggerWishes(model, project, process)];
}

function ownWishes(project: Resource, process: Fields): Wish[] {
  if (project["AutoCreateRelease"] !== true) return [];
  const strategy = fieldsOf(project, "ReleaseCreationStrategy");
  const named = fieldsOf(strategy, "ReleaseCreationPackage");
  return packageReferencesIn(process)
    .filter(
      (reference) =>
        reference.ActionName === named["DeploymentAction"] &&
        reference.PackageReferenceName === textOf(named, "PackageReference"),
    )
    .map((reference) => ({ reference, channelId: textOf(strategy, "ChannelId") }));
}

function triggerWishes(model: OctopusModel, project: Resource, process: Fields): Wish[] {
  const triggers = model
    .collection("projecttriggers")
    .listInSpace(textOf(project, "SpaceId"), (trigger) => trigger["ProjectId"] === project.Id && isForFeed(trigger));
  return triggers.flatMap((trigger) =>
    listOf(fieldsOf(trigger, "Filter"), "Packages").flatMap((named) =>
      packageReferencesIn(process)
        .filter((reference) => isNamed(process, reference, named))
        .map((reference) => ({ reference, channelId: textOf(fieldsOf(trigger, "Action"), "ChannelId") })),
    ),
  );
}

function isForFeed(trigger: Resource): boolean {
  const isRelease = fieldsOf(trigger, "Action")["ActionType"] === "CreateRelease";
  return isRelease && fieldsOf(trigger, "Filter")["FilterType"] === "FeedFilter" && trigger["IsDisabled"] !== true;
}

function isNamed(process: Fields, reference: PackageReference, named: Fields): boolean {
  const action = actionsIn(process).find((candidate) => candidate["Name"] === reference.ActionName) ?? {};
  return (
    action["Slug"] === named["DeploymentActionSlug"] &&
    reference.PackageReferenceName === textOf(named, "PackageReference")
  );
}

function isWaitedFor(model: OctopusModel, reference: PackageReference, item: Resource): boolean {
  const isSame = reference.PackageId.toLowerCase() === textOf(item, "PackageId").toLowerCase();
  return isSame && isBuiltInFeed(model, { spaceId: textOf(item, "SpaceId"), feedId: reference.FeedId });
}
