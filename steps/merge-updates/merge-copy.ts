import type { Receipts } from "../../lib/receipts/receipt.ts";
import type { Copy } from "../../lib/copies/find-copies.ts";
import { count, describeWarnings } from "../../lib/copies/describe-update.ts";
import { listBrokenOcl } from "../../lib/copies/find-broken-ocl.ts";
import type { CopyUpdate, UpdateFinder } from "../../lib/copies/find-updates.ts";
import type { GitWorkspace } from "../../lib/copies/git-workspace.ts";
import { isAncestor } from "../../lib/git/compare.ts";
import { tryMerge, commitMerge, type MergeConflict } from "../../lib/git/merge.ts";
import { pushCommit, removeRemoteBranch } from "../../lib/git/push.ts";
import { findCommit } from "../../lib/git/repository.ts";
import type { GitHost, PullRequest } from "../../lib/git-hosts/git-host.ts";
import { ourAuthor } from "../../lib/copies/translate-step-templates.ts";
import { StepError } from "../../lib/step/errors.ts";
import { renderCommitMessage, renderPullRequest, type MergeSubject } from "./describe-merge.ts";
import {
  readMergeState,
  recordMergeState,
  withMergedPullRequest,
  toPullRequestPath,
  type MergeState,
} from "./merge-state.ts";
import { planBranch } from "./plan-branch.ts";

export interface MergeCopyOptions {
  finder: UpdateFinder;
  receipts: Receipts;
  /** Absent: push to the default branch. */
  host: GitHost | undefined;
  /** The branch that a pull request brings. */
  branch: string;
  basePath: string;
  subject: MergeSubject;
  onlyPlan: boolean;
  signal: AbortSignal;
}

export interface MergeResult {
  copy: Copy;
  outcome:
    | "up-to-date"
    | "pull-request"
    | "pushed"
    | "conflicting"
    | "declined"
    | "blocked"
    | "gone"
    | "database"
    | "failed";
  /** One sentence. */
  text: string;
  /** What was written, or would be, beside the receipt. */
  isChanged: boolean;
  pullRequest?: PullRequest;
  conflicts?: MergeConflict[];
}

/** Brings the template's changes to one copy. Never throws for what is wrong with it alone. */
export async function mergeCopy(copy: Copy, options: MergeCopyOptions): Promise<MergeResult> {
  try {
    const pull = await findOwnPullRequest(copy, options);
    const found = await options.finder.find(withMergedPullRequest(copy, pull));
    if (found.kind !== "git") return describeOther(found);
    const { workspace } = options.finder;
    if (workspace === undefined) throw new StepError("The repositories were not fetched.");
    return await mergeInGit(found, { ...options, workspace, pull });
  } catch (error) {
    if (!(error instanceof StepError) || options.signal.aborted) throw error;
    return { copy, outcome: "failed", text: error.message, isChanged: false };
  }
}

/** Asked for only where the receipt says that there is one: most copies need no request to the host. */
async function findOwnPullRequest(copy: Copy, { host, branch }: MergeCopyOptions): Promise<PullRequest | undefined> {
  const hasPullRequest = readMergeState(copy.receipt).pullRequest !== undefined;
  if (host === undefined || !hasPullRequest || copy.repository === undefined || copy.project === undefined)
    return undefined;
  return host.findPullRequest(toPullRequestPath(host, copy, { branch }));
}

function describeOther(found: Exclude<CopyUpdate, { kind: "git" }>): MergeResult {
  const { copy } = found;
  if (found.kind === "problem")
    return { copy, outcome: found.isGone ? "gone" : "failed", text: found.text, isChanged: false };
  const { behind, status } = found.update;
  if (status === "up-to-date")
    return { copy, outcome: "up-to-date", text: "Has the newest package.", isChanged: false };
  const text = `Is not in Git, and ${behind === 0 ? "differs from the newest package" : `${count(behind, "version")} behind`}. Run "__ 2. Deploy Project" for this tenant.`;
  return { copy, outcome: "database", text, isChanged: false };
}

