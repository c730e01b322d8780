import { NotAllowedError, NotFoundError, type StepError } from "../../step/errors.ts";
import { ensureRepository } from "../ensure-repository.ts";
import { describePath, type Repository } from "../git-host.ts";
import type { GitHostOptions, RepositoryPath } from "../host-access.ts";
import { Anything, type Attempt, type HostApi, type Refusal } from "../host-api.ts";
import { explainRefusal } from "./explain-refusal.ts";
import { BitbucketRepository, BitbucketWorkspace } from "./schema.ts";
import { repositoryAt } from "./slug.ts";

/** Bitbucket's API, and the address that people use for it. */
export interface BitbucketCloud extends Pick<GitHostOptions, "url" | "wait" | "signal"> {
  api: HostApi;
}

export async function findRepository(
  { api, url }: BitbucketCloud,
  path: RepositoryPath,
): Promise<Repository | undefined> {
  const found = await api.find({ ...repositoryAt(path), schema: BitbucketRepository });
  return found && toRepository(found, url);
}

/** A private repository in the workspace's oldest project, which is where Bitbucket puts one that names none. */
export function ensurePrivateRepository(
  bitbucket: BitbucketCloud,
  path: RepositoryPath,
  description = "",
): Promise<Repository> {
  return ensureRepository({
    find: () => findRepository(bitbucket, path),
    create: () => createRepository(bitbucket, path, description),
    conflictStatus: 400,
    explain: (refusal) => explainWorkspace(bitbucket.api, path.owner, refusal),
  });
}

async function createRepository(
  { api, url }: BitbucketCloud,
  path: RepositoryPath,
  description: string,
): Promise<Attempt<Repository>> {
  const body = { scm: "git", is_private: true, description };
  const created = await api.attempt({ method: "POST", ...repositoryAt(path), body, schema: BitbucketRepository });
  return "value" in created ? { ...created, value: toRepository(created.value, url) } : created;
}

/** Why nothing can be made in a workspace. */
export async function explainWorkspace(api: HostApi, owner: string, refusal: Refusal): Promise<StepError> {
  const { status, message } = refusal;
  const explained = explainRefusal(refusal);
  if (status !== 404 && (status !== 403 || message.includes("required=["))) return explained;
  const asked = await api.attempt({ path: `/workspaces/${workspaceIn(owner)}`, owner, schema: BitbucketWorkspace });
  if ("refusal" in asked && asked.refusal.status === 404)
    return new NotFoundError(`Bitbucket has no workspace "${owner}", or the token may not see it. Check the owner.`);
  return status === 403
    ? new NotAllowedError(
        `The token may not create repositories in the workspace "${owner}" (${message || `status ${status}`}). Choose a workspace that it is for, or let its user create repositories there.`,
      )
    : explained;
}

function workspaceIn(owner: string): string {
  return encodeURIComponent(owner.toLowerCase());
}

export async function setDefaultBranch(api: HostApi, path: RepositoryPath, branch: string): Promise<void> {
  const body = { mainbranch: { name: branch } };
  await api.send({ method: "PUT", ...repositoryAt(path), body, schema: Anything });
}

export async function removeRepository(api: HostApi, path: RepositoryPath): Promise<void> {
  await api.send({ method: "DELETE", ...repositoryAt(path), schema: Anything });
}

/** Addresses are built from the one that people use: Bitbucket's own for Git has the name of a user in it. */
function toRepository(found: BitbucketRepository, url: string): Repository {
  const path = toPath(found);
  const address = `${url}/${describePath(path)}`;
  return {
    ...path,
    cloneUrl: `${address}.git`,
    webUrl: address,
    // What a new workspace gives its repositories; an empty one does not say.
    defaultBranch: found.mainbranch?.name ?? "main",
    isPrivate: found.is_private,
    ...(found.parent ? { forkedFrom: toPath(found.parent) } : {}),
  };
}

export function toPath({ full_name: fullName }: { full_name: string }): RepositoryPath {
  const [owner = "", name = ""] = fullName.split("/");
  return { owner, name };
}
