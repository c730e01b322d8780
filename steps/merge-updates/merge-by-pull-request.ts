import { count, describeBroken } from "../../lib/copies/describe-update.ts";
import { listBrokenOcl } from "../../lib/copies/find-broken-ocl.ts";
import { isAncestor, listChangedFiles } from "../../lib/git/compare.ts";
import type { GitHostWithPullRequests, MergeMethod, PullRequest } from "../../lib/git-hosts/git-host.ts";
import { ConflictError, NotAllowedError } from "../../lib/step/errors.ts";
import { renderCommitMessage, renderPullRequest } from "./describe-merge.ts";
import { findMethod, pushMerge, record, type GitCopy, type GitMergeOptions } from "./git-merge.ts";
import { toConflict, type MergeResult } from "./merge-result.ts";
import { readMergeState, toPullRequestPath } from "./merge-state.ts";
import { removeStale, type OwnBranch } from "./own-branch.ts";
import { planBranch, type BranchPlan } from "./plan-branch.ts";

interface PullRequestOptions extends GitMergeOptions {
  host: GitHostWithPullRequests;
}

type CommitPlan = Extract<BranchPlan, { kind: "commit" }>;

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
  if (options.onlyPlan) return describePlan(found, { pull, plan });
  await pushOwnBranch(found, options, { own, plan });
  const content = await renderContent(found, options, plan);
  const ensured = await options.host.pullRequests.ensure(path, content);
  await recordPullRequest(found, options, { ensured, plan });
  if (plan.held.length > 0) return describeHeld(found, ensured, { pull, plan });
  const described = describeEnsured(found, ensured, { pull, plan });
  return options.mergeRequest ? mergeRequest(found, options, { ensured, plan, described }) : described;
}

/** What our branch is to hold. */
export function planOwnBranch(
  { copy, update, stepTemplates }: GitCopy,
  { workspace, subject, templatePath, markConflicts, identity }: GitMergeOptions,
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
    markConflicts,
  });
}

async function renderContent(
  { copy, update }: GitCopy,
  { subject, listVersions }: PullRequestOptions,
  { held }: CommitPlan,
): Promise<{ title: string; body: string }> {
  const { commit: mergedUpTo } = readMergeState(copy.receipt);
  const versions = (await listVersions?.(update, mergedUpTo)) ?? [{ version: undefined, commits: update.incoming }];
  return renderPullRequest(update, { subject, versions, held });
}

/** A merged branch goes first, so that the new one begins at the copy's newest commit. */
export async function pushOwnBranch(
  found: GitCopy,
  options: GitMergeOptions,
  { own, plan }: { own: OwnBranch; plan: CommitPlan },
): Promise<void> {
  await removeStale(found, options, own);
  if (!plan.isThere) await pushMerge(found, options, { commit: plan.commit, branch: options.branch });
}

/** What waits for people is not offered yet: were it merged as it is, the copy would not have it. */
async function recordPullRequest(
  found: GitCopy,
  options: PullRequestOptions,
  { ensured, plan }: { ensured: PullRequest; plan: CommitPlan },
): Promise<void> {
  const known = readMergeState(found.copy.receipt);
  const offered = plan.isBehind === true ? known.offered : found.update.from;
  await record(found, options, { ...known, offered, pullRequest: String(ensured.number) });
}

interface Merging {
  ensured: PullRequest;
  plan: CommitPlan;
  described: MergeResult;
}

