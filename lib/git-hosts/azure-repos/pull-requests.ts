import { setTimeout as sleep } from "node:timers/promises";
import type {
  FoundPullRequest,
  MergeAnswer,
  MergeMethod,
  MergeOptions,
  PullRequest,
  PullRequestPath,
  PullRequests,
} from "../git-host.ts";
import type { GitHostOptions, RepositoryPath } from "../host-access.ts";
import { repositoryUrl, siblingOwner } from "./address.ts";
import { ensureComment } from "./comments.ts";
import { repositoryAt, type AzureRepos } from "./open-api.ts";
import { AzurePullRequest } from "./schema.ts";

/**
 * `headRef` is a trial merge into the receiving branch, since Azure Repos has no ref of the changes alone; its second parent is their newest commit
 * ("Predefined variables", `Build.SourceBranch`: `refs/pull/1/merge`). A request that is in conflict has none.
 */
export function createPullRequests(azure: AzureRepos, { wait = sleep }: Pick<GitHostOptions, "wait">): PullRequests {
  return {
    find: async (path) => {
      const found = await find(azure, path);
      return found && toPullRequest(found, path.repository, azure.url);
    },
    ensure: async (path, content) => toPullRequest(await ensure(azure, path, content), path.repository, azure.url),
    get: async (repository, number) => {
      const found = await findByNumber(azure, repository, number);
      return found && toFoundPullRequest(found, repository, azure.url);
    },
    listOpen: async (repository) => {
      const all: FoundPullRequest[] = [];
      for await (const found of listActive(azure, repository))
        all.push(toFoundPullRequest(found, repository, azure.url));
      return all;
    },
    merge: (repository, number, options) => merge(azure, repository, { ...options, number, wait }),
    ensureComment: (repository, number, comment) => ensureComment(azure, repository, { number, comment }),
    headRef: (number) => `refs/pull/${number}/merge`,
  };
}

/** The open ones, those from forks as well. */
export function listActive({ counted }: AzureRepos, repository: RepositoryPath): AsyncGenerator<AzurePullRequest> {
  const at = repositoryAt(repository, "/pullrequests", { "searchCriteria.status": "active" });
  return counted.list({ ...at, schema: AzurePullRequest });
}

/** The newest come first. */
async function find(
  { counted }: AzureRepos,
  { repository, from, to }: PullRequestPath,
): Promise<AzurePullRequest | undefined> {
  const at = repositoryAt(repository, "/pullrequests", {
    "searchCriteria.sourceRefName": `refs/heads/${from}`,
    "searchCriteria.targetRefName": `refs/heads/${to}`,
    "searchCriteria.status": "all",
  });
  let newest: AzurePullRequest | undefined;
  for await (const found of counted.list({ ...at, schema: AzurePullRequest })) {
    if (found.forkSource) continue;
    if (found.status === "active") return found;
    newest ??= found;
  }
  return newest;
}

function findByNumber(
  { api }: AzureRepos,
  repository: RepositoryPath,
  number: number,
): Promise<AzurePullRequest | undefined> {
  return api.find({ ...repositoryAt(repository, `/pullrequests/${number}`), schema: AzurePullRequest });
}

async function ensure(
  azure: AzureRepos,
  path: PullRequestPath,
  { title, body }: { title: string; body: string },
): Promise<AzurePullRequest> {
  const content = { title, description: shorten(body) };
  const existing = await find(azure, path);
  if (existing?.status === "active") return update(azure, path, { existing, content });
  const between = { sourceRefName: `refs/heads/${path.from}`, targetRefName: `refs/heads/${path.to}` };
  const created = await azure.api.attempt({
    method: "POST",
    ...repositoryAt(path.repository, "/pullrequests"),
    body: { ...between, ...content },
    schema: AzurePullRequest,
  });
  if ("value" in created) return created.value;
  const meanwhile = created.refusal.status === 409 ? await find(azure, path) : undefined;
  if (meanwhile?.status === "active") return update(azure, path, { existing: meanwhile, content });
  throw azure.api.explain(created.refusal);
}

async function update(
  { api }: AzureRepos,
  { repository }: PullRequestPath,
  { existing, content }: { existing: AzurePullRequest; content: { title: string; description: string } },
): Promise<AzurePullRequest> {
  if (existing.title === content.title && (existing.description ?? "") === content.description) return existing;
  const at = repositoryAt(repository, `/pullrequests/${existing.pullRequestId}`);
  return api.send({ method: "PATCH", ...at, body: content, schema: AzurePullRequest });
}

