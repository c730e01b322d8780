import type { CopyUpdate, UpdateFinder } from "../../lib/copies/find-updates.ts";
import type { GitWorkspace } from "../../lib/copies/git-workspace.ts";
import type { GitHostWithPullRequests, PullRequest } from "../../lib/git-hosts/git-host.ts";
import type { Receipts } from "../../lib/receipts/receipts.ts";
import type { MergeSubject } from "./describe-merge.ts";
import { recordMergeState, type MergeState } from "./merge-state.ts";

export interface MergeCopyOptions {
  finder: UpdateFinder;
  receipts: Receipts;
  /** Absent: push to the default branch, or to our own. */
  host: GitHostWithPullRequests | undefined;
  /** Whether our own branch is all that can be offered, since the host has no pull requests. */
  onlyBranch: boolean;
  /** The branch that a pull request brings. */
  branch: string;
  /** The folder of the template's OCL. */
  templatePath: string;
  subject: MergeSubject;
  onlyPlan: boolean;
  signal: AbortSignal;
}

export type GitCopy = Extract<CopyUpdate, { kind: "git" }>;

export interface GitMergeOptions extends MergeCopyOptions {
  workspace: GitWorkspace;
  pull: PullRequest | undefined;
}

/** Into the receipt, unless nothing is to be written. */
export async function record(
  { copy, stepTemplates }: GitCopy,
  { receipts, onlyPlan }: GitMergeOptions,
  state: MergeState,
): Promise<void> {
  if (!onlyPlan) await recordMergeState(receipts, copy, { state, stepTemplates });
}
