import { ensureRepository } from "../ensure-repository.ts";
import type { Repository } from "../git-host.ts";
import type { RepositoryPath } from "../host-access.ts";
import type { Attempt, HostApi } from "../host-api.ts";
import { repositoryAt } from "../repository-api.ts";
import { isOrganization, type GitHub } from "./accounts.ts";
import { explainRefusal } from "./explain-refusal.ts";
import { GitHubRepository } from "./schema.ts";

export async function findRepository(api: HostApi, path: RepositoryPath): Promise<Repository | undefined> {
  const found = await api.find({ ...repositoryAt(path), schema: GitHubRepository });
  return found && toRepository(found);
}

/** A private repository of the organization, or of the token's user. */
export function ensurePrivateRepository(github: GitHub, path: RepositoryPath, description = ""): Promise<Repository> {
  return ensureRepository({
    find: () => findRepository(github.api, path),
    create: () => createRepository(github, path, description),
    conflictStatus: 422,
    explain: explainRefusal,
  });
}

async function createRepository(
  github: GitHub,
  { owner, name }: RepositoryPath,
  description: string,
): Promise<Attempt<Repository>> {
  const path = (await isOrganization(github, owner)) ? `/orgs/${encodeURIComponent(owner)}/repos` : "/user/repos";
  const body = { name, description, private: true, auto_init: false };
  const created = await github.api.attempt({ method: "POST", path, owner, body, schema: GitHubRepository });
  return "value" in created ? { value: toRepository(created.value) } : created;
}

function toRepository(found: GitHubRepository): Repository {
  const { parent } = found;
  return {
    owner: found.owner.login,
    name: found.name,
    cloneUrl: found.clone_url,
    webUrl: found.html_url,
    defaultBranch: found.default_branch,
    isPrivate: found.private,
    ...(parent ? { forkedFrom: { owner: parent.owner.login, name: parent.name } } : {}),
  };
}
