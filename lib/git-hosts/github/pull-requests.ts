import { ensurePullRequest } from "../ensure-pull-request.ts";
import type {
  FoundPullRequest,
  MergeAnswer,
  MergeOptions,
  PullRequest,
  PullRequestPath,
  PullRequests,
} from "../git-host.ts";
import type { RepositoryPath } from "../host-access.ts";
import type { HostApi } from "../host-api.ts";
import { ensureComment, IssueComment } from "../issue-comments.ts";
import { repositoryAt } from "../repository-api.ts";
import { GitHubMerge, GitHubPullRequest } from "./schema.ts";

export function createPullRequests(api: HostApi): PullRequests {
  return {
    find: (path) => findPullRequest(api, path),
    ensure: (path, content) => ensureOpenPullRequest(api, path, content),
    get: (repository, number) => getPullRequest(api, repository, number),
    listOpen: (repository) => listOpenPullRequests(api, repository),
    merge: (repository, number, options) => mergePullRequest(api, repository, { ...options, number }),
    ensureComment: (repository, number, comment) =>
      ensureComment(api, repository, {
        number,
        comment,
        list: (all) => api.list({ ...all, query: { per_page: 100 }, schema: IssueComment }),
      }),
    headRef: (number) => `refs/pull/${number}/head`,
  };
}

async function getPullRequest(
  api: HostApi,
  repository: RepositoryPath,
  number: number,
): Promise<FoundPullRequest | undefined> {
  const found = await api.find({ ...repositoryAt(repository, `/pulls/${number}`), schema: GitHubPullRequest });
  return found && toFoundPullRequest(found);
}

async function listOpenPullRequests(api: HostApi, repository: RepositoryPath): Promise<FoundPullRequest[]> {
  const all: FoundPullRequest[] = [];
  const list = { ...repositoryAt(repository, "/pulls"), query: { state: "open", per_page: 100 } };
  for await (const found of api.list({ ...list, schema: GitHubPullRequest })) all.push(toFoundPullRequest(found));
  return all;
}

/** 405 says what is still wanted: reviews, checks, the merge queue; 409 that the branch has another newest commit. */
async function mergePullRequest(
  api: HostApi,
  repository: RepositoryPath,
  { number, method, commit, title }: MergeOptions & { number: number },
): Promise<MergeAnswer> {
  const at = repositoryAt(repository, `/pulls/${number}/merge`);
  const body = { merge_method: method, sha: commit, commit_title: title };
  const merged = await api.attempt({ method: "PUT", ...at, body, schema: GitHubMerge });
  if ("value" in merged) return { state: "merged", ...(merged.value.sha ? { mergeCommit: merged.value.sha } : {}) };
  const { status, message } = merged.refusal;
  if (status === 405 || status === 409) return { state: "waiting", reason: message };
  throw api.explain(merged.refusal);
}

function toFoundPullRequest(found: GitHubPullRequest): FoundPullRequest {
  const { head, base } = found;
  return {
    ...toPullRequest(found),
    source: head.repo ? { owner: head.repo.owner.login, name: head.repo.name } : undefined,
    from: head.ref,
    to: base.ref,
    commit: head.sha,
  };
}

async function findPullRequest(api: HostApi, path: PullRequestPath): Promise<PullRequest | undefined> {
  const found = await find(api, path);
  return found && toPullRequest(found);
}

async function ensureOpenPullRequest(
  api: HostApi,
  path: PullRequestPath,
  content: { title: string; body: string },
): Promise<PullRequest> {
  const ensured = await ensurePullRequest({
    api,
    path,
    content,
    schema: GitHubPullRequest,
    find: () => find(api, path),
    conflictStatus: 422,
  });
  return toPullRequest(ensured);
}

async function find(api: HostApi, { repository, from, to }: PullRequestPath): Promise<GitHubPullRequest | undefined> {
  const order = { state: "all", sort: "created", direction: "desc", per_page: 100 };
  const query = { head: `${repository.owner}:${from}`, base: to, ...order };
  let newest: GitHubPullRequest | undefined;
  for await (const found of api.list({ ...repositoryAt(repository, "/pulls"), query, schema: GitHubPullRequest })) {
    if (found.state === "open") return found;
    newest ??= found;
  }
  return newest;
}

function toPullRequest(found: GitHubPullRequest): PullRequest {
  const isMerged = Boolean(found.merged_at);
  return {
    number: found.number,
    title: found.title,
    state: isMerged ? "merged" : found.state === "open" ? "open" : "closed",
    webUrl: found.html_url,
    ...(isMerged && found.merge_commit_sha ? { mergeCommit: found.merge_commit_sha } : {}),
  };
}