/** No description may be longer. */
const longest = 4000;

/** Between lines, so that no word and no character is cut in two; a line that is too long itself loses its end. */
function shorten(description: string): string {
  if (description.length <= longest) return description;
  const kept = description.slice(0, longest - 2);
  const end = kept.lastIndexOf("\n");
  return `${(end === -1 ? kept.replace(/[\uD800-\uDBFF]$/, "") : kept.slice(0, end)).trimEnd()}\n…`;
}

const strategies = { merge: "noFastForward", squash: "squash", rebase: "rebase" } as const satisfies Record<
  MergeMethod,
  string
>;

interface Merge extends MergeOptions {
  number: number;
  wait: (milliseconds: number) => Promise<unknown>;
}

/** A request to complete is queued: what came of it shows a little later. */
async function merge(azure: AzureRepos, repository: RepositoryPath, options: Merge): Promise<MergeAnswer> {
  const { number, method, commit, title } = options;
  const wanted = {
    status: "completed",
    lastMergeSourceCommit: { commitId: commit },
    completionOptions: {
      mergeStrategy: strategies[method],
      mergeCommitMessage: title,
      deleteSourceBranch: false,
    },
  };
  const answer = await azure.api.attempt({
    method: "PATCH",
    ...repositoryAt(repository, `/pullrequests/${number}`),
    body: wanted,
    schema: AzurePullRequest,
  });
  if ("value" in answer) return untilMerged(azure, repository, { ...options, last: answer.value });
  const { status, message } = answer.refusal;
  // A policy that is not met, or another newest commit; but not a missing permission.
  if (status === 409 || (status === 403 && !message.startsWith("TF401027")))
    return { state: "waiting", reason: message };
  throw azure.api.explain(answer.refusal);
}

const attempts = 30;

async function untilMerged(
  azure: AzureRepos,
  repository: RepositoryPath,
  { number, wait, last }: Merge & { last: AzurePullRequest },
): Promise<MergeAnswer> {
  let found: AzurePullRequest | undefined = last;
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    if (found?.status === "completed") {
      const commit = found.lastMergeCommit?.commitId;
      return { state: "merged", ...(commit === undefined ? {} : { mergeCommit: commit }) };
    }
    const problem = describeProblem(found);
    if (problem !== undefined) return { state: "waiting", reason: problem };
    await wait(Math.min(2000, 200 * attempt));
    found = await findByNumber(azure, repository, number);
  }
  return { state: "waiting", reason: "Azure Repos has not completed it yet." };
}

function describeProblem(found: AzurePullRequest | undefined): string | undefined {
  if (found?.status === "abandoned") return "It was abandoned.";
  const { mergeStatus = "", mergeFailureMessage } = found ?? {};
  if (mergeStatus === "conflicts") return "It is in conflict with the branch that it goes to.";
  if (mergeStatus === "rejectedByPolicy" || mergeStatus === "failure")
    return mergeFailureMessage ?? "A policy of the branch is not met.";
  return undefined;
}

const stateOf: Readonly<Record<string, PullRequest["state"]>> = { active: "open", completed: "merged" };

/** The commit of a merge is a trial as long as the pull request is open. */
function toPullRequest(found: AzurePullRequest, repository: RepositoryPath, url: string): PullRequest {
  const { pullRequestId: number, title, status, lastMergeCommit } = found;
  return {
    number,
    title,
    state: stateOf[status] ?? "closed",
    webUrl: `${repositoryUrl(url, repository)}/pullrequest/${number}`,
    ...(status === "completed" && lastMergeCommit ? { mergeCommit: lastMergeCommit.commitId } : {}),
  };
}

function toFoundPullRequest(found: AzurePullRequest, path: RepositoryPath, url: string): FoundPullRequest {
  const { forkSource, lastMergeSourceCommit, sourceRefName, targetRefName } = found;
  return {
    ...toPullRequest(found, path, url),
    source: forkSource ? toSource(forkSource.repository, path) : path,
    from: sourceRefName.replace(/^refs\/heads\//, ""),
    to: targetRefName.replace(/^refs\/heads\//, ""),
    commit: lastMergeSourceCommit?.commitId ?? "",
  };
}

/** Forks are in the same organization. */
function toSource(
  repository: NonNullable<AzurePullRequest["forkSource"]>["repository"],
  { owner }: RepositoryPath,
): RepositoryPath | undefined {
  return repository ? { owner: siblingOwner(owner, repository.project.name), name: repository.name } : undefined;
}
