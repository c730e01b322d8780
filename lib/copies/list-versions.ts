import { hasCommit, listCommitIds, type CommitSummary } from "../git/compare.ts";
import { listTags, type LocalRepository, type Tag } from "../git/repository.ts";
import type { GitUpdate } from "./find-git-update.ts";
import type { GitWorkspace } from "./git-workspace.ts";

/** Commits of the template that a copy lacks, and the version that they came with. */
export interface VersionSection {
  /** A tag; undefined for what no version has yet. */
  version: string | undefined;
  commits: CommitSummary[];
}

/** Divides what a copy lacks by the template's versions, newest first. */
export type ListVersions = (
  update: Pick<GitUpdate, "into" | "from" | "incoming">,
  mergedUpTo: string | undefined,
) => Promise<VersionSection[]>;

const version = /^v?\d+\.\d+\.\d+(?:-[\dA-Za-z.-]+)?(?:\+[\dA-Za-z.-]+)?$/;

/** The host is asked for its tags once, and only for who asks. */
export function createVersionLister({ repository }: Pick<GitWorkspace, "repository">): ListVersions {
  let tags: Promise<Tag[]> | undefined;

  return async ({ into, from, incoming }, mergedUpTo) => {
    tags ??= listVersionTags(repository);
    const all = await tags;
    if (all.length === 0) return [{ version: undefined, commits: incoming }];
    const isThere = mergedUpTo !== undefined && (await hasCommit(repository, mergedUpTo));
    const known = [into, ...(isThere ? [mergedUpTo] : [])];
    const order = await listCommitIds(repository, { head: from, without: known });
    const own = all.filter(({ commit }) => order.includes(commit));
    // A commit stands before what it follows: the last one of these is the oldest.
    const oldestFirst = own.toSorted((a, b) => order.indexOf(b.commit) - order.indexOf(a.commit));
    const sections: VersionSection[] = [];
    const seen = new Set<string>();
    for (const [index, { name, commit }] of oldestFirst.entries()) {
      const before = oldestFirst.slice(0, index).map((tag) => tag.commit);
      const ids = new Set(await listCommitIds(repository, { head: commit, without: [...known, ...before] }));
      const commits = incoming.filter((one) => ids.has(one.commit) && !seen.has(one.commit));
      for (const one of commits) seen.add(one.commit);
      if (commits.length > 0) sections.unshift({ version: name, commits });
    }
    const rest = incoming.filter((one) => !seen.has(one.commit));
    return rest.length === 0 ? sections : [{ version: undefined, commits: rest }, ...sections];
  };
}

async function listVersionTags(repository: LocalRepository): Promise<Tag[]> {
  const upstream = repository.remotes.get("upstream");
  return upstream === undefined ? [] : (await listTags(repository, upstream)).filter(({ name }) => version.test(name));
}
