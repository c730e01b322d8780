import type { Resource } from "../model/collection.ts";
import { textOf } from "../model/fields.ts";
import type { Kind, OctopusModel } from "../model/model.ts";

/** Kinds that OCL names by their slug. */
export type ReferencedKind = Extract<
  Kind,
  | "environments"
  | "channels"
  | "workerpools"
  | "feeds"
  | "accounts"
  | "certificates"
  | "machines"
  | "teams"
  | "projects"
>;

/** Turns ids into slugs when a file is written, and slugs into ids when it is read. */
export interface References {
  /** An id that nothing has, a slug or a text with a variable in it stay as they are. */
  toSlug(kind: ReferencedKind, id: string): string;
  /** @param where - who names it, for the sentence: `step "deploy"` */
  toId(kind: ReferencedKind, slug: string, where: string): string;
  /** What {@link toId} did not find, one sentence each. */
  readonly missing: string[];
}

const nouns: Record<ReferencedKind, string> = {
  environments: "environment",
  channels: "channel",
  workerpools: "worker pool",
  feeds: "feed",
  accounts: "account",
  certificates: "certificate",
  machines: "deployment target",
  teams: "team",
  projects: "project",
};

/** Documents of one space, channels of one project, teams of the space and of the whole server. */
export function createReferences(
  model: OctopusModel,
  { spaceId, projectId }: { spaceId: string; projectId: string },
): References {
  const missing: string[] = [];

  function documents(kind: ReferencedKind): Resource[] {
    const ofSpace = model.collection(kind).listInSpace(spaceId);
    if (kind === "channels") return ofSpace.filter((channel) => channel["ProjectId"] === projectId);
    return kind === "teams"
      ? [...ofSpace, ...model.collection("teams").list((team) => typeof team["SpaceId"] !== "string")]
      : ofSpace;
  }

  function find(kind: ReferencedKind, matches: (document: Resource) => boolean): Resource | undefined {
    return documents(kind).find(matches);
  }

  return {
    missing,
    toSlug(kind, id) {
      const found =
        id === "feeds-builtin" && kind === "feeds"
          ? find(kind, isBuiltIn)
          : find(kind, (document) => document.Id === id);
      return found === undefined ? id : slugOf(kind, found);
    },
    toId(kind, slug, where) {
      if (slug === "" || slug.includes("#{")) return slug;
      const found =
        find(kind, (document) => slugOf(kind, document) === slug) ?? find(kind, (document) => document.Id === slug);
      // Assumed: a real server refuses to load the file, too; that it names everything at once, and the sentence, are ours.
      if (found === undefined) missing.push(`The ${nouns[kind]} '${slug}' of ${where} does not exist in this space.`);
      return found?.Id ?? slug;
    },
  };
}

function isBuiltIn(feed: Resource): boolean {
  return feed["FeedType"] === "BuiltIn";
}

/** Teams of the whole server are `global/…` (read in files of public repositories). */
function slugOf(kind: ReferencedKind, document: Resource): string {
  const slug = textOf(document, "Slug") || document.Id;
  return kind === "teams" && typeof document["SpaceId"] !== "string" ? `global/${slug}` : slug;
}
