import { count } from "../../lib/copies/describe-update.ts";
import type { GitCopy, GitMergeOptions } from "./git-merge.ts";
import { planOwnBranch, pushOwnBranch } from "./merge-by-pull-request.ts";
import { toConflict, type MergeResult } from "./merge-result.ts";
import type { OwnBranch } from "./own-branch.ts";

/** Where the host has no pull requests: our branch with the template's newest changes, which people merge by Git. */
export async function mergeByBranch(found: GitCopy, options: GitMergeOptions, own: OwnBranch): Promise<MergeResult> {
  const { copy, update } = found;
  const plan = await planOwnBranch(found, options, own);
  if (plan.kind === "conflicts") return toConflict(copy, plan.conflicts);
  if (!options.onlyPlan) await pushOwnBranch(found, options, { own, plan });
  const does = plan.isThere ? "still waits with" : options.onlyPlan ? "would bring" : "brings";
  const target = copy.repository?.defaultBranch ?? "";
  const text = `The branch "${options.branch}" ${does} ${count(update.behind, "commit")} of the template. Merge it into "${target}" by Git: the host has no pull requests.`;
  return { copy, outcome: "branch", text, isChanged: !plan.isThere };
}
