import { UnavailableError } from "../../step/errors.ts";
import { ensureRepository } from "../ensure-repository.ts";
import { describePath, type MergeMethod, type Repository } from "../git-host.ts";
import type { RepositoryPath } from "../host-access.ts";
import { Anything, type Attempt, type HostApi } from "../host-api.ts";
import { MarkedForDeletionError } from "./explain-moved.ts";
import { getNamespaceId } from "./namespaces.ts";
import { projectAt } from "./project-at.ts";
import { GitLabProject } from "./schema.ts";

/** GitLab's API, and the address that people use for it. */
export interface GitLab {
  api: HostApi;
  url: string;
}

export async function findRepository({ api, url }: GitLab, path: RepositoryPath): Promise<Repository | undefined> {
  const found = await findProject(api, path);
  return found && toRepository(found, url);
}

/**
 * A repository that may be a fork which GitLab has not finished.
 * @throws {@link UnavailableError} for one that it gave up
 */
export async function findFork(gitlab: GitLab, path: RepositoryPath): Promise<Repository | undefined> {
  const found = await findProject(gitlab.api, path);
  if (found?.import_status === "failed")
    throw new UnavailableError(
      `GitLab gave up the fork "${describePath(path)}" (${found.import_error || "it does not say why"}). Remove it in GitLab, and run the step again.`,
    );
  return found && toRepository(found, gitlab.url);
}

async function findProject(api: HostApi, path: RepositoryPath): Promise<GitLabProject | undefined> {
  try {
    const found = await api.find({ ...projectAt(path), schema: GitLabProject });
    return found?.marked_for_deletion_on ? undefined : found;
  } catch (error) {
    // Its path is free again.
    if (error instanceof MarkedForDeletionError) return undefined;
    throw error;
  }
}

/** A private repository of the group, or of the token's user. */
export function ensurePrivateRepository(gitlab: GitLab, path: RepositoryPath, description = ""): Promise<Repository> {
  return ensureRepository({
    find: () => findRepository(gitlab, path),
    create: () => createRepository(gitlab, path, description),
    // With the fields that are taken already.
    conflictStatus: 400,
    explain: (refusal) => gitlab.api.explain(refusal),
  });
}

async function createRepository(
  { api, url }: GitLab,
  { owner, name }: RepositoryPath,
  description: string,
): Promise<Attempt<Repository>> {
  const namespace = await getNamespaceId(api, owner);
  const body = { name, path: name, namespace_id: namespace, description, visibility: "private" };
  const created = await api.attempt({ method: "POST", path: "/projects", owner, body, schema: GitLabProject });
  return "value" in created ? { ...created, value: toRepository(created.value, url) } : created;
}

export async function setDefaultBranch(api: HostApi, path: RepositoryPath, branch: string): Promise<void> {
  await api.send({ method: "PUT", ...projectAt(path), body: { default_branch: branch }, schema: Anything });
}

export async function removeRepository(api: HostApi, path: RepositoryPath): Promise<void> {
  await api.send({ method: "DELETE", ...projectAt(path), schema: Anything });
}

/** Addresses are built from the one that we reach GitLab by: its own answers name the one it was configured with. */
function toRepository(found: GitLabProject, url: string): Repository {
  const address = `${url}/${found.path_with_namespace}`;
  const parent = found.forked_from_project;
  return {
    ...toPath(found),
    cloneUrl: `${address}.git`,
    webUrl: address,
    // An empty project may have none yet.
    defaultBranch: found.default_branch || "main",
    isPrivate: found.visibility === "private",
    mergeMethods: listMergeMethods(found),
    ...(parent ? { forkedFrom: toPath(parent) } : {}),
    ...(found.archived === true ? { isReadOnly: true } : {}),
  };
}

export function toPath({ path_with_namespace: path }: Pick<GitLabProject, "path_with_namespace">): RepositoryPath {
  const end = path.lastIndexOf("/");
  return { owner: path.slice(0, end), name: path.slice(end + 1) };
}

/** A project has one way to merge, and says beside it whether the commits become one before ("Merge methods", "Squash and merge"). */
function listMergeMethods({ merge_method: method, squash_option: option }: GitLabProject): MergeMethod[] {
  const plain = method === "ff" ? "rebase" : "merge";
  if (option === "always") return ["squash"];
  if (option === "never") return [plain];
  return option === "default_on" ? ["squash", plain] : [plain, "squash"];
}
