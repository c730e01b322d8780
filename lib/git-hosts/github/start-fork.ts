import { isSamePath, type Repository } from "../git-host.ts";
import type { RepositoryPath } from "../host-access.ts";
import type { HostApi } from "../host-api.ts";
import { repositoryAt } from "../repository-api.ts";
import { isOrganization, type GitHub } from "./accounts.ts";
import { GitHubRepository } from "./schema.ts";

/** @returns false when the repository may not be forked, or when the owner has a fork of it already, since there is one at most */
export async function startFork(github: GitHub, source: Repository, target: RepositoryPath): Promise<boolean> {
  const { allow_forking: isAllowed = true } = await github.api.send({
    ...repositoryAt(source),
    schema: GitHubRepository,
  });
  if (!isAllowed) return false;
  const isForOrganization = await isOrganization(github, target.owner);
  const fork = await requestFork(github.api, source, { ...target, isForOrganization });
  // Asked for a second fork, GitHub answers with the first.
  return isSamePath({ owner: fork.owner.login, name: fork.name }, target);
}

/** With the token for the owner of the fork. */
function requestFork(
  api: HostApi,
  source: Repository,
  { owner, name, isForOrganization }: RepositoryPath & { isForOrganization: boolean },
): Promise<GitHubRepository> {
  const body = { ...(isForOrganization ? { organization: owner } : {}), name, default_branch_only: false };
  return api.send({ method: "POST", ...repositoryAt(source, "/forks"), owner, body, schema: GitHubRepository });
}