/** Asks the host to merge it: rules of the repository hold, and what is still wanted is told. */
async function mergeRequest(
  found: GitCopy,
  options: PullRequestOptions,
  { ensured, plan, described }: Merging,
): Promise<MergeResult> {
  const { copy, update } = found;
  const broken = await findBroken(found, options, plan);
  if (broken !== undefined) return { ...described, outcome: "blocked", text: `${link(ensured)} stays open: ${broken}` };
  const path = toPullRequestPath(options.host, copy, { branch: options.branch }).repository;
  const method = await findMethod(options.host, path, options.mergeMethod);
  try {
    const answer = await options.host.pullRequests.merge(path, ensured.number, {
      method,
      commit: plan.commit,
      title: ensured.title,
    });
    if (answer.state === "waiting")
      return {
        ...described,
        outcome: "waits",
        text: `The pull request ${link(ensured)} waits: ${toSentence(answer.reason)}`,
      };
  } catch (error) {
    if (!(error instanceof NotAllowedError) && !(error instanceof ConflictError)) throw error;
    return {
      ...described,
      outcome: "blocked",
      text: `The pull request ${link(ensured)} was not merged: ${error.message}`,
    };
  }
  await record(found, options, { commit: update.from });
  const text = `The pull request ${link(ensured)} was merged by ${methods[method]}, with ${count(update.behind, "commit")} of the template.`;
  const { pullRequest: _merged, ...rest } = described;
  return { ...rest, outcome: "merged", text, isChanged: true };
}

const methods: Readonly<Record<MergeMethod, string>> = {
  merge: "a merge commit",
  squash: "a squash",
  rebase: "a rebase",
};

/** What people added to the branch may be nothing that Octopus can load. */
async function findBroken(
  { copy, update }: GitCopy,
  { workspace: { repository } }: PullRequestOptions,
  { commit: tree }: CommitPlan,
): Promise<string | undefined> {
  const changed = await listChangedFiles(repository, { base: update.into, head: tree });
  const [first] = await listBrokenOcl(repository, { tree, changed, basePath: copy.repository?.basePath ?? "" });
  return first && describeBroken(first);
}

function toSentence(reason: string): string {
  const text = reason.trim() || "the host wants something else first";
  return /[.!?]$/.test(text) ? text : `${text}.`;
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
  plan: CommitPlan;
}

/** With conflicts to be finished on the branch. */
function describeHeld({ copy }: GitCopy, ensured: PullRequest, { pull, plan }: Before): MergeResult {
  const { held, isThere, isBehind } = plan;
  const conflicts = held.map(({ conflict }) => conflict);
  const more = isBehind === true ? " The template's newest commits come when that is done." : "";
  const text = `The pull request ${link(ensured)} has ${count(conflicts.length, "file")} to be decided: finish it on the host, in its branch.${more}`;
  const isChanged = !isThere || pull?.number !== ensured.number;
  return { copy, outcome: "conflicting", text, isChanged, conflicts, isMarked: true, pullRequest: ensured };
}

function describeEnsured(
  { copy, update }: GitCopy,
  ensured: PullRequest,
  { pull, plan: { isThere } }: Before,
): MergeResult {
  const isNew = pull === undefined || pull.number !== ensured.number;
  const does = isNew ? "brings" : isThere ? "still waits with" : "was updated, and brings";
  const text = `The pull request ${link(ensured)} ${does} ${count(update.behind, "commit")} of the template.`;
  return { copy, outcome: "pull-request", text, isChanged: isNew || !isThere, pullRequest: ensured };
}

function describePlan({ copy, update }: GitCopy, { pull, plan }: Before): MergeResult {
  const { isThere, held } = plan;
  const isOpen = pull?.state === "open";
  const what = isOpen ? `${isThere ? "brings" : "would be updated, to bring"}` : "would bring";
  const which = isOpen ? `The pull request ${link(pull)}` : "A pull request";
  const to = held.length === 0 ? "" : `, with ${count(held.length, "file")} for people to decide in its branch`;
  return {
    copy,
    outcome: held.length === 0 ? "pull-request" : "conflicting",
    text: `${which} ${what} ${count(update.behind, "commit")} of the template${to}.`,
    isChanged: !isOpen || !isThere,
    ...(isOpen && { pullRequest: pull }),
    ...(held.length > 0 && { conflicts: held.map(({ conflict }) => conflict), isMarked: isThere || undefined }),
  };
}

function link(pull: PullRequest): string {
  return `[#${pull.number}](${pull.webUrl})`;
}
