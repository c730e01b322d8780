import type { Resource } from "../model/collection.ts";
import { fieldsOf, isFields, textOf } from "../model/fields.ts";
import type { OctopusModel } from "../model/model.ts";
import { compareVersions, parseVersion } from "../model/versions.ts";

/** Releases of a project, oldest first. */
export function releasesOf(model: OctopusModel, projectId: string): Resource[] {
  const spaceId = textOf(model.collection("projects").find(projectId) ?? {}, "SpaceId");
  return model.collection("releases").listInSpace(spaceId, (release) => release["ProjectId"] === projectId);
}

export interface NextVersionOptions {
  project: Resource;
  channel: Resource | undefined;
  /** What the release will take, for projects whose versions follow a package. */
  selected?: readonly { ActionName: string; PackageReferenceName: string; Version: string }[];
}

/** The next version after the highest one by the project's template (docs, release versioning); the first is 0.0.1. */
export function nextReleaseVersion(
  model: OctopusModel,
  { project, channel, selected = [] }: NextVersionOptions,
): string {
  const strategy = fieldsOf(project, "VersioningStrategy");
  const donor = strategy["DonorPackage"];
  if (isFields(donor)) return donorVersion(donor, selected) ?? "";
  const releases = releasesOf(model, project.Id);
  const last = highest(releases);
  const lastInChannel = highest(releases.filter((release) => release["ChannelId"] === channel?.Id));
  const values = {
    ...variablesOf(last, "Version"),
    ...variablesOf(lastInChannel, "Version.Channel"),
    ...dateVariables(model.now()),
  };
  const template =
    textOf(strategy, "Template") ||
    "#{Octopus.Version.LastMajor}.#{Octopus.Version.LastMinor}.#{Octopus.Version.NextPatch}";
  return fill(template, new Map(Object.entries(values)), channel);
}

/** `i` in a template counts the last version's part up (docs, release versioning: "Using i"). */
function fill(template: string, values: ReadonlyMap<string, string>, channel: Resource | undefined): string {
  const named = template.replaceAll(/#\{(.+?)\}/g, (token, name: string) =>
    name === "Octopus.Release.Channel.Name" ? textOf(channel ?? {}, "Name") : (values.get(name) ?? token),
  );
  const next = ["NextMajor", "NextMinor", "NextPatch", "NextRevision"];
  return named
    .split(".")
    .map((part, index) =>
      part === "i" || part === "c"
        ? (values.get(`Octopus.Version.${part === "c" ? "Channel." : ""}${next[index]}`) ?? "0")
        : part,
    )
    .join(".");
}

function variablesOf(version: string, prefix: string): Record<string, string> {
  const numbers = parseVersion(version)?.numbers ?? [];
  const values: Record<string, string> = {};
  for (const [index, part] of ["Major", "Minor", "Patch", "Build", "Revision"].entries()) {
    const number = numbers[part === "Build" ? 2 : part === "Revision" ? 3 : index] ?? 0;
    values[`Octopus.${prefix}.Last${part}`] = String(number);
    values[`Octopus.${prefix}.Next${part}`] = String(number + 1);
  }
  values[`Octopus.${prefix}.LastSuffix`] = parseVersion(version)?.tag ?? "";
  return values;
}

function dateVariables(now: Date): Record<string, string> {
  const dayOfYear = Math.floor(
    (Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate()) - Date.UTC(now.getUTCFullYear(), 0, 0)) /
      86_400_000,
  );
  return {
    "Octopus.Date.Day": String(now.getUTCDate()),
    "Octopus.Date.Month": String(now.getUTCMonth() + 1),
    "Octopus.Date.Year": String(now.getUTCFullYear()),
    "Octopus.Date.DayOfYear": String(dayOfYear),
    "Octopus.Time.Hour": String(now.getUTCHours()),
    "Octopus.Time.Minute": String(now.getUTCMinutes()),
    "Octopus.Time.Second": String(now.getUTCSeconds()),
  };
}

function donorVersion(donor: Record<string, unknown>, selected: NextVersionOptions["selected"]): string | undefined {
  return selected?.find(
    (one) =>
      one.ActionName === textOf(donor, "DeploymentAction") &&
      one.PackageReferenceName === textOf(donor, "PackageReference"),
  )?.Version;
}

function highest(releases: readonly Resource[]): string {
  return (
    releases
      .map((release) => textOf(release, "Version"))
      .toSorted(compareVersions)
      .at(-1) ?? ""
  );
}
