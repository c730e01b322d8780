import { shortenDescription } from "../commit-status.ts";
import type { CommitStatus } from "../git-host.ts";
import type { RepositoryPath } from "../host-access.ts";
import { Anything } from "../host-api.ts";
import { repositoryAt, type AzureRepos } from "./open-api.ts";
import { listActive } from "./pull-requests.ts";

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

function toBody({ name, state, description, url }: CommitStatus): Record<string, unknown> {
  const at = name.lastIndexOf("/");
  return {
    state: states[state],
    description: shortenDescription(description),
    context: { name: name.slice(at + 1), ...(at === -1 ? {} : { genre: name.slice(0, at) }) },
    ...(url === undefined ? {} : { targetUrl: url }),
  };
}
