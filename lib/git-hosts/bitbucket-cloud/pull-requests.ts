import type { FoundPullRequest, PullRequest, PullRequestPath, PullRequests } from "../git-host.ts";
import { describePath, isSamePath } from "../git-host.ts";
import type { RepositoryPath } from "../host-access.ts";
import type { HostApi } from "../host-api.ts";
import { ensureComment } from "./comments.ts";
import { toFullHash } from "./commits.ts";
import { ensureOpenPullRequest } from "./ensure-open-pull-request.ts";
import { mergePullRequest } from "./merge.ts";
import { toPath, type BitbucketCloud } from "./repositories.ts";
import { BitbucketPullRequest } from "./schema.ts";
import { repositoryAt } from "./slug.ts";

/** Without `headRef`: the documentation names no ref by which Git would get a request. */
export function createPullRequests(bitbucket: BitbucketCloud): PullRequests {
  const { api } = bitbucket;
  return {
    find: async (path) => {
      const found = await find(api, path);
      return found && toPullRequest(bitbucket, path.repository, found);
    },
    ensure: async (path, content) => {
      const ensured = await ensureOpenPullRequest(api, path, { content, find: () => find(api, path) });
      return toPullRequest(bitbucket, path.repository, ensured);
    },
    get: async (repository, number) => {
      const at = repositoryAt(repository, `/pullrequests/${number}`);
      const found = await api.find({ ...at, schema: BitbucketPullRequest });
      return found && toFoundPullRequest(bitbucket, repository, found);
    },
    listOpen: (repository) => listOpen(bitbucket, repository),
    merge: (repository, number, options) => mergePullRequest(bitbucket, repository, { ...options, number }),
    ensureComment: (repository, number, comment) => ensureComment(api, repository, { ...comment, number }),
  };
}

async function listOpen(bitbucket: BitbucketCloud, repository: RepositoryPath): Promise<FoundPullRequest[]> {
  const all: FoundPullRequest[] = [];
  const list = { ...repositoryAt(repository, "/pullrequests"), query: { state: "OPEN", pagelen: 50 } };
  for await (const found of bitbucket.api.list({ ...list, schema: BitbucketPullRequest }))
    all.push(await toFoundPullRequest(bitbucket, repository, found));
  return all;
}

const states = ["OPEN", "MERGED", "DECLINED", "SUPERSEDED"];

/** The open one, else the newest. */
async function find(api: HostApi, path: PullRequestPath): Promise<BitbucketPullRequest | undefined> {
  const { repository, from, to } = path;
  const query = {
    q: `source.branch.name=${quote(from)} AND destination.branch.name=${quote(to)}`,
    state: states,
    sort: "-created_on",
    pagelen: 50,
  };
  let newest: BitbucketPullRequest | undefined;
  const list = { ...repositoryAt(repository, "/pullrequests"), query, schema: BitbucketPullRequest };
  for await (const found of api.list(list)) {
    // A fork may have a branch of that name, too. Where the source is gone, only its name is left.
    if (found.source.repository && !isSamePath(toPath(found.source.repository), repository)) continue;
    if (found.state === "OPEN") return found;
    newest ??= found;
  }
  return newest;
}

/** A text of Bitbucket's query language (REST reference, "Filter and sort API objects"). */
function quote(text: string): string {
  return `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}

async function toPullRequest(
  { api, url }: BitbucketCloud,
  repository: RepositoryPath,
  found: BitbucketPullRequest,
): Promise<PullRequest> {
  const { merge_commit: mergeCommit } = found;
  const isMerged = found.state === "MERGED";
  return {
    number: found.id,
    title: found.title,
    state: isMerged ? "merged" : found.state === "OPEN" ? "open" : "closed",
    webUrl: `${url}/${describePath(repository)}/pull-requests/${found.id}`,
    ...(isMerged && mergeCommit ? { mergeCommit: await toFullHash(api, mergeCommit.hash, [repository]) } : {}),
  };
}

async function toFoundPullRequest(
  bitbucket: BitbucketCloud,
  repository: RepositoryPath,
  found: BitbucketPullRequest,
): Promise<FoundPullRequest> {
  const { source, destination } = found;
  const from = source.repository ? toPath(source.repository) : undefined;
  return {
    ...(await toPullRequest(bitbucket, repository, found)),
    source: from,
    from: source.branch.name,
    to: destination.branch.name,
    commit: source.commit
      ? await toFullHash(bitbucket.api, source.commit.hash, from ? [from, repository] : [repository])
      : "",
  };
}
