import { findState, shortenDescription } from "../commit-status.ts";
import type { CommitStatus } from "../git-host.ts";
import type { RepositoryPath } from "../host-access.ts";
import { Anything } from "../host-api.ts";
import { repositoryAt, type AzureRepos } from "./open-api.ts";
import { listActive } from "./pull-requests.ts";
import { AzureStatus, listOf } from "./schema.ts";

const states = {
  pending: "pending",
  success: "succeeded",
  failure: "failed",
  error: "error",
} as const satisfies Record<CommitStatus["state"], string>;

/** Beside the commit, and beside the pull requests that bring it: policies look at the status of those alone. */
export async function setCommitStatus(
  azure: AzureRepos,
  path: RepositoryPath,
  { commit, status }: { commit: string; status: CommitStatus },
): Promise<void> {
  const body = toBody(status);
  const add = (rest: string): Promise<unknown> =>
    azure.api.send({ method: "POST", ...repositoryAt(path, rest), body, schema: Anything });
  await add(`/commits/${commit}/statuses`);
  for await (const { pullRequestId, lastMergeSourceCommit } of listActive(azure, path))
    if (lastMergeSourceCommit?.commitId === commit) await add(`/pullRequests/${pullRequestId}/statuses`);
}

/** The newest of each name are asked for ("Statuses - List"); without a page size there are up to a thousand. */
export async function findCommitStatus(
  { api }: AzureRepos,
  path: RepositoryPath,
  { commit, name }: { commit: string; name: string },
): Promise<CommitStatus["state"] | undefined> {
  const at = repositoryAt(path, `/commits/${commit}/statuses`, { latestOnly: "true" });
  const { value } = await api.send({ ...at, schema: listOf(AzureStatus) });
  const wanted = toContext(name);
  const found = value.find(
    ({ context }) => context.name === wanted.name && (context.genre ?? "") === (wanted.genre ?? ""),
  );
  return findState(states, found?.state ?? undefined);
}

function toBody({ name, state, description, url }: CommitStatus): Record<string, unknown> {
  return {
    state: states[state],
    description: shortenDescription(description),
    context: toContext(name),
    ...(url === undefined ? {} : { targetUrl: url }),
  };
}

function toContext(name: string): { name: string; genre?: string } {
  const at = name.lastIndexOf("/");
  return { name: name.slice(at + 1), ...(at === -1 ? {} : { genre: name.slice(0, at) }) };
}
