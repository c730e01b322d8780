import { isSamePath, type Repository } from "../git-host.ts";
import type { RepositoryPath } from "../host-access.ts";
import { Anything } from "../host-api.ts";
import { explainProject, findDetails, findRepository, type BitbucketDataCenter } from "./repositories.ts";
import { repositoryAt, toSlug } from "./slug.ts";

/** A project may have several forks of a repository. @returns false when the repository may not be forked */
export async function startFork(
  bitbucket: BitbucketDataCenter,
  source: Repository,
  target: RepositoryPath,
): Promise<boolean> {
  const { api } = bitbucket;
  const details = await findDetails(api, source);
  if (details?.forkable === false) return false;
  const body = { name: toSlug(target.name), project: { key: target.owner } };
  const at = { ...repositoryAt(source), owner: target.owner };
  const started = await api.attempt({ method: "POST", ...at, body, schema: Anything });
  if ("value" in started) return true;
  const { refusal } = started;
  // Another run may have been faster.
  const existing = [400, 409].includes(refusal.status) ? await findRepository(bitbucket, target) : undefined;
  if (existing !== undefined) return isSamePath(existing.forkedFrom, source);
  throw explainProject(target.owner, refusal);
}
