import type { PullRequestPath } from "../git-host.ts";
import type { RepositoryPath } from "../host-access.ts";
import type { Attempt, HostApi } from "../host-api.ts";
import { splitMessage } from "./read-message.ts";
import { findDetails } from "./repositories.ts";
import { BitbucketDefaultReviewers, BitbucketPullRequest } from "./schema.ts";
import { repositoryAt, toSlug } from "./slug.ts";

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
  if (existing?.state === "OPEN") return update(api, path, { existing, content });
  const created = await create(api, path, content);
  if ("value" in created) return created.value;
  const isDuplicate = splitMessage(created.refusal.message).exception === "DuplicatePullRequestException";
  const meanwhile = isDuplicate ? await find() : undefined;
  if (meanwhile?.state === "OPEN") return update(api, path, { existing: meanwhile, content });
  throw api.explain(created.refusal);
}

/** What the site does by itself for people who open a request there, a request of the API leaves to whoever sends it. */
async function create(api: HostApi, path: PullRequestPath, content: Content): Promise<Attempt<BitbucketPullRequest>> {
  const reviewers = await listDefaultReviewers(api, path);
  const created = await attempt(api, path, { content, reviewers });
  if ("value" in created) return created;
  const { exception } = splitMessage(created.refusal.message);
  // Nobody reviews a request of their own, nor without the right to see it.
  return exception === "InvalidPullRequestReviewersException"
    ? attempt(api, path, { content, reviewers: [] })
    : created;
}

interface NewPullRequest {
  content: Content;
  reviewers: readonly string[];
}

function attempt(
  api: HostApi,
  { repository, from, to }: PullRequestPath,
  { content: { title, body: description }, reviewers }: NewPullRequest,
): Promise<Attempt<BitbucketPullRequest>> {
  const [fromRef, toRef] = [from, to].map((branch) => refOf(repository, branch));
  const body = { title, description, fromRef, toRef, reviewers: reviewers.map(toReviewer) };
  const at = repositoryAt(repository, "/pull-requests");
  return api.attempt({ method: "POST", ...at, body, schema: BitbucketPullRequest });
}

function refOf({ owner, name }: RepositoryPath, branch: string): Record<string, unknown> {
  return { id: `refs/heads/${branch}`, repository: { slug: toSlug(name), project: { key: owner } } };
}

function toReviewer(name: string): Record<string, unknown> {
  return { user: { name } };
}

async function listDefaultReviewers(api: HostApi, { repository, from, to }: PullRequestPath): Promise<string[]> {
  const details = await findDetails(api, repository);
  if (details === undefined) return [];
  const refs = { sourceRefId: `refs/heads/${from}`, targetRefId: `refs/heads/${to}` };
  const query = { sourceRepoId: details.id, targetRepoId: details.id, ...refs };
  const at = repositoryAt(repository, "/reviewers", "default-reviewers");
  const found = await api.attempt({ ...at, query, schema: BitbucketDefaultReviewers });
  if ("refusal" in found) return [];
  const names = found.value.flatMap(({ name, reviewers = [] }) => [name, ...reviewers.map((user) => user.name)]);
  return [...new Set(names.filter((name) => name !== undefined))];
}

/** An update without reviewers takes them away, and one without the newest version is refused. */
async function update(
  api: HostApi,
  { repository }: PullRequestPath,
  { existing, content: { title, body: description } }: { existing: BitbucketPullRequest; content: Content },
): Promise<BitbucketPullRequest> {
  if (existing.title === title && (existing.description ?? "") === description) return existing;
  const at = repositoryAt(repository, `/pull-requests/${existing.id}`);
  const send = ({ version, reviewers }: BitbucketPullRequest): Promise<Attempt<BitbucketPullRequest>> => {
    const body = { version, title, description, reviewers: (reviewers ?? []).map(({ user }) => toReviewer(user.name)) };
    return api.attempt({ method: "PUT", ...at, body, schema: BitbucketPullRequest });
  };
  const updated = await send(existing);
  if ("value" in updated) return updated.value;
  const { exception } = splitMessage(updated.refusal.message);
  if (exception !== "PullRequestOutOfDateException") throw api.explain(updated.refusal);
  const again = await send(await api.send({ ...at, schema: BitbucketPullRequest }));
  if ("value" in again) return again.value;
  throw api.explain(again.refusal);
}
