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
