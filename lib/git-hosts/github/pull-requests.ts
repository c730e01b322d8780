import { ensurePullRequest } from "../ensure-pull-request.ts";
import type { PullRequest, PullRequestPath } from "../git-host.ts";
import type { HostApi } from "../host-api.ts";
import { repositoryAt } from "../repository-api.ts";
import { GitHubPullRequest } from "./schema.ts";

export async function findPullRequest(api: HostApi, path: PullRequestPath): Promise<PullRequest | undefined> {
  const found = await find(api, path);
  return found && toPullRequest(found);
}

export async function ensureOpenPullRequest(
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
