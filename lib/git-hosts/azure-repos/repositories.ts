import { ConflictError, NotFoundError } from "../../step/errors.ts";
import { ensureRepository } from "../ensure-repository.ts";
import { describePath, type Repository } from "../git-host.ts";
import type { RepositoryPath } from "../host-access.ts";
import { Anything, type Attempt } from "../host-api.ts";
import { organizationPath, projectOf, repositoryUrl, siblingOwner } from "./address.ts";
import { projectAt, repositoryAt, version, type AzureRepos } from "./open-api.ts";
import { withMergeMethods } from "./policies.ts";
import { AzureProject, AzureRepository } from "./schema.ts";

export async function findRepository(azure: AzureRepos, path: RepositoryPath): Promise<Repository | undefined> {
  const found = await findRaw(azure, path);
  return found && toRepository(found, path.owner, azure.url);
}

/** With how it is merged, which takes a request more. In one that is disabled there is nothing to merge, nor in an empty one. */
export async function findWithMergeMethods(azure: AzureRepos, path: RepositoryPath): Promise<Repository | undefined> {
  const found = await findRaw(azure, path);
  if (found === undefined) return undefined;
  const repository = toRepository(found, path.owner, azure.url);
  const isMergedInto = found.defaultBranch && repository.isReadOnly !== true;
  return isMergedInto ? withMergeMethods(azure, repository, found) : repository;
}

/**
 * As the API has it. A project goes on answering to its old names, until another one takes them ("Rename a project in Azure DevOps").
 * @throws {@link NotFoundError} for one of a project that has another name by now
 */
async function findRaw({ api }: AzureRepos, path: RepositoryPath): Promise<AzureRepository | undefined> {
  const found = await api.find({ ...repositoryAt(path), schema: AzureRepository });
  const { name } = found?.project ?? { name: projectOf(path.owner) };
  // A project may be asked for by its id as well.
  if (name.toLowerCase() === projectOf(path.owner).toLowerCase() || projectOf(path.owner) === found?.project.id)
    return found;
  const now = describePath({ owner: siblingOwner(path.owner, name), name: found?.name ?? path.name });
  throw new NotFoundError(
    `The repository "${describePath(path)}" is called "${now}" now. Use that name in its address.`,
  );
}

/** What changes a repository takes its id alone. @throws {@link NotFoundError} */
export async function getRaw(azure: AzureRepos, path: RepositoryPath): Promise<AzureRepository> {
  const found = await findRaw(azure, path);
  if (found !== undefined) return found;
  throw new NotFoundError(
    `Azure Repos has no repository "${describePath(path)}", or the user may not see it. Check the name, and what the user may see.`,
  );
}

/** In a project, which says who sees it. */
export function ensureProjectRepository(azure: AzureRepos, path: RepositoryPath): Promise<Repository> {
  return ensureRepository({
    find: () => findRepository(azure, path),
    create: () => createRepository(azure, path, {}),
    conflictStatus: 409,
    explain: (refusal) =>
      refusal.status === 409
        ? new ConflictError(
            `Azure Repos has a repository of that name that the user may not see (${refusal.message.replace(/\.$/, "")}). Choose another name, or give the user access.`,
          )
        : azure.api.explain(refusal),
  });
}

/** @param more - the repository that it is a fork of, where it is one */
export async function createRepository(
  azure: AzureRepos,
  { owner, name }: RepositoryPath,
  more: { parentRepository?: object },
): Promise<Attempt<Repository>> {
  const project = await azure.api.attempt({
    path: `${organizationPath(owner)}/_apis/projects/${encodeURIComponent(projectOf(owner))}`,
    owner,
    query: version,
    schema: AzureProject,
  });
  if ("refusal" in project) return project;
  const body = { name, project: { id: project.value.id }, ...more };
  const at = projectAt(owner, "/git/repositories");
  const created = await azure.api.attempt({ method: "POST", ...at, body, schema: AzureRepository });
  return "value" in created ? { ...created, value: toRepository(created.value, owner, azure.url) } : created;
}

export async function setDefaultBranch(azure: AzureRepos, path: RepositoryPath, branch: string): Promise<void> {
  const { id } = await getRaw(azure, path);
  const at = repositoryAt({ ...path, name: id });
  const body = { defaultBranch: `refs/heads/${branch}` };
  await azure.api.send({ method: "PATCH", ...at, body, schema: Anything });
}

/** Into the project's recycle bin, where it stays for a while. */
export async function removeRepository(azure: AzureRepos, path: RepositoryPath): Promise<void> {
  const { id } = await getRaw(azure, path);
  await azure.api.send({ method: "DELETE", ...repositoryAt({ ...path, name: id }), schema: Anything });
}

/** What an empty repository's first branch is to be called is a setting of the project that its API does not tell. */
const usualBranch = "main";

function toRepository(found: AzureRepository, askedOwner: string, url: string): Repository {
  const { name, project, parentRepository: parent } = found;
  const path = { owner: siblingOwner(askedOwner, project.name), name };
  const address = repositoryUrl(url, path);
  return {
    ...path,
    cloneUrl: address,
    webUrl: address,
    defaultBranch: found.defaultBranch?.replace(/^refs\/heads\//, "") ?? usualBranch,
    isPrivate: project.visibility !== "public",
    ...(parent ? { forkedFrom: { owner: siblingOwner(askedOwner, parent.project.name), name: parent.name } } : {}),
    ...(found.isDisabled || found.isInMaintenance ? { isReadOnly: true } : {}),
  };
}
