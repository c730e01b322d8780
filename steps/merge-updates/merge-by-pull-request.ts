import { count } from "../../lib/copies/describe-update.ts";
import { isAncestor } from "../../lib/git/compare.ts";
import type { GitHostWithPullRequests, PullRequest } from "../../lib/git-hosts/git-host.ts";
import { renderCommitMessage, renderPullRequest } from "./describe-merge.ts";
import { pushMerge, record, type GitCopy, type GitMergeOptions } from "./git-merge.ts";
import { toConflict, type MergeResult } from "./merge-result.ts";
import { readMergeState, toPullRequestPath } from "./merge-state.ts";
import { removeStale, type OwnBranch } from "./own-branch.ts";
import { planBranch, type BranchPlan } from "./plan-branch.ts";

interface PullRequestOptions extends GitMergeOptions {
  host: GitHostWithPullRequests;
}

/** The open pull request with the template's newest changes, made or brought up to date; none where people declined these. */
export async function mergeByPullRequest(
  found: GitCopy,
  options: PullRequestOptions,
  own: OwnBranch,
): Promise<MergeResult> {
  const { copy } = found;
  const path = toPullRequestPath(options.host, copy, { branch: options.branch });
  const pull = options.pull ?? (own.present === undefined ? undefined : await options.host.pullRequests.find(path));
  if (pull !== undefined && (await isDeclined(found, { ...options, pull }, own.present)))
    return describeDeclined(copy, pull);
  const plan = await planOwnBranch(found, options, own);
  if (plan.kind === "conflicts") return toConflict(copy, plan.conflicts, pull?.state === "open" ? pull : undefined);
  if (options.onlyPlan) return describePlan(found, { pull, isThere: plan.isThere });
  await pushOwnBranch(found, options, { own, plan });
  const ensured = await options.host.pullRequests.ensure(path, renderPullRequest(found.update, options.subject));
  await recordPullRequest(found, options, ensured);
  return describeEnsured(found, ensured, { pull, isThere: plan.isThere });
}

/** What our branch is to hold. */
export function planOwnBranch(
  { copy, update, stepTemplates }: GitCopy,
  { workspace, subject, templatePath, identity }: GitMergeOptions,
  { present }: OwnBranch,
): Promise<BranchPlan> {
  const { commit: mergedUpTo } = readMergeState(copy.receipt);
  return planBranch(workspace.repository, {
    update,
    present,
    merge: {
      mergedUpTo,
      stepTemplates,
      names: copy.receipt.names,
      templatePath,
      copyPath: copy.repository?.basePath ?? "",
    },
    message: renderCommitMessage(update, subject),
    identity,
  });
}

/** A merged branch goes first, so that the new one begins at the copy's newest commit. */
export async function pushOwnBranch(
  found: GitCopy,
  options: GitMergeOptions,
  { own, plan }: { own: OwnBranch; plan: Extract<BranchPlan, { kind: "commit" }> },
): Promise<void> {
  await removeStale(found, options, own);
  if (!plan.isThere) await pushMerge(found, options, { commit: plan.commit, branch: options.branch });
}

async function recordPullRequest(found: GitCopy, options: PullRequestOptions, { number }: PullRequest): Promise<void> {
  const known = readMergeState(found.copy.receipt);
  await record(found, options, { ...known, offered: found.update.from, pullRequest: String(number) });
}

/** Closed with the newest changes in it, as the receipt or the branch says. */
async function isDeclined(
  { copy, update }: GitCopy,
  { pull, workspace: { repository } }: GitMergeOptions,
  present: string | undefined,
): Promise<boolean> {
  if (pull?.state !== "closed") return false;
  const { offered, pullRequest } = readMergeState(copy.receipt);
  if (pullRequest === String(pull.number) && offered !== undefined) return offered === update.from;
  return present !== undefined && (await isAncestor(repository, { base: update.from, head: present }));
}

function describeDeclined(copy: GitCopy["copy"], pull: PullRequest): MergeResult {
  const text = `People closed the pull request ${link(pull)} without merging it. The template's next changes are offered again.`;
  return { copy, outcome: "declined", text, isChanged: false, pullRequest: pull };
}

interface Before {
  pull: PullRequest | undefined;
  /** Whether our branch had all of it. */
  isThere: boolean;
}

function describeEnsured({ copy, update }: GitCopy, ensured: PullRequest, { pull, isThere }: Before): MergeResult {
  const isNew = pull === undefined || pull.number !== ensured.number;
  const does = isNew ? "brings" : isThere ? "still waits with" : "was updated, and brings";
  const text = `The pull request ${link(ensured)} ${does} ${count(update.behind, "commit")} of the template.`;
  return { copy, outcome: "pull-request", text, isChanged: isNew || !isThere, pullRequest: ensured };
}

function describePlan({ copy, update }: GitCopy, { pull, isThere }: Before): MergeResult {
  const isOpen = pull?.state === "open";
  const what = isOpen ? `${isThere ? "brings" : "would be updated, to bring"}` : "would bring";
  const text = `${isOpen ? `The pull request ${link(pull)}` : "A pull request"} ${what} ${count(update.behind, "commit")} of the template.`;
  return { copy, outcome: "pull-request", text, isChanged: !isOpen || !isThere, ...(isOpen && { pullRequest: pull }) };
}

function link(pull: PullRequest): string {
  return `[#${pull.number}](${pull.webUrl})`;
}
