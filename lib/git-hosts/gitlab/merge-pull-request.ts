import { setTimeout as sleep } from "node:timers/promises";
import { NotAllowedError } from "../../step/errors.ts";
import type { MergeAnswer, MergeOptions } from "../git-host.ts";
import type { GitHostOptions, RepositoryPath } from "../host-access.ts";
import { Anything, type HostApi, type Refusal } from "../host-api.ts";
import { describeMergeStatus, isBeingChecked } from "./merge-status.ts";
import { projectAt } from "./project-at.ts";
import { GitLabMergeRequest, GitLabProject } from "./schema.ts";

interface Merge extends MergeOptions {
  number: number;
  wait: GitHostOptions["wait"];
}

/** Merges as the project does, or puts the request into the project's merge train, where it has one. */
export async function mergePullRequest(api: HostApi, repository: RepositoryPath, merge: Merge): Promise<MergeAnswer> {
  const found = await readWhenChecked(api, repository, merge);
  const reason = found.sha === merge.commit ? describeMergeStatus(found) : "its branch has another newest commit";
  if (found.state === "merged") return toMerged(found);
  if (reason !== undefined) return { state: "waiting", reason };
  const project = await api.send({ ...projectAt(repository), schema: GitLabProject });
  return project.merge_trains_enabled === true
    ? enterTrain(api, repository, merge)
    : carryOut(api, repository, { ...merge, found });
}

/** What GitLab leaves on the receiving branch: a merge commit, a squashed one, or by fast-forward the newest one itself. */
export function mergeCommitOf(found: GitLabMergeRequest): string | undefined {
  return found.merge_commit_sha || found.squash_commit_sha || found.sha || undefined;
}

function toMerged(found: GitLabMergeRequest): MergeAnswer {
  const mergeCommit = mergeCommitOf(found);
  return { state: "merged", ...(mergeCommit === undefined ? {} : { mergeCommit }) };
}

/** GitLab looks after each push, and when it is asked, whether a request can be merged; until then it refuses to. */
async function readWhenChecked(
  api: HostApi,
  repository: RepositoryPath,
  { number, wait = sleep }: Merge,
): Promise<GitLabMergeRequest> {
  const at = projectAt(repository, `/merge_requests/${number}`);
  for (let attempt = 1; ; attempt += 1) {
    const found = await api.send({ ...at, schema: GitLabMergeRequest });
    if (!isBeingChecked(found) || attempt === 10) return found;
    await wait(500 * attempt);
  }
}

async function enterTrain(api: HostApi, repository: RepositoryPath, merge: Merge): Promise<MergeAnswer> {
  const { number, method, commit } = merge;
  const at = projectAt(repository, `/merge_trains/merge_requests/${number}`);
  const body = { sha: commit, squash: method === "squash" };
  const entered = await api.attempt({ method: "POST", ...at, body, schema: Anything });
  if ("value" in entered) return { state: "waiting", reason: "it is in the merge train, which merges it" };
  return waitOrThrow(api, entered.refusal, entered.refusal.message);
}

async function carryOut(
  api: HostApi,
  repository: RepositoryPath,
  { number, method, commit, title, found, wait }: Merge & { found: GitLabMergeRequest },
): Promise<MergeAnswer> {
  const at = projectAt(repository, `/merge_requests/${number}/merge`);
  const squash = method === "squash";
  const message = squash ? { squash_commit_message: title } : { merge_commit_message: title };
  const body = { sha: commit, squash, ...message };
  const merged = await api.attempt({ method: "PUT", ...at, body, schema: GitLabMergeRequest });
  if ("value" in merged) {
    const { value } = merged;
    if (value.state === "merged") return toMerged(value);
    return { state: "waiting", reason: value.merge_error || "GitLab has begun to merge it" };
  }
  const { refusal } = merged;
  // Whom GitLab does not know would not have come as far as this ("Merge a merge request").
  if (refusal.status === 401)
    throw new NotAllowedError(
      `The token's user may not merge into "${found.target_branch}". Let the user do so: in GitLab under Settings, Repository, Protected branches.`,
    );
  const again = await readWhenChecked(api, repository, { number, method, commit, title, wait });
  return waitOrThrow(api, refusal, describeMergeStatus(again) ?? refusal.message);
}

function waitOrThrow(api: HostApi, refusal: Refusal, reason: string): MergeAnswer {
  if ([405, 406, 409, 422].includes(refusal.status)) return { state: "waiting", reason };
  throw api.explain(refusal);
}
