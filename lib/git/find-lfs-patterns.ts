import type { LocalRepository } from "./repository.ts";

/** The file patterns that a commit hands to Git LFS, as its .gitattributes say: what is in Git for those are pointers. */
export async function findLfsPatterns({ git }: LocalRepository, commit: string): Promise<string[]> {
  const { stdout } = await git.ask(["grep", "-h", "-I", "-e", "filter=lfs", commit, "--", ":(glob)**/.gitattributes"]);
  const patterns = stdout
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => line.trim().split(/\s+/)[0] ?? "");
  return [...new Set(patterns)];
}

export interface Submodule {
  path: string;
  commit: string;
}

/** The submodules of a commit; a merge and a copy keep them as they are, without their contents. */
export async function listSubmodules({ git }: LocalRepository, commit: string): Promise<Submodule[]> {
  const entries = (await git.run(["ls-tree", "-r", "-z", commit])).split("\0");
  return entries.flatMap((entry) => {
    const [, object = "", path = ""] = /^160000 commit ([0-9a-f]+)\t(.*)$/s.exec(entry) ?? [];
    return path === "" ? [] : [{ path, commit: object }];
  });
}
