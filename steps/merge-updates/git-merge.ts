import type { CopyUpdate, UpdateFinder } from "../../lib/copies/find-updates.ts";
import type { GitWorkspace } from "../../lib/copies/git-workspace.ts";
import type { ListVersions } from "../../lib/copies/list-versions.ts";
import type { GitHost, GitHostWithPullRequests, MergeMethod, PullRequest } from "../../lib/git-hosts/git-host.ts";
import type { RepositoryPath } from "../../lib/git-hosts/host-access.ts";
import type { CommitIdentity } from "../../lib/git/commit-identity.ts";
import { bringLfsFiles } from "../../lib/git-lfs/bring-lfs-files.ts";
import { pushCommit } from "../../lib/git/push.ts";
import type { StepLog } from "../../lib/step/define-step.ts";
import type { Receipts } from "../../lib/receipts/receipts.ts";
import type { MergeSubject } from "./describe-merge.ts";
import { recordMergeState, type MergeState } from "./merge-state.ts";

export interface MergeCopyOptions {
  finder: UpdateFinder<GitHost>;
  receipts: Receipts;
  /** Absent: push to the default branch, or to our own. */
  host: GitHostWithPullRequests | undefined;
  /** Whether our own branch is all that can be offered, since the host has no pull requests. */
  onlyBranch: boolean;
  /** The branch that a pull request brings. */
  branch: string;
  /** How changes come to the default branch. */
  mergeMethod: MergeMethod | "repository";
  /** Whether the host is asked to merge a pull request of ours. */
  mergeRequest: boolean;
  /** Whether conflicts go to our branch, for people to finish there. */
  markConflicts: boolean;
  /** The folder of the template's OCL. */
  templatePath: string;
  subject: MergeSubject;
  /** Who our commits are by. */
  identity: CommitIdentity;
  listVersions: ListVersions | undefined;
  onlyPlan: boolean;
  signal: AbortSignal;
  log: StepLog;
}

export type GitCopy = Extract<CopyUpdate, { kind: "git" }>;

export interface GitMergeOptions extends MergeCopyOptions {
  workspace: GitWorkspace;
  pull: PullRequest | undefined;
}

/** Puts a commit of ours on a branch of the copy, with the large files that came with the template's. */
export async function pushMerge(
  { update, remote }: GitCopy,
  { workspace: { repository }, finder: { access }, signal, log }: GitMergeOptions,
  { commit, branch }: { commit: string; branch: string },
): Promise<void> {
  const from = repository.remotes.get("upstream");
  const listCredentials = (): ReturnType<typeof access.listCredentials> => access.listCredentials();
  const range = { commit, without: [update.into] };
  if (from !== undefined) await bringLfsFiles(repository, { from, to: remote, ...range, listCredentials, signal, log });
  await pushCommit(repository, remote, { commit, branch });
}

/** Into the receipt, unless nothing is to be written. */
export async function record(
  { copy, stepTemplates }: GitCopy,
  { receipts, onlyPlan }: GitMergeOptions,
  state: MergeState,
): Promise<void> {
  if (!onlyPlan) await recordMergeState(receipts, copy, { state, stepTemplates });
}

/** How this repository gets its changes: what was asked for, else what it prefers, else what every host can. */
export async function findMethod(
  host: GitHost | undefined,
  path: RepositoryPath | undefined,
  asked: MergeMethod | "repository",
): Promise<MergeMethod> {
  if (asked !== "repository") return asked;
  const repository = host === undefined || path === undefined ? undefined : await host.findRepository(path);
  return repository?.mergeMethods?.[0] ?? "merge";
}
