import { count } from "../../lib/copies/describe-update.ts";
import { commitMerge } from "../../lib/git/merge.ts";
import { renderCommitMessage } from "./describe-merge.ts";
import { pushMerge, record, type GitCopy, type GitMergeOptions } from "./git-merge.ts";
import { toConflict, type MergeResult } from "./merge-result.ts";
import { removeStale, type OwnBranch } from "./own-branch.ts";

/** To the copy's default branch at once. */
export async function mergeByPush(found: GitCopy, options: GitMergeOptions, branch: OwnBranch): Promise<MergeResult> {
  const { copy, update } = found;
  const { repository } = options.workspace;
  const target = copy.repository?.defaultBranch ?? "";
  if (update.status !== "mergeable" || update.tree === undefined) return toConflict(copy, update.conflicts);
  const sentence = `${count(update.behind, "commit")} of the template ${options.onlyPlan ? "would be" : update.behind === 1 ? "was" : "were"} merged into "${target}".`;
  if (options.onlyPlan) return { copy, outcome: "pushed", text: sentence, isChanged: true };
  const { into, from, tree } = update;
  const message = renderCommitMessage(update, options.subject);
  const commit = await commitMerge(repository, { into, from, tree, message, ...options.identity });
  await pushMerge(found, options, { commit, branch: target });
  await record(found, options, { commit: from });
  await removeStale(found, options, branch);
  return { copy, outcome: "pushed", text: sentence, isChanged: true };
}
