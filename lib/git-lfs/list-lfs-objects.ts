import { fetchContents } from "../git/fetch-contents.ts";
import { findFile } from "../git/compare.ts";
import type { LocalRepository } from "../git/repository.ts";
import { longestPointer, parsePointer, type LfsObject } from "./pointer.ts";

export interface LfsRange {
  /** All that this commit has, its history included. */
  commit: string;
  /** But for what these have. */
  without?: readonly string[];
}

/** Whether a commit hands files to Git LFS; where all of its history is meant, whether any commit of that does. */
export async function usesLfs({ git }: LocalRepository, { commit, without }: LfsRange): Promise<boolean> {
  const attributes = ":(glob)**/.gitattributes";
  const now = await git.ask(["grep", "-q", "-I", "-e", "filter=lfs", commit, "--", attributes]);
  if (now.exitCode === 0 || without !== undefined) return now.exitCode === 0;
  return (await git.run(["log", "-1", "--format=%H", "-S", "filter=lfs", commit, "--", attributes])).trim() !== "";
}

/**
 * The large files that the commits of a range point to, each once: of every version that the history holds, since people check out old ones, too. Pointers
 * are told by their text, whatever .gitattributes says by now.
 */
export async function listLfsObjects(repository: LocalRepository, range: LfsRange): Promise<LfsObject[]> {
  const { git } = repository;
  await fetchMissing(repository, range);
  const listed = await git.run([
    "rev-list",
    "--objects",
    "--no-object-names",
    "--filter=object:type=blob",
    `--filter=blob:limit=${longestPointer}`,
    range.commit,
    ...toExcluded(range),
    "--",
  ]);
  const found = new Map<string, LfsObject>();
  const names = listed.split("\n").filter(Boolean);
  // So many at a time that neither answers pile up nor each waits for the one before.
  for (let at = 0; at < names.length; at += 1000) {
    const blobs = await Promise.all(names.slice(at, at + 1000).map((name) => git.objects.read(name)));
    for (const blob of blobs) {
      const pointer = blob?.type === "blob" ? parsePointer(blob.bytes.toString("utf8")) : undefined;
      if (pointer !== undefined) found.set(pointer.oid, pointer);
    }
  }
  return [...found.values()];
}

/** Contents that were left on the host come in one request, and not in one each. */
async function fetchMissing(repository: LocalRepository, range: LfsRange): Promise<void> {
  if (![...repository.remotes.values()].some(({ isPartial }) => isPartial)) return;
  const listing = ["rev-list", "--objects", "--no-object-names", "--missing=print", range.commit, ...toExcluded(range)];
  const missing = (await repository.git.run([...listing, "--"])).split("\n").filter((line) => line.startsWith("?"));
  await fetchContents(
    repository,
    missing.map((line) => line.slice(1)),
  );
}

function toExcluded({ without = [] }: LfsRange): string[] {
  return without.map((commit) => `^${commit}`);
}

/**
 * The address at which the repository itself says that its large files are (git-lfs-config, ".lfsconfig"): copies have the same file, and find them there.
 * @returns undefined where they are on the repository's own host
 */
export async function findOwnServer(repository: LocalRepository, commit: string): Promise<string | undefined> {
  const text = await findFile(repository, commit, { path: ".lfsconfig" });
  const [, section = ""] = /^\s*\[lfs\]\s*$([^[]*)/im.exec(text ?? "") ?? [];
  const [, url] = /^\s*url\s*=\s*"?([^"\s]+)"?\s*$/im.exec(section) ?? [];
  return url;
}
