import { findState, shortenDescription } from "../commit-status.ts";
import type { CommitStatus } from "../git-host.ts";
import type { RepositoryPath } from "../host-access.ts";
import { Anything } from "../host-api.ts";
import { findDetails, toPage, type BitbucketDataCenter } from "./repositories.ts";
import { BitbucketStatus } from "./schema.ts";
import { repositoryAt } from "./slug.ts";

const states: Readonly<Record<CommitStatus["state"], string>> = {
  pending: "INPROGRESS",
  success: "SUCCESSFUL",
  failure: "FAILED",
  error: "UNKNOWN",
};

/** A build status of the same key takes the place of the one before. Each has to lead somewhere: without a page, to the commit. */
export async function setCommitStatus(
  bitbucket: BitbucketDataCenter,
  path: RepositoryPath,
  { commit, status }: { commit: string; status: CommitStatus },
): Promise<void> {
  const { name, state, description, url } = status;
  const page = url ?? (await findPage(bitbucket, path, commit));
  const body = { key: name, name, state: states[state], description: shortenDescription(description), url: page };
  const at = repositoryAt(path, `/commits/${commit}/builds`);
  await bitbucket.api.send({ method: "POST", ...at, body, schema: Anything });
}

async function findPage({ api, url }: BitbucketDataCenter, path: RepositoryPath, commit: string): Promise<string> {
  const found = await findDetails(api, path);
  return found === undefined ? url : `${url}${toPage(found)}/commits/${commit}`;
}

/** There is one of each key (REST reference, "Get a specific build status"). */
export async function findCommitStatus(
  { api }: BitbucketDataCenter,
  path: RepositoryPath,
  { commit, name }: { commit: string; name: string },
): Promise<CommitStatus["state"] | undefined> {
  const at = repositoryAt(path, `/commits/${commit}/builds`);
  const found = await api.find({ ...at, query: { key: name }, schema: BitbucketStatus });
  return findState(states, found?.state);
}
