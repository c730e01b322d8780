import type { GitLabMergeRequest } from "./schema.ts";

type Merging = Pick<GitLabMergeRequest, "state" | "detailed_merge_status" | "merge_when_pipeline_succeeds">;

const beingChecked = ["unchecked", "checking", "preparing", "approvals_syncing"];

export function isBeingChecked({ state, detailed_merge_status: status }: Merging): boolean {
  return state === "opened" && beingChecked.includes(status ?? "");
}

/** What GitLab waits for, by its own words ("Merge requests API", "Merge status"). */
const wanted: Readonly<Record<string, string>> = {
  blocked_status: "another merge request has to be merged before it",
  broken_status: "one of its branches is gone, or has nothing new",
  ci_must_pass: "its pipeline has to succeed",
  ci_still_running: "its pipeline has not ended yet",
  commits_status: "one of its branches is gone, or has nothing new",
  conflict: "it is in conflict with the branch that is to receive it",
  discussions_not_resolved: "threads in it have to be resolved",
  draft_status: "it is a draft",
  external_status_checks: "checks of other services have to succeed",
  locked_lfs_files: "files of LFS in it are locked",
  locked_paths: "files in it are locked",
  merge_request_blocked: "another merge request has to be merged before it",
  merge_time: "it may be merged later only",
  need_rebase: "its branch has to be rebased onto the one that is to receive it",
  not_approved: "an approval is missing",
  policies_denied: "a policy denies it",
  requested_changes: "a reviewer requests changes",
  security_policy_violations: "it violates a security policy",
  status_checks_must_pass: "checks of other services have to succeed",
  title_regex: "its title has not the form that the project wants",
};

/** @returns undefined for one that can be merged; older versions than 15.6 do not say */
export function describeMergeStatus(found: Merging): string | undefined {
  const { state, detailed_merge_status: status, merge_when_pipeline_succeeds: isUnderWay } = found;
  if (state !== "opened") return `it is ${state}`;
  if (isUnderWay === true) return "GitLab merges it by itself once its checks have succeeded";
  if (!status || status === "mergeable") return undefined;
  if (beingChecked.includes(status)) return "GitLab is still looking whether it can be merged";
  return wanted[status] ?? `GitLab says "${status}"`;
}
