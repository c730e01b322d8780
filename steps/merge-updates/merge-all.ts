import type { UpdateFinder } from "../../lib/copies/find-updates.ts";
import { getTemplateUrl, type OpenTemplate } from "../../lib/copies/open-template.ts";
import { hasPullRequests, type GitHost } from "../../lib/git-hosts/git-host.ts";
import { waysToSignIn } from "../../lib/git-hosts/read-sign-in.ts";
import type { CommitIdentity } from "../../lib/git/commit-identity.ts";
import type { StepLog } from "../../lib/step/define-step.ts";
import { ParameterError } from "../../lib/step/errors.ts";
import { listCommands, type MergeSubject } from "./describe-merge.ts";
import { mergeCopy } from "./merge-copy.ts";
import type { MergeResult } from "./merge-result.ts";
import type { renderConflicts } from "./render-conflicts.ts";

interface MergeAllOptions {
  method: "pullRequest" | "push";
  branch: string;
  identity: CommitIdentity;
  onlyPlan: boolean;
  log: StepLog;
  signal: AbortSignal;
}

/** Merges what is new into every copy. @returns what became of each, in order */
export async function mergeAll(
  open: OpenTemplate,
  finder: UpdateFinder<GitHost>,
  { method, branch, identity, onlyPlan, log, signal }: MergeAllOptions,
): Promise<MergeResult[]> {
  const offering = method === "push" ? undefined : getHost(finder);
  const host = offering && hasPullRequests(offering) ? offering : undefined;
  const onlyBranch = offering !== undefined && host === undefined;
  const subject = toSubject(open);
  const templatePath = open.template.repository?.basePath ?? "";
  const options = {
    finder,
    receipts: open.receipts,
    host,
    onlyBranch,
    branch,
    templatePath,
    subject,
    identity,
    onlyPlan,
    signal,
    log,
  };
  const results: MergeResult[] = [];
  // One after the other: each writes its receipt into the same variable set.
  for (const copy of open.copies) {
    log.progress(10 + (85 * results.length) / open.copies.length, `merging into "${copy.name}"`);
    results.push(await mergeCopy(copy, options));
  }
  return results;
}

/** Nothing of a template in the database needs a host. */
function getHost({ access, workspace }: UpdateFinder<GitHost>): GitHost | undefined {
  if (access.host !== undefined || workspace === undefined) return access.host;
  throw new ParameterError(`A pull request needs ${waysToSignIn}. Enter either, or merge by push.`);
}

function toSubject(open: OpenTemplate): MergeSubject {
  return {
    template: open.template.name,
    templateUrl: getTemplateUrl(open),
    templateBranch: open.template.repository?.defaultBranch ?? "",
  };
}

/** How a person brings a copy that is in conflict up to date. */
export type Solution = Parameters<typeof renderConflicts>[0][number];

/** What people can do about the conflicts, by copy. */
export function listSolutions(
  results: readonly MergeResult[],
  open: OpenTemplate,
  { branch }: { branch: string },
): Solution[] {
  return results.flatMap(({ copy, conflicts }) =>
    conflicts === undefined
      ? []
      : [{ name: copy.name, conflicts, commands: listCommands(copy, toSubject(open), { branch }) }],
  );
}
