import { tryToMerge, type GitUpdate, type GitUpdateOptions } from "../../lib/copies/find-git-update.ts";
import { isAncestor, listCommits } from "../../lib/git/compare.ts";
import type { CommitIdentity } from "../../lib/git/commit-identity.ts";
import { commitMerge, tryMerge, type MergeConflict } from "../../lib/git/merge.ts";
import type { LocalRepository } from "../../lib/git/repository.ts";

export interface BranchOptions {
  update: GitUpdate;
  /** The newest commit of our branch; absent when there is none. */
  present: string | undefined;
  /** How an update is merged into another commit than the copy's newest. */
  merge: Omit<GitUpdateOptions, "into" | "from">;
  message: string;
  /** Who our commits are by. */
  identity: CommitIdentity;
}

export type BranchPlan =
  /** Our branch is to have this commit; `isThere` when it has it already. */
  { kind: "commit"; commit: string; isThere: boolean } | { kind: "conflicts"; conflicts: MergeConflict[] };

/** What our branch is to hold. It only ever goes forward, and what people added to it stays: they may have solved conflicts there. */
export async function planBranch(repository: LocalRepository, options: BranchOptions): Promise<BranchPlan> {
  const { update, present, message, identity } = options;
  if (present !== undefined && (await isAncestor(repository, { base: update.from, head: present })))
    return checkPresent(repository, { update, present });
  if (present !== undefined && (await hasWorkOfPeople(repository, { update, present })))
    return extendBranch(repository, { ...options, present });
  if (update.status !== "mergeable" || update.tree === undefined)
    return { kind: "conflicts", conflicts: update.conflicts };
  const { into, from, tree } = update;
  const commit = await commitMerge(repository, { into, from, tree, message, ...identity });
  if (present === undefined) return { kind: "commit", commit, isThere: false };
  const next = await commitMerge(repository, { into: present, from: commit, tree, message, ...identity });
  return { kind: "commit", commit: next, isThere: false };
}

interface Present {
  update: GitUpdate;
  present: string;
}

async function checkPresent(repository: LocalRepository, { update, present }: Present): Promise<BranchPlan> {
  const merge = await tryMerge(repository, { into: update.into, from: present });
  return merge.outcome === "conflicting"
    ? { kind: "conflicts", conflicts: merge.conflicts }
    : { kind: "commit", commit: present, isThere: true };
}

async function hasWorkOfPeople(repository: LocalRepository, { update, present }: Present): Promise<boolean> {
  const own = await listCommits(repository, { base: update.into, head: present, without: [update.from] });
  return own.some(({ isOurs }) => !isOurs);
}

async function extendBranch(
  repository: LocalRepository,
  { update, present, merge, message, identity }: BranchOptions & Present,
): Promise<BranchPlan> {
  const withCopy = await tryMerge(repository, { into: present, from: update.into });
  if (withCopy.outcome === "conflicting") return { kind: "conflicts", conflicts: withCopy.conflicts };
  const start =
    withCopy.outcome === "mergeable"
      ? await commitMerge(repository, {
          into: present,
          from: update.into,
          tree: withCopy.tree,
          message,
          ...identity,
        })
      : present;
  const merged = await tryToMerge(repository, { ...merge, into: start, from: update.from });
  if (merged.outcome === "conflicting") return { kind: "conflicts", conflicts: merged.conflicts };
  if (merged.outcome !== "mergeable") return { kind: "commit", commit: start, isThere: start === present };
  const { tree } = merged;
  const commit = await commitMerge(repository, { into: start, from: update.from, tree, message, ...identity });
  return { kind: "commit", commit, isThere: false };
}
