import { ensurePullRequest } from "../ensure-pull-request.ts";
import { describePath, type PullRequest, type PullRequestPath } from "../git-host.ts";
import type { HostApi } from "../host-api.ts";
import { repositoryAt } from "../repository-api.ts";
import type { Gitea } from "./repositories.ts";
import { GiteaPullRequest } from "./schema.ts";

export async function findPullRequest({ api, url }: Gitea, path: PullRequestPath): Promise<PullRequest | undefined> {
  const found = await find(api, path);
  return found && toPullRequest(found, path, url);
}

export async function ensureOpenPullRequest(
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
  return toPullRequest(ensured, path, url);
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

function toPullRequest(found: GiteaPullRequest, { repository }: PullRequestPath, url: string): PullRequest {
  return {
    number: found.number,
    title: found.title,
    state: found.merged ? "merged" : found.state === "open" ? "open" : "closed",
    webUrl: `${url}/${describePath(repository)}/pulls/${found.number}`,
    ...(found.merged && found.merge_commit_sha ? { mergeCommit: found.merge_commit_sha } : {}),
  };
}
