import type { Copy } from "../../lib/copies/find-copies.ts";
import { count, describeBroken, describeWarnings } from "../../lib/copies/describe-update.ts";
import { listBrokenOcl } from "../../lib/copies/find-broken-ocl.ts";
import { findMovedSubmodule } from "../../lib/copies/find-moved-submodule.ts";
import { listChangedFiles } from "../../lib/git/compare.ts";
import type { CopyUpdate } from "../../lib/copies/find-updates.ts";
import { readConflicts } from "../../lib/copies/read-conflicts.ts";
import type { PullRequest } from "../../lib/git-hosts/git-host.ts";
import { StepError } from "../../lib/step/errors.ts";
import { record, type GitCopy, type GitMergeOptions, type MergeCopyOptions } from "./git-merge.ts";
import { mergeByBranch } from "./merge-by-branch.ts";
import { mergeByPullRequest } from "./merge-by-pull-request.ts";
import { mergeByPush } from "./merge-by-push.ts";
import type { MergeResult } from "./merge-result.ts";
import { readMergeState, toPullRequestPath, withMergedPullRequest } from "./merge-state.ts";
import { findOwnBranch, removeStale, type OwnBranch } from "./own-branch.ts";

const isToBeMoved = 'Is not in Git, and its template is. Run the step "Move Copies to Git" for this space.';

/** Brings the template's changes to one copy. Never throws for what is wrong with it alone. */
export async function mergeCopy(copy: Copy, options: MergeCopyOptions): Promise<MergeResult> {
  if (options.subject.templateUrl !== "" && copy.project !== undefined && copy.repository === undefined)
    return { copy, outcome: "database", text: isToBeMoved, isChanged: false };
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
  return host.pullRequests.find(toPullRequestPath(host, copy, { branch }));
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

async function mergeInGit(found: GitCopy, options: GitMergeOptions): Promise<MergeResult> {
  const { copy, update } = found;
  const branch = await findOwnBranch(found, options);
  if (update.status === "up-to-date") return finish(found, options, branch);
  const blocked = await findBlocker(found, options);
  if (blocked !== undefined) return { copy, outcome: "blocked", text: blocked, isChanged: false };
  return withFiles(await merge(found, options, branch), found, options);
}

/** In the way that was chosen, as far as the host has it. */
async function merge(found: GitCopy, options: GitMergeOptions, branch: OwnBranch): Promise<MergeResult> {
  if (options.onlyBranch) return mergeByBranch(found, options, branch);
  return options.host === undefined
    ? mergeByPush(found, options, branch)
    : mergeByPullRequest(found, { ...options, host: options.host }, branch);
}

/** What is told about conflicts, solved ones too. */
async function withFiles(
  result: MergeResult,
  { update }: GitCopy,
  { workspace: { repository } }: GitMergeOptions,
): Promise<MergeResult> {
  const told = { ...result, solved: update.solved };
  if (result.conflicts === undefined) return told;
  return { ...told, files: await readConflicts(repository, result.conflicts, update.stages) };
}

async function finish(found: GitCopy, options: GitMergeOptions, branch: OwnBranch): Promise<MergeResult> {
  const { copy, update } = found;
  await record(found, options, { commit: update.from });
  const isRemoved = await removeStale(found, options, branch);
  const what = isRemoved ? ` The branch "${options.branch}" ${options.onlyPlan ? "would be" : "was"} removed.` : "";
  const broken = update.broken.map((problem) => ` ${describeBroken(problem)}`).join("");
  return { copy, outcome: "up-to-date", text: `Has all of the template.${what}${broken}`, isChanged: isRemoved };
}

/** Why the update must not be merged although Git could do it. */
async function findBlocker(
  found: GitCopy,
  { workspace: { repository }, subject }: GitMergeOptions,
): Promise<string | undefined> {
  const { copy, update, missingStepTemplates } = found;
  if (update.status === "unrelated" || missingStepTemplates.length > 0)
    return describeWarnings({
      ...found,
      packagesBehind: 0,
      update: { ...update, conflicts: [], broken: [], wasRewritten: false },
    }).join(" ");
  if (update.tree === undefined) return undefined;
  const { tree, into } = update;
  const { url: to = "", basePath = "" } = copy.repository ?? {};
  const moved = await findMovedSubmodule(repository, { tree, into, from: subject.templateUrl, to });
  if (moved !== undefined || update.status !== "mergeable") return moved;
  const changed = await listChangedFiles(repository, { base: into, head: tree });
  const all = [...new Set([...changed, ...update.editedFiles])];
  const broken = await listBrokenOcl(repository, { tree, changed: all, basePath });
  return broken.length === 0 ? undefined : `Octopus could not load the project after the merge. ${broken.join(" ")}`;
}
