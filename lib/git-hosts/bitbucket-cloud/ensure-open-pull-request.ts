import type { PullRequestPath } from "../git-host.ts";
import type { RepositoryPath } from "../host-access.ts";
import type { Attempt, HostApi } from "../host-api.ts";
import { BitbucketDefaultReviewer, BitbucketPullRequest } from "./schema.ts";
import { repositoryAt } from "./slug.ts";

interface Content {
  title: string;
  body: string;
}

export interface EnsureOptions {
  content: Content;
  find(): Promise<BitbucketPullRequest | undefined>;
}

/** One open pull request between two branches, the same on every run, with this title and description. */
export async function ensureOpenPullRequest(
  api: HostApi,
  path: PullRequestPath,
  { content, find }: EnsureOptions,
): Promise<BitbucketPullRequest> {
  const existing = await find();
  return existing?.state === "OPEN" ? update(api, path.repository, { existing, content }) : create(api, path, content);
}

/** Where another run was faster, Bitbucket answers with that run's request, brought up to date, and not with a refusal. */
async function create(api: HostApi, path: PullRequestPath, content: Content): Promise<BitbucketPullRequest> {
  const reviewers = await listDefaultReviewers(api, path.repository);
  const created = await attempt(api, path, { content, reviewers });
  if ("value" in created) return created.value;
  // Nobody reviews a request of their own, nor after having left the workspace.
  const isOfReviewers = created.refusal.status === 400 && /reviewer/i.test(created.refusal.message);
  const again = isOfReviewers ? await attempt(api, path, { content, reviewers: [] }) : created;
  if ("value" in again) return again.value;
  throw api.explain(again.refusal);
}

interface NewPullRequest {
  content: Content;
  reviewers: readonly Reviewer[];
}

interface Reviewer {
  uuid: string;
}

function attempt(
  api: HostApi,
  { repository, from, to }: PullRequestPath,
  { content: { title, body: description }, reviewers }: NewPullRequest,
): Promise<Attempt<BitbucketPullRequest>> {
  const branches = { source: { branch: { name: from } }, destination: { branch: { name: to } } };
  const body = { title, description, ...branches, ...(reviewers.length > 0 ? { reviewers } : {}) };
  const at = repositoryAt(repository, "/pullrequests");
  return api.attempt({ method: "POST", ...at, body, schema: BitbucketPullRequest });
}

/** What the site does by itself for people who open a request there, a request of the API leaves to whoever sends it. */
async function listDefaultReviewers(api: HostApi, repository: RepositoryPath): Promise<Reviewer[]> {
  const reviewers: Reviewer[] = [];
  const list = { ...repositoryAt(repository, "/effective-default-reviewers"), query: { pagelen: 100 } };
  for await (const { user } of api.list({ ...list, emptyStatus: 403, schema: BitbucketDefaultReviewer }))
    reviewers.push({ uuid: user.uuid });
  return reviewers;
}

/** An update without reviewers takes them away, and only the request by itself says who they are. */
async function update(
  api: HostApi,
  repository: RepositoryPath,
  { existing, content: { title, body: description } }: { existing: BitbucketPullRequest; content: Content },
): Promise<BitbucketPullRequest> {
  if (existing.title === title && (existing.summary?.raw ?? "") === description) return existing;
  const at = repositoryAt(repository, `/pullrequests/${existing.id}`);
  const { reviewers } = await api.send({ ...at, schema: BitbucketPullRequest });
  const body = { title, description, reviewers: (reviewers ?? []).map(({ uuid }) => ({ uuid })) };
  return api.send({ method: "PUT", ...at, body, schema: BitbucketPullRequest });
}
