import type {
  FoundPullRequest,
  MergeAnswer,
  MergeOptions,
  PullRequest,
  PullRequestPath,
  PullRequests,
} from "../git-host.ts";
import { isSamePath } from "../git-host.ts";
import type { RepositoryPath } from "../host-access.ts";
import { chooseStrategy } from "../merge-strategies.ts";
import { ensureComment } from "./comments.ts";
import { ensureOpenPullRequest } from "./ensure-open-pull-request.ts";
import { findStrategies, strategies } from "./merge-strategies.ts";
import { splitMessage } from "./read-message.ts";
import { toPage, toPath, type BitbucketDataCenter } from "./repositories.ts";
import { BitbucketPullRequest } from "./schema.ts";
import { repositoryAt } from "./slug.ts";

/**
 * `headRef` is no part of the API, and on older servers moves only when somebody looks at the request (Atlassian in its community, "Difference of
 * refs/pull-requests/<ID>/merge and refs/pull-requests/<ID>/from").
 */
export function createPullRequests({ api, url }: BitbucketDataCenter): PullRequests {
  const show = (found: BitbucketPullRequest): PullRequest => toPullRequest(found, url);
  return {
    find: async (path) => {
      const found = await find({ api, url }, path);
      return found && show(found);
    },
    ensure: async (path, content) =>
      show(await ensureOpenPullRequest(api, path, { content, find: () => find({ api, url }, path) })),
    get: async (repository, number) => {
      const at = repositoryAt(repository, `/pull-requests/${number}`);
      const found = await api.find({ ...at, schema: BitbucketPullRequest });
      return found && toFoundPullRequest(found, url);
    },
    listOpen: async (repository) => {
      const all: FoundPullRequest[] = [];
      const list = { ...repositoryAt(repository, "/pull-requests"), query: { state: "OPEN" } };
      for await (const found of api.list({ ...list, schema: BitbucketPullRequest }))
        all.push(toFoundPullRequest(found, url));
      return all;
    },
    merge: (repository, number, options) => merge({ api, url }, repository, { ...options, number }),
    ensureComment: (repository, number, comment) => ensureComment(api, repository, { ...comment, number }),
    headRef: (number) => `refs/pull-requests/${number}/from`,
  };
}

/** The open one, else the newest, of those that leave this repository by the branch. */
async function find(
  { api }: BitbucketDataCenter,
  { repository, from, to }: PullRequestPath,
): Promise<BitbucketPullRequest | undefined> {
  const query = { at: `refs/heads/${from}`, direction: "OUTGOING", state: "ALL", order: "NEWEST" };
  let newest: BitbucketPullRequest | undefined;
  const list = { ...repositoryAt(repository, "/pull-requests"), query, schema: BitbucketPullRequest };
  for await (const found of api.list(list)) {
    const { toRef, fromRef } = found;
    const isOurs = [toRef, fromRef].every((ref) => isSamePath(toPath(ref.repository), repository));
    if (!isOurs || toRef.displayId !== to || fromRef.displayId !== from) continue;
    if (found.state === "OPEN") return found;
    newest ??= found;
  }
  return newest;
}

/** The version says which state of the request is meant: it counts up with each push, too. */
async function merge(
  { api }: BitbucketDataCenter,
  repository: RepositoryPath,
  { number, method, commit, title }: MergeOptions & { number: number },
): Promise<MergeAnswer> {
  const at = repositoryAt(repository, `/pull-requests/${number}`);
  const { version, fromRef } = await api.send({ ...at, schema: BitbucketPullRequest });
  if (fromRef.latestCommit !== commit)
    return {
      state: "waiting",
      reason: `The newest commit of the branch "${fromRef.displayId}" is another one by now.`,
    };
  const strategyId = chooseStrategy(strategies, method, await findStrategies(api, repository));
  if (strategyId === undefined)
    return { state: "waiting", reason: `The repository does not let "${method}" merge pull requests.` };
  const merged = await api.attempt({
    method: "POST",
    ...at,
    path: `${at.path}/merge`,
    query: { version },
    body: { message: title, strategyId },
    schema: BitbucketPullRequest,
  });
  if ("value" in merged) return { state: "merged", ...mergeCommitOf(merged.value) };
  const { status, message } = merged.refusal;
  if (status === 409) return { state: "waiting", reason: splitMessage(message).said };
  throw api.explain(merged.refusal);
}

function toPullRequest(found: BitbucketPullRequest, url: string): PullRequest {
  const isMerged = found.state === "MERGED";
  return {
    number: found.id,
    title: found.title,
    state: isMerged ? "merged" : found.state === "OPEN" ? "open" : "closed",
    webUrl: `${url}${toPage(found.toRef.repository)}/pull-requests/${found.id}`,
    ...(isMerged ? mergeCommitOf(found) : {}),
  };
}

function mergeCommitOf({ properties }: BitbucketPullRequest): Pick<PullRequest, "mergeCommit"> {
  const id = properties?.mergeCommit?.id;
  return id === undefined ? {} : { mergeCommit: id };
}

function toFoundPullRequest(found: BitbucketPullRequest, url: string): FoundPullRequest {
  const { fromRef, toRef } = found;
  return {
    ...toPullRequest(found, url),
    source: toPath(fromRef.repository),
    from: fromRef.displayId,
    to: toRef.displayId,
    commit: fromRef.latestCommit ?? "",
  };
}
