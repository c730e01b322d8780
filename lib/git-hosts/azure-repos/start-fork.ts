import type { Repository } from "../git-host.ts";
import type { RepositoryPath } from "../host-access.ts";
import { organizationPath } from "./address.ts";
import type { AzureRepos } from "./open-api.ts";
import { createRepository, getRaw } from "./repositories.ts";

/**
 * A fork is a repository that is created with a parent, in any project of the same organization; its contents come later.
 * @returns false for another organization, where there can be none, and where the repository does not allow forks
 */
export async function startFork(azure: AzureRepos, source: Repository, target: RepositoryPath): Promise<boolean> {
  if (organizationPath(source.owner).toLowerCase() !== organizationPath(target.owner).toLowerCase()) return false;
  const { id, project } = await getRaw(azure, source);
  const parentRepository = { id, project: { id: project.id } };
  const created = await createRepository(azure, target, { parentRepository });
  if ("value" in created) return true;
  const { status, message } = created.refusal;
  // Somebody may have been faster: what is there then is looked at.
  if (status === 409 || /\bfork/i.test(message)) return false;
  throw azure.api.explain(created.refusal);
}
