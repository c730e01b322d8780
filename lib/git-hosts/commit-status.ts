import type { CommitStatus } from "./git-host.ts";
import type { RepositoryPath } from "./host-access.ts";
import { Anything, type HostApi } from "./host-api.ts";
import { repositoryAt } from "./repository-api.ts";

/** What hosts that speak GitHub's dialect of REST show of a description. */
const longest = 140;

export async function setCommitStatus(
  api: HostApi,
  path: RepositoryPath,
  { commit, status }: { commit: string; status: CommitStatus },
): Promise<void> {
  const { name, state, description, url } = status;
  const body = {
    state,
    context: name,
    description: shortenDescription(description),
    ...(url === undefined ? {} : { target_url: url }),
  };
  await api.send({ method: "POST", ...repositoryAt(path, `/statuses/${commit}`), body, schema: Anything });
}

/** @returns the description, cut with an ellipsis where hosts would refuse it */
export function shortenDescription(description: string): string {
  const characters = [...description];
  return characters.length <= longest ? description : `${characters.slice(0, longest - 1).join("")}…`;
}
