import type { UpdateFinder } from "../../lib/copies/find-updates.ts";
import { createVersionLister } from "../../lib/copies/list-versions.ts";
import { getTemplateUrl, type OpenTemplate } from "../../lib/copies/open-template.ts";
import { warnOfExpiry } from "../../lib/git-hosts/credential-expiry.ts";
import { hasPullRequests, type GitHost, type MergeMethod } from "../../lib/git-hosts/git-host.ts";
import { waysToSignIn } from "../../lib/git-hosts/read-sign-in.ts";
import type { MergeConflict } from "../../lib/git/merge.ts";
import type { CommitIdentity } from "../../lib/git/commit-identity.ts";
import type { StepLog } from "../../lib/step/define-step.ts";
import { ParameterError } from "../../lib/step/errors.ts";
import { listCommands, type MergeSubject } from "./describe-merge.ts";
import { mergeCopy } from "./merge-copy.ts";
import type { MergeResult } from "./merge-result.ts";
import type { ConflictedCopy } from "./render-conflicts.ts";

interface MergeAllOptions {
  method: "pullRequest" | "push";
  branch: string;
  identity: CommitIdentity;
  mergeMethod: MergeMethod | "repository";
  mergeRequest: boolean;
  markConflicts: boolean;
  onlyPlan: boolean;
  log: StepLog;
  signal: AbortSignal;
  now: Date;
}

/** Merges what is new into every copy. @returns what became of each, in order */
export async function mergeAll(
  open: OpenTemplate,
  finder: UpdateFinder<GitHost>,
  { method, log, now, ...asked }: MergeAllOptions,
): Promise<MergeResult[]> {
  const offering = method === "push" ? undefined : getHost(finder);
  const { host: signedIn } = finder.access;
  if (signedIn !== undefined) await warnOfExpiry(signedIn, findOwner(open, signedIn), { log, now });
  const host = offering && hasPullRequests(offering) ? offering : undefined;
  const options = {
    ...asked,
    log,
    finder,
    receipts: open.receipts,
    host,
    onlyBranch: offering !== undefined && host === undefined,
    templatePath: open.template.repository?.basePath ?? "",
    subject: toSubject(open),
    listVersions: finder.workspace && createVersionLister(finder.workspace),
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

function findOwner({ copies }: OpenTemplate, host: GitHost): string | undefined {
  return copies.flatMap(({ repository }) => (repository && host.parseCloneUrl(repository.url)) ?? [])[0]?.owner;
}

function toSubject(open: OpenTemplate): MergeSubject {
  return {
    template: open.template.name,
    templateUrl: getTemplateUrl(open),
    templateBranch: open.template.repository?.defaultBranch ?? "",
  };
}

/** How a person brings a copy that is in conflict up to date. */
export interface Solution extends ConflictedCopy {
  conflicts: MergeConflict[];
  /** Whether a branch waits with markers in it. */
  isMarked: boolean;
}

/** What people can do about the conflicts, by copy. */
export function listSolutions(
  results: readonly MergeResult[],
  open: OpenTemplate,
  { branch }: { branch: string },
): Solution[] {
  return results.flatMap(({ copy, conflicts, files, solved = [], isMarked = false, pullRequest }) => {
    if (conflicts === undefined) return [];
    const commands = listCommands(copy, toSubject(open), { branch, isMarked });
    return [
      {
        name: copy.name,
        conflicts,
        files: files ?? conflicts.map((conflict) => ({ conflict, hunks: [] })),
        solved,
        isMarked,
        pullRequest,
        commands,
      },
    ];
  });
}
