import { createHash } from "node:crypto";
import { findState, shortenDescription } from "../commit-status.ts";
import { describePath, type CommitStatus } from "../git-host.ts";
import type { RepositoryPath } from "../host-access.ts";
import { Anything } from "../host-api.ts";
import type { BitbucketCloud } from "./repositories.ts";
import { BitbucketStatus } from "./schema.ts";
import { repositoryAt } from "./slug.ts";

const states: Readonly<Record<CommitStatus["state"], string>> = {
  pending: "INPROGRESS",
  success: "SUCCESSFUL",
  failure: "FAILED",
  error: "STOPPED",
};

/** A status of the same key takes the place of the one before. Each has to lead somewhere: without a page, to the commit. */
export async function setCommitStatus(
  { api, url }: BitbucketCloud,
  path: RepositoryPath,
  { commit, status }: { commit: string; status: CommitStatus },
): Promise<void> {
  const { name, state, description, url: page = `${url}/${describePath(path)}/commits/${commit}` } = status;
  const body = {
    key: toKey(name),
    name,
    state: states[state],
    description: shortenDescription(description),
    url: page,
  };
  const at = repositoryAt(path, `/commit/${commit}/statuses/build`);
  await api.send({ method: "POST", ...at, body, schema: Anything });
}

/** There is one of each key (REST reference, "Get a build status for a commit"). */
export async function findCommitStatus(
  { api }: BitbucketCloud,
  path: RepositoryPath,
  { commit, name }: { commit: string; name: string },
): Promise<CommitStatus["state"] | undefined> {
  const at = repositoryAt(path, `/commit/${commit}/statuses/build/${encodeURIComponent(toKey(name))}`);
  const found = await api.find({ ...at, schema: BitbucketStatus });
  return findState(states, found?.state);
}

/** Characters. */
const longestKey = 40;

function toKey(name: string): string {
  if (name.length <= longestKey) return name;
  const digest = createHash("sha256").update(name).digest("hex").slice(0, 8);
  return `${name.slice(0, longestKey - digest.length - 1)}-${digest}`;
}
