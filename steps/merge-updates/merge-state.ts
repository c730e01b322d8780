import type { Receipts } from "../../lib/receipts/receipts.ts";
import type { Receipt } from "../../lib/receipts/receipt.ts";
import { saveReceipt } from "../../lib/receipts/write-receipts.ts";
import type { Copy } from "../../lib/copies/find-copies.ts";
import type { GitHost, PullRequest, PullRequestPath } from "../../lib/git-hosts/git-host.ts";
import type { StepTemplateMap } from "../../lib/ocl/list-step-templates.ts";
import { ConflictError } from "../../lib/step/errors.ts";

/** What the receipt says about the template's commits in a copy. */
export interface MergeState {
  /** The commit whose contents the copy has. */
  commit?: string | undefined;
  /** The commit that a pull request brings, and the number of that. */
  offered?: string | undefined;
  pullRequest?: string | undefined;
}

export function readMergeState({ upstream = {} }: Receipt): MergeState {
  const { commit, offered, pullRequest } = upstream;
  return { commit, offered, pullRequest };
}

/** Writes nothing when the receipt says so already. */
export async function recordMergeState(
  receipts: Receipts,
  copy: Copy,
  { state, stepTemplates }: { state: MergeState; stepTemplates: StepTemplateMap },
): Promise<void> {
  await saveReceipt(receipts, copy.receiptName, (known = copy.receipt) => {
    const { commit: _commit, offered: _offered, pullRequest: _pullRequest, ...rest } = known.upstream ?? {};
    const entries = Object.entries(state).filter((entry): entry is [string, string] => entry[1] !== undefined);
    const templates = { ...known.stepTemplates, ...stepTemplates };
    return {
      ...known,
      upstream: { ...rest, ...Object.fromEntries(entries) },
      ...(Object.keys(templates).length > 0 && { stepTemplates: templates }),
    };
  });
}

/** Where a copy's pull request is. @throws {@link ConflictError} for a copy that is not on the host */
export function toPullRequestPath(
  host: GitHost,
  { repository }: Copy,
  { branch }: { branch: string },
): PullRequestPath {
  const path = repository && host.parseCloneUrl(repository.url);
  if (path !== undefined) return { repository: path, from: branch, to: repository?.defaultBranch ?? "" };
  throw new ConflictError(
    `The repository of the copy is not on the Git host "${host.url}". Set "Git Host" and "Git Host URL" to the one that it is on.`,
  );
}

/** When our pull request was merged, in whatever way, the copy has the contents of the commit that it brought. */
export function withMergedPullRequest(copy: Copy, pull: PullRequest | undefined): Copy {
  const { offered, pullRequest } = readMergeState(copy.receipt);
  const isMerged = pull?.state === "merged" && offered !== undefined && String(pull.number) === pullRequest;
  if (!isMerged) return copy;
  const upstream = { ...copy.receipt.upstream, commit: offered };
  return { ...copy, receipt: { ...copy.receipt, upstream } };
}
