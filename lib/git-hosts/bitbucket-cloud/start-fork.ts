import { isSamePath, type Repository } from "../git-host.ts";
import type { RepositoryPath } from "../host-access.ts";
import { Anything } from "../host-api.ts";
import { explainWorkspace, findRepository, type BitbucketCloud } from "./repositories.ts";
import { BitbucketRepository } from "./schema.ts";
import { repositoryAt, toSlug } from "./slug.ts";

/**
 * A private fork, since a policy may forbid public ones (REST reference, "Fork a repository"). One workspace may have several.
 * @returns false when the repository may not be forked
 */
export async function startFork(
  bitbucket: BitbucketCloud,
  source: Repository,
  target: RepositoryPath,
): Promise<boolean> {
  const { api } = bitbucket;
  const { fork_policy: policy } = await api.send({ ...repositoryAt(source), schema: BitbucketRepository });
  if (policy === "no_forks") return false;
  const body = { name: toSlug(target.name), workspace: { slug: target.owner.toLowerCase() }, is_private: true };
  const at = { ...repositoryAt(source, "/forks"), owner: target.owner };
  const started = await api.attempt({ method: "POST", ...at, body, schema: Anything });
  if ("value" in started) return true;
  const { refusal } = started;
  // Another run may have been faster.
  const existing = refusal.status === 400 ? await findRepository(bitbucket, target) : undefined;
  if (existing !== undefined) return isSamePath(existing.forkedFrom, source);
  throw await explainWorkspace(api, target.owner, refusal);
}
