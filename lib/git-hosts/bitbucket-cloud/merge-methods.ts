import type { Repository } from "../git-host.ts";
import { preferFirst, toMergeMethods } from "../merge-strategies.ts";
import { branchAt } from "./branches.ts";
import { strategies } from "./merge.ts";
import type { BitbucketCloud } from "./repositories.ts";
import { BitbucketBranch } from "./schema.ts";

/** The repository with what its main branch says of merging (REST reference, "Get a branch": `merge_strategies`); an empty one has no branch that would. */
export async function withMergeMethods({ api }: BitbucketCloud, repository: Repository): Promise<Repository> {
  const found = await api.find({ ...branchAt(repository, repository.defaultBranch), schema: BitbucketBranch });
  const allowed = preferFirst(found?.merge_strategies ?? [], found?.default_merge_strategy);
  const mergeMethods = toMergeMethods(strategies, allowed);
  return mergeMethods.length === 0 ? repository : { ...repository, mergeMethods };
}
