import { ConflictError, NotAllowedError, NotFoundError } from "../../step/errors.ts";
import { describePath, type Branch } from "../git-host.ts";
import type { RepositoryPath } from "../host-access.ts";
import { repositoryAt, type AzureRepos } from "./open-api.ts";
import { listBlockingPolicies } from "./policies.ts";
import { getRaw } from "./repositories.ts";
import { AzureRef, AzureRefUpdate, listOf } from "./schema.ts";

export async function findBranch(azure: AzureRepos, path: RepositoryPath, name: string): Promise<Branch | undefined> {
  const ref = await findRef(azure, path, name);
  if (ref === undefined) return undefined;
  const isProtected = ref.isLocked === true || (await hasPolicy(azure, path, ref.name));
  return { name, commit: ref.objectId, isProtected };
}

/** The filter says how names begin. A repository that is not there has no branches. */
async function findRef({ api }: AzureRepos, path: RepositoryPath, name: string): Promise<AzureRef | undefined> {
  const list = { ...repositoryAt(path, "/refs", { filter: `heads/${name}` }), emptyStatus: 404, schema: AzureRef };
  for await (const ref of api.list(list)) if (ref.name === `refs/heads/${name}`) return ref;
  return undefined;
}

/** Where a policy blocks, nothing is pushed: only pull requests are merged (TF402455). */
async function hasPolicy(azure: AzureRepos, path: RepositoryPath, refName: string): Promise<boolean> {
  const repository = await getRaw(azure, path);
  return (await listBlockingPolicies(azure, { owner: path.owner, repository, refName })).length > 0;
}

const nothing = "0".repeat(40);

/** A list of updates is answered with what became of each. */
export async function removeBranch(azure: AzureRepos, path: RepositoryPath, name: string): Promise<void> {
  const ref = await findRef(azure, path, name);
  if (ref === undefined)
    throw new NotFoundError(`The repository "${describePath(path)}" has no branch "${name}". Check the name.`);
  const body = [{ name: ref.name, oldObjectId: ref.objectId, newObjectId: nothing }];
  const at = repositoryAt(path, "/refs");
  const { value } = await azure.api.send({ method: "POST", ...at, body, schema: listOf(AzureRefUpdate) });
  const [update] = value;
  if (update?.success === true) return;
  const status = update?.updateStatus ?? "it does not say why";
  if (status === "staleOldObjectId")
    throw new ConflictError("The branch got other commits in the meantime. Run the step again.");
  throw new NotAllowedError(
    `Azure Repos keeps the branch (${status}). Look at its policies, and whether the user may delete branches.`,
  );
}
