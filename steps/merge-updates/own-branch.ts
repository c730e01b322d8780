import { tryMerge } from "../../lib/git/merge.ts";
import { removeRemoteBranch } from "../../lib/git/push.ts";
import { findCommit } from "../../lib/git/repository.ts";
import type { GitCopy, GitMergeOptions } from "./git-merge.ts";

/** The branch that our pull requests come from. */
export interface OwnBranch {
  /** What our branch holds that the copy lacks; absent when there is nothing of the kind. */
  present: string | undefined;
  /** A branch whose contents the copy has: it no longer serves. */
  stale: string | undefined;
}

export async function findOwnBranch(
  { update, remote }: GitCopy,
  { workspace: { repository }, branch }: GitMergeOptions,
): Promise<OwnBranch> {
  const present = await findCommit(repository, remote, { branch });
  if (present === undefined) return { present: undefined, stale: undefined };
  const { outcome } = await tryMerge(repository, { into: update.into, from: present });
  return outcome === "up-to-date" ? { present: undefined, stale: present } : { present, stale: undefined };
}

/** @returns whether there was anything to remove */
export async function removeStale(
  { remote }: GitCopy,
  { workspace: { repository }, branch, onlyPlan }: GitMergeOptions,
  { stale }: OwnBranch,
): Promise<boolean> {
  if (stale === undefined) return false;
  if (!onlyPlan) await removeRemoteBranch(repository, remote, { branch, commit: stale });
  return true;
}