type GitCopy = Extract<CopyUpdate, { kind: "git" }>;

interface GitMergeOptions extends MergeCopyOptions {
  workspace: GitWorkspace;
  pull: PullRequest | undefined;
}

async function mergeInGit(found: GitCopy, options: GitMergeOptions): Promise<MergeResult> {
  const { copy, update } = found;
  const cleaning = await findBranch(found, options);
  if (update.status === "up-to-date") return finish(found, options, cleaning);
  const blocked = await findBlocker(found, options);
  if (blocked !== undefined) return { copy, outcome: "blocked", text: blocked, isChanged: false };
  return options.host === undefined
    ? mergeByPush(found, options, cleaning)
    : mergeByPullRequest(found, { ...options, host: options.host }, cleaning);
}

interface OwnBranch {
  /** What our branch holds that the copy lacks; absent when there is nothing of the kind. */
  present: string | undefined;
  /** A branch whose contents the copy has: it no longer serves. */
  stale: string | undefined;
}

async function findBranch(
  { update, remote }: GitCopy,
  { workspace: { repository }, branch }: GitMergeOptions,
): Promise<OwnBranch> {
  const present = await findCommit(repository, remote, { branch });
  if (present === undefined) return { present: undefined, stale: undefined };
  const { outcome } = await tryMerge(repository, { into: update.into, from: present });
  return outcome === "up-to-date" ? { present: undefined, stale: present } : { present, stale: undefined };
}

async function removeStale(
  { remote }: GitCopy,
  { workspace: { repository }, branch, onlyPlan }: GitMergeOptions,
  { stale }: OwnBranch,
): Promise<boolean> {
  if (stale === undefined) return false;
  if (!onlyPlan) await removeRemoteBranch(repository, remote, { branch, commit: stale });
  return true;
}

async function record(
  { copy, stepTemplates }: GitCopy,
  { receipts, onlyPlan }: GitMergeOptions,
  state: MergeState,
): Promise<void> {
  if (!onlyPlan) await recordMergeState(receipts, copy, { state, stepTemplates });
}

async function finish(found: GitCopy, options: GitMergeOptions, branch: OwnBranch): Promise<MergeResult> {
  const { copy, update } = found;
  await record(found, options, { commit: update.from });
  const isRemoved = await removeStale(found, options, branch);
  const what = isRemoved ? ` The branch "${options.branch}" ${options.onlyPlan ? "would be" : "was"} removed.` : "";
  return { copy, outcome: "up-to-date", text: `Has all of the template.${what}`, isChanged: isRemoved };
}

/** Why the update must not be merged although Git could do it. */
async function findBlocker(
  found: GitCopy,
  { workspace: { repository }, basePath }: GitMergeOptions,
): Promise<string | undefined> {
  const { update, missingStepTemplates } = found;
  if (update.status === "unrelated" || missingStepTemplates.length > 0)
    return describeWarnings({
      ...found,
      packagesBehind: 0,
      update: { ...update, conflicts: [], wasRewritten: false },
    }).join(" ");
  if (update.status !== "mergeable" || update.tree === undefined) return undefined;
  const broken = await listBrokenOcl(repository, { into: update.into, tree: update.tree, basePath });
  return broken.length === 0 ? undefined : `Octopus could not load the project after the merge. ${broken.join(" ")}`;
}

async function mergeByPush(found: GitCopy, options: GitMergeOptions, branch: OwnBranch): Promise<MergeResult> {
  const { copy, update, remote } = found;
  const { repository } = options.workspace;
  const target = copy.repository?.defaultBranch ?? "";
  if (update.status !== "mergeable" || update.tree === undefined) return toConflict(copy, update.conflicts);
  const sentence = `${count(update.behind, "commit")} of the template ${options.onlyPlan ? "would be" : update.behind === 1 ? "was" : "were"} merged into "${target}".`;
  if (options.onlyPlan) return { copy, outcome: "pushed", text: sentence, isChanged: true };
  const { into, from, tree } = update;
  const message = renderCommitMessage(update, options.subject);
  const commit = await commitMerge(repository, { into, from, tree, message, author: ourAuthor });
  await pushCommit(repository, remote, { commit, branch: target });
  await record(found, options, { commit: from });
  await removeStale(found, options, branch);
  return { copy, outcome: "pushed", text: sentence, isChanged: true };
}

