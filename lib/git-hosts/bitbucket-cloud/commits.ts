import type { RepositoryPath } from "../host-access.ts";
import type { HostApi } from "../host-api.ts";
import { BitbucketCommit } from "./schema.ts";
import { repositoryAt } from "./slug.ts";

const length = 40;

/**
 * Pull requests have the first twelve characters of a commit's id: the whole is asked for, where it may be. One that is gone, or that no
 * repository shows to us, stays as it is.
 */
export async function toFullHash(api: HostApi, hash: string, repositories: readonly RepositoryPath[]): Promise<string> {
  if (hash.length === length) return hash;
  for (const repository of repositories) {
    const found = await api.attempt({ ...repositoryAt(repository, `/commit/${hash}`), schema: BitbucketCommit });
    if ("value" in found) return found.value.hash;
  }
  return hash;
}
