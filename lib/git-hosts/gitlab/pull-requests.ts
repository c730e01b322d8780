import {
  describePath,
  type FoundPullRequest,
  type PullRequest,
  type PullRequestPath,
  type PullRequests,
} from "../git-host.ts";
import type { GitHostOptions, RepositoryPath } from "../host-access.ts";
import type { HostApi } from "../host-api.ts";
import { ensureComment } from "./comments.ts";
import { mergeCommitOf, mergePullRequest } from "./merge-pull-request.ts";
import { projectAt } from "./project-at.ts";
import { toPath, type GitLab } from "./repositories.ts";
import { GitLabMergeRequest, GitLabProject } from "./schema.ts";

/**
 * Pull requests are called merge requests here, and counted per project (`iid`). Each has a ref, from whatever project it comes
 * ("Merge requests", "Checkout merge requests locally").
 */
export function createPullRequests(gitlab: GitLab, { wait }: Pick<GitHostOptions, "wait">): PullRequests {
  const { api } = gitlab;
  return {
    find: async (path) => {
      const found = await find(api, path);
      return found && toPullRequest(found, path.repository, gitlab);
    },
    ensure: async (path, content) => toPullRequest(await ensure(api, path, content), path.repository, gitlab),
    get: (repository, number) => getPullRequest(gitlab, repository, number),
    listOpen: (repository) => listOpenPullRequests(gitlab, repository),
    merge: (repository, number, options) => mergePullRequest(api, repository, { ...options, number, wait }),
    ensureComment: (repository, number, comment) => ensureComment(api, repository, { number, comment }),
    headRef: (number) => `refs/merge-requests/${number}/head`,
  };
}

/** The open one, else the newest, of those within the repository: one from a fork may have a branch of the same name. */
async function find(api: HostApi, { repository, from, to }: PullRequestPath): Promise<GitLabMergeRequest | undefined> {
  const order = { state: "all", order_by: "created_at", sort: "desc", per_page: 100 };
  const query = { source_branch: from, target_branch: to, ...order };
  let newest: GitLabMergeRequest | undefined;
  for await (const found of api.list({
    ...projectAt(repository, "/merge_requests"),
    query,
    schema: GitLabMergeRequest,
  })) {
    if (found.source_project_id !== found.target_project_id) continue;
    if (isOpen(found)) return found;
    newest ??= found;
  }
  return newest;
}

async function ensure(
  api: HostApi,
  path: PullRequestPath,
  content: { title: string; body: string },
): Promise<GitLabMergeRequest> {
  const existing = await find(api, path);
  if (existing !== undefined && isOpen(existing)) return update(api, path.repository, { existing, content });
  const at = projectAt(path.repository, "/merge_requests");
  const body = { source_branch: path.from, target_branch: path.to, ...toFields(content) };
  const created = await api.attempt({ method: "POST", ...at, body, schema: GitLabMergeRequest });
  if ("value" in created) return created.value;
  // Another run may have been faster.
  const meanwhile = created.refusal.status === 409 ? await find(api, path) : undefined;
  if (meanwhile !== undefined && isOpen(meanwhile))
    return update(api, path.repository, { existing: meanwhile, content });
  throw api.explain(created.refusal);
}

async function update(
  api: HostApi,
  repository: RepositoryPath,
  { existing, content }: { existing: GitLabMergeRequest; content: { title: string; body: string } },
): Promise<GitLabMergeRequest> {
  if (existing.title === content.title && (existing.description ?? "") === content.body) return existing;
  const at = projectAt(repository, `/merge_requests/${existing.iid}`);
  return api.send({ method: "PUT", ...at, body: toFields(content), schema: GitLabMergeRequest });
}

function toFields({ title, body }: { title: string; body: string }): { title: string; description: string } {
  return { title, description: body };
}

async function getPullRequest(
  gitlab: GitLab,
  repository: RepositoryPath,
  number: number,
): Promise<FoundPullRequest | undefined> {
  const at = projectAt(repository, `/merge_requests/${number}`);
  const found = await gitlab.api.find({ ...at, schema: GitLabMergeRequest });
  return (
    found && toFoundPullRequest(found, { repository, gitlab, source: await findSource(gitlab, repository, found) })
  );
}

async function listOpenPullRequests(gitlab: GitLab, repository: RepositoryPath): Promise<FoundPullRequest[]> {
  const all: FoundPullRequest[] = [];
  const sources = new Map<number | null | undefined, RepositoryPath | undefined>();
  const list = { ...projectAt(repository, "/merge_requests"), query: { state: "opened", per_page: 100 } };
  for await (const found of gitlab.api.list({ ...list, schema: GitLabMergeRequest })) {
    const id = found.source_project_id;
    if (!sources.has(id)) sources.set(id, await findSource(gitlab, repository, found));
    all.push(toFoundPullRequest(found, { repository, gitlab, source: sources.get(id) }));
  }
  return all;
}

/** Where the changes come from, which is told by a number; undefined where that is gone or hidden. */
async function findSource(
  { api }: GitLab,
  repository: RepositoryPath,
  { source_project_id: id, target_project_id: own }: GitLabMergeRequest,
): Promise<RepositoryPath | undefined> {
  if (id === own) return repository;
  if (typeof id !== "number") return undefined;
  const found = await api.find({ path: `/projects/${id}`, owner: repository.owner, schema: GitLabProject });
  return found && toPath(found);
}

function toFoundPullRequest(
  found: GitLabMergeRequest,
  { repository, gitlab, source }: { repository: RepositoryPath; gitlab: GitLab; source: RepositoryPath | undefined },
): FoundPullRequest {
  return {
    ...toPullRequest(found, repository, gitlab),
    source,
    from: found.source_branch,
    to: found.target_branch,
    commit: found.sha ?? "",
  };
}

function toPullRequest(found: GitLabMergeRequest, repository: RepositoryPath, { url }: GitLab): PullRequest {
  const isMerged = found.state === "merged";
  const mergeCommit = isMerged ? mergeCommitOf(found) : undefined;
  return {
    number: found.iid,
    title: found.title,
    state: isMerged ? "merged" : isOpen(found) ? "open" : "closed",
    webUrl: `${url}/${describePath(repository)}/-/merge_requests/${found.iid}`,
    ...(mergeCommit === undefined ? {} : { mergeCommit }),
  };
}

/** `locked` is one that is being merged at this moment. */
function isOpen({ state }: GitLabMergeRequest): boolean {
  return state === "opened" || state === "locked";
}
