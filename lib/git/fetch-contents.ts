import type { LocalRepository } from "./repository.ts";

/**
 * Brings contents that a partial repository left on the host, all in one request: what asks for them one after the other, such as `git grep`, would
 * have each of them fetched by itself.
 * @param objects - ids of files' contents
 */
export async function fetchContents({ git, remotes }: LocalRepository, objects: readonly string[]): Promise<void> {
  const partial = [...remotes.values()].find(({ isPartial }) => isPartial);
  if (partial === undefined || objects.length === 0) return;
  const input = objects.map((object) => `${object}\n`).join("");
  // As Git itself asks for what is missing: no commit that is here means that anything of this is.
  const args = ["-c", "fetch.negotiationAlgorithm=noop", "fetch", "--quiet", "--no-tags", "--no-write-fetch-head"];
  await git.run([...args, "--no-auto-maintenance", "--filter=blob:none", "--stdin", partial.name], { input });
}

/** Brings what is missing of the files below a folder whose names end so. */
export async function fetchFiles(
  repository: LocalRepository,
  commit: string,
  { folder, ending }: { folder: string; ending: string },
): Promise<void> {
  if (![...repository.remotes.values()].some(({ isPartial }) => isPartial)) return;
  const below = folder === "" ? [] : [`${folder}/`];
  const listed = await repository.git.run(["ls-tree", "-r", "-z", commit, "--", ...below]);
  const named = listed.split("\0").filter((entry) => entry.endsWith(ending));
  const objects = named.flatMap((entry) => /^100\d+ blob ([0-9a-f]+)\t/.exec(entry)?.[1] ?? []);
  const known = await Promise.all(objects.map((object) => repository.git.objects.read(object)));
  await fetchContents(repository, [...new Set(objects.filter((_, at) => known[at] === undefined))]);
}
