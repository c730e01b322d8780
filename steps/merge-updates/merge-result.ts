import type { Copy } from "../../lib/copies/find-copies.ts";
import type { ConflictedFile } from "../../lib/copies/read-conflicts.ts";
import type { SolvedConflict } from "../../lib/copies/solve-conflicts.ts";
import type { MergeConflict } from "../../lib/git/merge.ts";
import type { PullRequest } from "../../lib/git-hosts/git-host.ts";
import { count } from "../../lib/copies/describe-update.ts";

export interface MergeResult {
  copy: Copy;
  outcome:
    | "up-to-date"
    | "pull-request"
    | "branch"
    | "merged"
    | "waits"
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
  /** What each side has of the files in conflict. */
  files?: ConflictedFile[];
  /** Conflicts that solved themselves. */
  solved?: SolvedConflict[];
  /** Whether our branch has the conflicts' markers, for people to finish there. */
  isMarked?: true;
}

/** Nothing was merged, and an open pull request stays as it is. */
export function toConflict(copy: Copy, conflicts: MergeConflict[], pull?: PullRequest): MergeResult {
  const text = `${count(conflicts.length, "file")} ${conflicts.length === 1 ? "is" : "are"} in conflict.`;
  return { copy, outcome: "conflicting", text, isChanged: false, conflicts, ...(pull && { pullRequest: pull }) };
}
