import { ensureRepository } from "../ensure-repository.ts";
import type { MergeMethod, Repository } from "../git-host.ts";
import type { RepositoryPath } from "../host-access.ts";
import type { Attempt, HostApi } from "../host-api.ts";
import { repositoryAt } from "../repository-api.ts";
import { explainOwner, isOwnAccount } from "./accounts.ts";
import { explainRefusal } from "./explain-refusal.ts";
import { GiteaRepository } from "./schema.ts";

/** Gitea's API, and the address that people use for it. */
export interface Gitea {
  api: HostApi;
  url: string;
}

export async function findRepository({ api, url }: Gitea, path: RepositoryPath): Promise<Repository | undefined> {
  const found = await api.find({ ...repositoryAt(path), schema: GiteaRepository });
  return found && toRepository(found, url);
}

/** A private repository of the organization, or of the token's user. */
export function ensurePrivateRepository(gitea: Gitea, path: RepositoryPath, description = ""): Promise<Repository> {
  return ensureRepository({
    find: () => findRepository(gitea, path),
    create: () => createRepository(gitea, path, description),
    conflictStatus: 409,
    explain: (refusal) => (refusal.status === 404 ? explainOwner(gitea.api, path.owner) : explainRefusal(refusal)),
  });
}

async function createRepository(
  { api, url }: Gitea,
  { owner, name }: RepositoryPath,
  description: string,
): Promise<Attempt<Repository>> {
  const path = (await isOwnAccount(api, owner)) ? "/user/repos" : `/orgs/${encodeURIComponent(owner)}/repos`;
  const body = { name, description, private: true, auto_init: false };
  const created = await api.attempt({ method: "POST", path, owner, body, schema: GiteaRepository });
  return "value" in created ? { ...created, value: toRepository(created.value, url) } : created;
}

/** Addresses are built from the one that we reach Gitea by: its own answers name the one it was configured with. */
function toRepository(found: GiteaRepository, url: string): Repository {
  const { parent } = found;
  const mergeMethods = listMergeMethods(found);
  const address = `${url}/${found.owner.login}/${found.name}`;
  return {
    owner: found.owner.login,
    name: found.name,
    cloneUrl: `${address}.git`,
    webUrl: address,
    defaultBranch: found.default_branch,
    isPrivate: found.private,
    ...(parent ? { forkedFrom: { owner: parent.owner.login, name: parent.name } } : {}),
    ...(found.archived === true ? { isReadOnly: true } : {}),
    ...(mergeMethods.length > 0 ? { mergeMethods } : {}),
  };
}

/** `default_merge_style` may have more names than we use, such as `fast-forward-only`. */
function listMergeMethods(found: GiteaRepository): MergeMethod[] {
  const allowed: readonly (readonly [MergeMethod, boolean | undefined])[] = [
    ["merge", found.allow_merge_commits],
    ["squash", found.allow_squash_merge],
    ["rebase", found.allow_rebase],
  ];
  const methods = allowed.flatMap(([method, isAllowed]) => (isAllowed === true ? [method] : []));
  return methods.toSorted((a, b) => rank(a, found) - rank(b, found));
}

function rank(method: MergeMethod, { default_merge_style: preferred }: GiteaRepository): number {
  return method === preferred ? 0 : 1;
}
