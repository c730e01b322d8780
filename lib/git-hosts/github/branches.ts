import { NotFoundError } from "../../step/errors.ts";
import type { Branch } from "../git-host.ts";
import type { RepositoryPath } from "../host-access.ts";
import { Anything, type HostApi } from "../host-api.ts";
import { repositoryAt } from "../repository-api.ts";
import { explainRefusal } from "./explain-refusal.ts";
import { GitHubBranch } from "./schema.ts";

export async function findBranch(api: HostApi, path: RepositoryPath, name: string): Promise<Branch | undefined> {
  const at = repositoryAt(path, `/branches/${encodeURIComponent(name)}`);
  const found = await api.find({ ...at, schema: GitHubBranch });
  return found && { name: found.name, commit: found.commit.sha, isProtected: found.protected };
}

export async function removeBranch(api: HostApi, path: RepositoryPath, name: string): Promise<void> {
  const at = repositoryAt(path, `/git/refs/heads/${name.split("/").map(encodeURIComponent).join("/")}`);
  const removed = await api.attempt({ method: "DELETE", ...at, schema: Anything });
  if ("value" in removed) return;
  if (removed.refusal.status === 422 && /does not exist/i.test(removed.refusal.message))
    throw new NotFoundError(`There is no branch "${name}".`);
  throw explainRefusal(removed.refusal);
}
