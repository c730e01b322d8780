import { ConflictError, NotAllowedError, NotFoundError, type StepError } from "../../step/errors.ts";
import { ensureRepository } from "../ensure-repository.ts";
import { describePath, isSamePath, type Repository } from "../git-host.ts";
import type { RepositoryPath } from "../host-access.ts";
import { Anything, type Attempt, type HostApi, type Refusal } from "../host-api.ts";
import { explainRefusal } from "./explain-refusal.ts";
import { splitMessage } from "./read-message.ts";
import { BitbucketRef, BitbucketRepository, type RepositoryName } from "./schema.ts";
import { projectPath, repositoryAt, toSlug } from "./slug.ts";

/** Bitbucket's API, and the address that people use for it. */
export interface BitbucketDataCenter {
  api: HostApi;
  url: string;
}

export async function findRepository(
  bitbucket: BitbucketDataCenter,
  path: RepositoryPath,
): Promise<Repository | undefined> {
  const found = await findDetails(bitbucket.api, path);
  return found && toRepository(bitbucket, found);
}

/** @throws {@link NotFoundError} where Bitbucket answers with what the repository became when it was renamed or moved */
export async function findDetails(api: HostApi, path: RepositoryPath): Promise<BitbucketRepository | undefined> {
  const found = await api.find({ ...repositoryAt(path), schema: BitbucketRepository });
  if (found === undefined || isSamePath(toPath(found), { ...path, name: toSlug(path.name) })) return found;
  throw new NotFoundError(tellNewName(path, toPath(found)));
}

export function tellNewName(asked: RepositoryPath, found: RepositoryPath): string {
  return `The repository "${describePath(asked)}" is called "${describePath(found)}" now. Use that name in its address.`;
}

/** A private repository of the project, or of the user whose own project it is. */
export function ensurePrivateRepository(
  bitbucket: BitbucketDataCenter,
  path: RepositoryPath,
  description = "",
): Promise<Repository> {
  return ensureRepository({
    find: () => findRepository(bitbucket, path),
    create: () => createRepository(bitbucket, path, description),
    conflictStatus: 409,
    explain: (refusal) => explainProject(path.owner, refusal),
  });
}

async function createRepository(
  bitbucket: BitbucketDataCenter,
  path: RepositoryPath,
  description: string,
): Promise<Attempt<Repository>> {
  const { owner, name } = path;
  const body = { name: toSlug(name), scmId: "git", description };
  const at = { path: `/api/latest${projectPath(owner)}/repos`, owner };
  // The name is looked at as it is everywhere else.
  repositoryAt(path);
  const created = await bitbucket.api.attempt({ method: "POST", ...at, body, schema: BitbucketRepository });
  return "value" in created ? { ...created, value: await toRepository(bitbucket, created.value) } : created;
}

/** Why nothing can be made in a project. */
export function explainProject(owner: string, refusal: Refusal): StepError {
  const { exception, said } = splitMessage(refusal.message);
  if (exception === "NoSuchProjectException")
    return new NotFoundError(`Bitbucket has no project "${owner}", or the token may not see it. Check the owner.`);
  if (exception === "AuthorisationException" && owner.startsWith("~"))
    return new NotAllowedError(
      `The token may not create repositories in the personal project "${owner}" (${said.replace(/\.$/, "")}). Choose the one of the token's own user, or a project.`,
    );
  return explainRefusal(refusal);
}

export async function setDefaultBranch(api: HostApi, path: RepositoryPath, branch: string): Promise<void> {
  const body = { id: `refs/heads/${branch}` };
  await api.send({ method: "PUT", ...repositoryAt(path, "/default-branch"), body, schema: Anything });
}

/** Bitbucket is content when there is nothing to remove, so it is looked at before. */
export async function removeRepository(api: HostApi, path: RepositoryPath): Promise<void> {
  if ((await findDetails(api, path)) === undefined)
    throw new NotFoundError(`There is no repository "${describePath(path)}", or the token may not see it.`);
  await api.send({ method: "DELETE", ...repositoryAt(path), schema: Anything });
}

/** Addresses are built from the one that we reach Bitbucket by: its own answers name the one it was configured with. */
async function toRepository({ api, url }: BitbucketDataCenter, found: BitbucketRepository): Promise<Repository> {
  if (found.state === "INITIALISATION_FAILED")
    throw new ConflictError(
      `Bitbucket could not make the repository "${describePath(toPath(found))}"${found.statusMessage ? ` (${found.statusMessage.replace(/\.$/, "")})` : ""}. Remove it, and run the step again.`,
    );
  const path = toPath(found);
  const branch = await api.find({ ...repositoryAt(path, "/default-branch"), schema: BitbucketRef });
  return {
    ...path,
    cloneUrl: `${url}/scm/${describePath(path)}.git`,
    webUrl: `${url}${toPage(found)}/browse`,
    defaultBranch: branch?.displayId ?? "master",
    isPrivate: found.public !== true && found.project.public !== true,
    ...(found.origin ? { forkedFrom: toPath(found.origin) } : {}),
    ...(found.archived === true || found.state === "OFFLINE" ? { isReadOnly: true } : {}),
  };
}

/** Keys are in small letters in the addresses that Git has, and case does not count in any. */
export function toPath({ slug, project: { key } }: RepositoryName): RepositoryPath {
  return { owner: key.toLowerCase(), name: slug };
}

/** `/projects/PRJ/repos/web`, or `/users/barry/repos/web`. */
export function toPage({ slug, project: { key } }: RepositoryName): string {
  const isPersonal = key.startsWith("~");
  return isPersonal ? `/users/${key.slice(1).toLowerCase()}/repos/${slug}` : `/projects/${key}/repos/${slug}`;
}
