import { ensureRepository } from "../ensure-repository.ts";
import type { MergeMethod, Repository } from "../git-host.ts";
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
  return "value" in created ? { ...created, value: toRepository(created.value) } : created;
}

function toRepository(found: GitHubRepository): Repository {
  const { parent } = found;
  const mergeMethods = listMergeMethods(found);
  return {
    owner: found.owner.login,
    name: found.name,
    cloneUrl: found.clone_url,
    webUrl: found.html_url,
    defaultBranch: found.default_branch,
    isPrivate: found.private,
    ...(parent ? { forkedFrom: { owner: parent.owner.login, name: parent.name } } : {}),
    ...(found.archived === true || found.disabled === true ? { isReadOnly: true } : {}),
    ...(mergeMethods.length > 0 ? { mergeMethods } : {}),
  };
}

/** Said only to those who may merge; GitHub has no preferred one, and offers them in this order. */
function listMergeMethods(found: GitHubRepository): MergeMethod[] {
  const allowed: readonly (readonly [MergeMethod, boolean | undefined])[] = [
    ["merge", found.allow_merge_commit],
    ["squash", found.allow_squash_merge],
    ["rebase", found.allow_rebase_merge],
  ];
  return allowed.flatMap(([method, isAllowed]) => (isAllowed === true ? [method] : []));
}
