import { setTimeout as sleep } from "node:timers/promises";
import * as z from "zod/mini";
import { ensurePullRequest } from "../ensure-pull-request.ts";
import {
  describePath,
  type FoundPullRequest,
  type MergeAnswer,
  type MergeOptions,
  type PullRequest,
  type PullRequestPath,
  type PullRequests,
} from "../git-host.ts";
import type { GitHostOptions, RepositoryPath } from "../host-access.ts";
import { Anything, type Attempt, type HostApi, type Refusal } from "../host-api.ts";
import { ensureComment, IssueComment } from "../issue-comments.ts";
import { repositoryAt } from "../repository-api.ts";
import type { Gitea } from "./repositories.ts";
import { GiteaPullRequest } from "./schema.ts";

export function createPullRequests(gitea: Gitea, { wait = sleep }: Pick<GitHostOptions, "wait">): PullRequests {
  const { api } = gitea;
  return {
    find: (path) => findPullRequest(gitea, path),
    ensure: (path, content) => ensureOpenPullRequest(gitea, path, content),
    get: (repository, number) => getPullRequest(gitea, repository, number),
    listOpen: (repository) => listOpenPullRequests(gitea, repository),
    merge: (repository, number, options) => mergePullRequest(gitea, repository, { ...options, number, wait }),
    ensureComment: (repository, number, comment) =>
      ensureComment(api, repository, {
        number,
        comment,
        // All of them at once: this list has no pages (1.26).
        list: (all) => api.send({ ...all, schema: z.array(IssueComment) }),
      }),
    headRef: (number) => `refs/pull/${number}/head`,
  };
}

async function getPullRequest(
  { api, url }: Gitea,
  repository: RepositoryPath,
  number: number,
): Promise<FoundPullRequest | undefined> {
  const found = await api.find({ ...repositoryAt(repository, `/pulls/${number}`), schema: GiteaPullRequest });
  return found && toFoundPullRequest(found, repository, url);
}

async function listOpenPullRequests({ api, url }: Gitea, repository: RepositoryPath): Promise<FoundPullRequest[]> {
  const all: FoundPullRequest[] = [];
  const list = { ...repositoryAt(repository, "/pulls"), query: { state: "open", limit: 50 }, emptyStatus: 404 };
  for await (const found of api.list({ ...list, schema: GiteaPullRequest }))
    all.push(toFoundPullRequest(found, repository, url));
  return all;
}

/**
 * 405 says what is still wanted, such as reviews and checks; 409 that the branch has another newest commit, or is in conflict. For a moment
 * after a push Gitea does not know yet whether there are conflicts, and answers 405 as well (1.26).
 */
async function mergePullRequest(
  gitea: Gitea,
  repository: RepositoryPath,
  { number, method, commit, title, wait }: MergeOptions & { number: number; wait: NonNullable<GitHostOptions["wait"]> },
): Promise<MergeAnswer> {
  const { api } = gitea;
  const at = repositoryAt(repository, `/pulls/${number}/merge`);
  const body = { do: method, head_commit_id: commit, merge_title_field: title };
  const attempt = (): Promise<Attempt<unknown>> => api.attempt({ method: "POST", ...at, body, schema: Anything });
  let merged = await attempt();
  for (let count = 1; count < 10 && "refusal" in merged && isUndecided(merged.refusal); count += 1) {
    await wait(300 * count);
    merged = await attempt();
  }
  if ("refusal" in merged) {
    const { status, message } = merged.refusal;
    if (status === 405 || status === 409) return { state: "waiting", reason: message };
    throw api.explain(merged.refusal);
  }
  const { mergeCommit } = (await getPullRequest(gitea, repository, number)) ?? {};
  return { state: "merged", ...(mergeCommit === undefined ? {} : { mergeCommit }) };
}

function isUndecided({ status, message }: Refusal): boolean {
  return status === 405 && /try again later/i.test(message);
}

function toFoundPullRequest(found: GiteaPullRequest, repository: RepositoryPath, url: string): FoundPullRequest {
  const { head, base } = found;
  return {
    ...toPullRequest(found, repository, url),
    source: head.repo ? { owner: head.repo.owner.login, name: head.repo.name } : undefined,
    from: branchOf(head),
    to: base.ref,
    commit: head.sha ?? "",
  };
}

async function findPullRequest({ api, url }: Gitea, path: PullRequestPath): Promise<PullRequest | undefined> {
  const found = await find(api, path);
  return found && toPullRequest(found, path.repository, url);
}

async function ensureOpenPullRequest(
  { api, url }: Gitea,
  path: PullRequestPath,
  content: { title: string; body: string },
): Promise<PullRequest> {
  const ensured = await ensurePullRequest({
    api,
    path,
    content,
    schema: GiteaPullRequest,
    find: () => find(api, path),
    conflictStatus: 409,
  });
  return toPullRequest(ensured, path.repository, url);
}

/**
 * Gitea has no filter for the branch with the changes, so the list is read, newest first, the open ones before the others. An empty
 * repository has none, and answers 404 (1.26).
 */
async function find(api: HostApi, { repository, from, to }: PullRequestPath): Promise<GiteaPullRequest | undefined> {
  for (const state of ["open", "closed"]) {
    const list = {
      ...repositoryAt(repository, "/pulls"),
      query: { state, base_branch: to, limit: 50 },
      emptyStatus: 404,
    };
    for await (const found of api.list({ ...list, schema: GiteaPullRequest })) {
      const { head, base } = found;
      if (branchOf(head) === from && base.ref === to && head.repo_id === base.repo_id) return found;
    }
  }
  return undefined;
}

/** `ref` is `refs/pull/5/head` once the branch is gone (1.26); `label` has its name all the same. */
function branchOf({ ref, label }: GiteaPullRequest["head"]): string {
  return ref.startsWith("refs/") ? (label ?? ref) : ref;
}

function toPullRequest(found: GiteaPullRequest, repository: RepositoryPath, url: string): PullRequest {
  return {
    number: found.number,
    title: found.title,
    state: found.merged ? "merged" : found.state === "open" ? "open" : "closed",
    webUrl: `${url}/${describePath(repository)}/pulls/${found.number}`,
    ...(found.merged && found.merge_commit_sha ? { mergeCommit: found.merge_commit_sha } : {}),
  };
}
