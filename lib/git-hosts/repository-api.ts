import type { RepositoryPath } from "./host-access.ts";
import { Anything, type HostApi } from "./host-api.ts";

/** Where a repository is in the API of hosts that speak GitHub's dialect of REST; `rest` begins with a slash. */
export function repositoryAt({ owner, name }: RepositoryPath, rest = ""): { path: string; owner: string } {
  return { path: `/repos/${encodeURIComponent(owner)}/${encodeURIComponent(name)}${rest}`, owner };
}

export async function setDefaultBranch(api: HostApi, path: RepositoryPath, branch: string): Promise<void> {
  const body = { default_branch: branch };
  await api.send({ method: "PATCH", ...repositoryAt(path), body, schema: Anything });
}

export async function removeRepository(api: HostApi, path: RepositoryPath): Promise<void> {
  await api.send({ method: "DELETE", ...repositoryAt(path), schema: Anything });
}