interface PullRequestOptions extends GitMergeOptions {
  host: GitHost;
}

async function mergeByPullRequest(
  found: GitCopy,
  options: PullRequestOptions,
  { present, stale }: OwnBranch,
): Promise<MergeResult> {
  const { copy, update, remote } = found;
  const { host, branch, subject, workspace, onlyPlan } = options;
  const path = toPullRequestPath(host, copy, { branch });
  const pull = options.pull ?? (present === undefined ? undefined : await host.findPullRequest(path));
  if (await isDeclined(found, { ...options, pull }, present))
    return {
      copy,
      outcome: "declined",
      text: `People closed the pull request ${link(pull)} without merging it. The template's next changes are offered again.`,
      isChanged: false,
      ...(pull && { pullRequest: pull }),
    };

  const plan = await planBranch(workspace.repository, {
    update,
    present,
    merge: { ...mergeOptionsOf(found), basePath: options.basePath },
    message: renderCommitMessage(update, subject),
  });
  if (plan.kind === "conflicts") return toConflict(copy, plan.conflicts, pull?.state === "open" ? pull : undefined);
  if (onlyPlan) return describePlan(found, { pull, isThere: plan.isThere });

  // A merged branch goes first, so that the new one begins at the copy's newest commit.
  await removeStale(found, options, { present, stale });
  if (!plan.isThere) await pushCommit(workspace.repository, remote, { commit: plan.commit, branch });
  const content = renderPullRequest(update, subject);
  const ensured = await host.ensurePullRequest(path, content);
  await record(found, options, {
    ...readMergeState(copy.receipt),
    offered: update.from,
    pullRequest: String(ensured.number),
  });
  const isNew = pull === undefined || pull.number !== ensured.number;
  const text = `The pull request ${link(ensured)} ${isNew ? "brings" : plan.isThere ? "still waits with" : "was updated, and brings"} ${count(update.behind, "commit")} of the template.`;
  return { copy, outcome: "pull-request", text, isChanged: isNew || !plan.isThere, pullRequest: ensured };
}

function mergeOptionsOf({ copy, stepTemplates }: GitCopy): {
  mergedUpTo: string | undefined;
  stepTemplates: GitCopy["stepTemplates"];
} {
  return { mergedUpTo: readMergeState(copy.receipt).commit, stepTemplates };
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

function describePlan(
  { copy, update }: GitCopy,
  { pull, isThere }: { pull: PullRequest | undefined; isThere: boolean },
): MergeResult {
  const isOpen = pull?.state === "open";
  const what = isOpen ? `${isThere ? "brings" : "would be updated, to bring"}` : "would bring";
  const text = `${isOpen ? `The pull request ${link(pull)}` : "A pull request"} ${what} ${count(update.behind, "commit")} of the template.`;
  return { copy, outcome: "pull-request", text, isChanged: !isOpen || !isThere, ...(isOpen && { pullRequest: pull }) };
}

function toConflict(copy: Copy, conflicts: MergeConflict[], pull?: PullRequest): MergeResult {
  const text = `${count(conflicts.length, "file")} ${conflicts.length === 1 ? "is" : "are"} in conflict.`;
  return { copy, outcome: "conflicting", text, isChanged: false, conflicts, ...(pull && { pullRequest: pull }) };
}

function link(pull: PullRequest | undefined): string {
  return pull === undefined ? "" : `[#${pull.number}](${pull.webUrl})`;
}
