import { count } from "../../lib/copies/describe-update.ts";
import { replayCommits } from "../../lib/copies/replay-commits.ts";
import { commitMerge } from "../../lib/git/merge.ts";
import type { MergeMethod } from "../../lib/git-hosts/git-host.ts";
import { NotAllowedError } from "../../lib/step/errors.ts";
import { renderCommitMessage } from "./describe-merge.ts";
import { findMethod, pushMerge, record, type GitCopy, type GitMergeOptions } from "./git-merge.ts";
import { toConflict, type MergeResult } from "./merge-result.ts";
import { readMergeState } from "./merge-state.ts";
import { removeStale, type OwnBranch } from "./own-branch.ts";

/** To the copy's default branch at once. */
export async function mergeByPush(found: GitCopy, options: GitMergeOptions, branch: OwnBranch): Promise<MergeResult> {
  const { copy, update } = found;
  const target = copy.repository?.defaultBranch ?? "";
  if (update.status !== "mergeable" || update.tree === undefined) return toConflict(copy, update.conflicts);
  const { host } = options.finder.access;
  const path = copy.repository && host?.parseCloneUrl(copy.repository.url);
  const method = await findMethod(host, path, options.mergeMethod);
  const { commit, how } = await makeCommit(found, options, { method, tree: update.tree });
  const sentence = `${count(update.behind, "commit")} of the template ${options.onlyPlan ? "would be" : update.behind === 1 ? "was" : "were"} ${how.replace("$1", () => `"${target}"`)}.`;
  if (options.onlyPlan) return { copy, outcome: "pushed", text: sentence, isChanged: true };
  try {
    await pushMerge(found, options, { commit, branch: target });
  } catch (error) {
    if (!(error instanceof NotAllowedError)) throw error;
    return { copy, outcome: "blocked", text: error.message, isChanged: false };
  }
  await record(found, options, { commit: update.from });
  await removeStale(found, options, branch);
  return { copy, outcome: "pushed", text: sentence, isChanged: true };
}

interface Made {
  commit: string;
  /** What was done, with `$1` for the branch. */
  how: string;
}

async function makeCommit(
  found: GitCopy,
  options: GitMergeOptions,
  { method, tree }: { method: MergeMethod; tree: string },
): Promise<Made> {
  const { update } = found;
  const { repository } = options.workspace;
  const { into, from } = update;
  const message = renderCommitMessage(update, options.subject);
  if (method === "merge")
    return {
      commit: await commitMerge(repository, { into, from, tree, message, ...options.identity }),
      how: "merged into $1",
    };
  const replayed = method === "rebase" ? await replay(found, options, tree) : undefined;
  if (replayed !== undefined) return { commit: replayed, how: "put on top of $1, one by one" };
  const commit = await commitMerge(repository, { into, tree, message, ...options.identity });
  return {
    commit,
    how: `put on top of $1 as one commit${method === "rebase" ? ", since one by one they are in conflict" : ""}`,
  };
}

function replay(
  { copy, update, stepTemplates }: GitCopy,
  { workspace: { repository }, templatePath, identity }: GitMergeOptions,
  tree: string,
): Promise<string | undefined> {
  const { commit: mergedUpTo } = readMergeState(copy.receipt);
  const copyPath = copy.repository?.basePath ?? "";
  const { into, from } = update;
  const { names } = copy.receipt;
  const translation = { templatePath, copyPath, stepTemplates, ...(names !== undefined && { names }) };
  return replayCommits(repository, { into, from, tree, mergedUpTo, identity, ...translation });
}
