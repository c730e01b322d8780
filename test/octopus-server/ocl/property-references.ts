import type { ReferencedKind } from "./references.ts";

/**
 * Properties of actions that hold ids: OCL has slugs there. Named in Octopus's public notes on names and ids in version control. The id of a
 * step template is none of them: `Octopus.Action.Template.Id` stays as it is, which is why a file cannot go to another space unchanged.
 */
const kinds: Readonly<Record<string, ReferencedKind>> = {
  "Octopus.Action.Package.FeedId": "feeds",
  "Octopus.Action.Package.NuGetFeedId": "feeds",
  "Octopus.Action.DeployRelease.ProjectId": "projects",
  "Octopus.Action.Azure.AccountId": "accounts",
  "Octopus.Action.Email.ToTeamIds": "teams",
  "Octopus.Action.Email.CCTeamIds": "teams",
  "Octopus.Action.Email.BccTeamIds": "teams",
  "Octopus.Action.Manual.ResponsibleTeamIds": "teams",
};

/** Replaces each id (or slug) that a property holds; lists are separated by commas. */
export function mapPropertyReferences(
  properties: Readonly<Record<string, string>>,
  replace: (kind: ReferencedKind, reference: string) => string,
): Record<string, string> {
  const entries = Object.entries(properties).map(([name, value]) => {
    const kind = kinds[name];
    return [
      name,
      kind === undefined
        ? value
        : value
            .split(",")
            .map((part) => replace(kind, part.trim()))
            .join(","),
    ];
  });
  return Object.fromEntries(entries);
}
