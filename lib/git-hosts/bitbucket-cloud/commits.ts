import type { RepositoryPath } from "../host-access.ts";
import type { HostApi } from "../host-api.ts";
import { BitbucketCommit } from "./schema.ts";
import { repositoryAt } from "./slug.ts";

const length = 40;

/** Pull requests have the first twelve characters of a commit's id: the whole is asked for. One that is gone stays as it is. */
export async function toFullHash(api: HostApi, repository: RepositoryPath, hash: string): Promise<string> {
  if (hash.length === length) return hash;
  const found = await api.find({ ...repositoryAt(repository, `/commit/${hash}`), schema: BitbucketCommit });
  return found?.hash ?? hash;
}
