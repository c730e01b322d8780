import { findFileEntry } from "../git/compare.ts";
import { splitCredentials } from "../git/git-credentials.ts";
import type { LocalRepository } from "../git/repository.ts";
import { describeMovedSubmodule, listSubmodules, type Submodule } from "../git/submodules.ts";

export interface MovedSubmoduleOptions {
  /** The contents after the merge, and the copy's commit before it. */
  tree: string;
  into: string;
  /** Addresses of the template's repository and of the copy's, which may hold credentials. */
  from: string;
  to: string;
}

/**
 * What a merge would bring that leads elsewhere from the copy's repository than from the template's, in a sentence. A submodule that the copy has
 * already, or that people gave another address there, is theirs.
 */
export async function findMovedSubmodule(
  repository: LocalRepository,
  { tree, into, from, to }: MovedSubmoduleOptions,
): Promise<string | undefined> {
  const path = ".gitmodules";
  const [before, after] = await Promise.all([into, tree].map((commit) => findFileEntry(repository, commit, { path })));
  if (after === undefined || after.object === before?.object) return undefined;
  const known = new Set((await listSubmodules(repository, into)).map(toKey));
  const fresh = (await listSubmodules(repository, tree)).filter((submodule) => !known.has(toKey(submodule)));
  const moved = describeMovedSubmodule(fresh, { from: splitCredentials(from).url, to: splitCredentials(to).url });
  return moved && `${moved}.`;
}

function toKey({ name, url }: Submodule): string {
  return JSON.stringify([name, url]);
}
