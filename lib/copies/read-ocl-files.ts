import { findFile } from "../git/compare.ts";
import type { LocalRepository } from "../git/repository.ts";
import { toFolder } from "./ocl-folder.ts";

/** The texts of a project's OCL files at a commit, by their paths below the base path, in the order of their names. */
export async function readOclFiles(
  repository: LocalRepository,
  commit: string,
  { basePath }: { basePath: string },
): Promise<Map<string, string>> {
  const folder = toFolder(basePath);
  const listed = await repository.git.run(["ls-tree", "-r", "-z", "--name-only", commit, "--", `${folder}/`]);
  const files = new Map<string, string>();
  for (const path of listed.split("\0").filter((name) => name.endsWith(".ocl"))) {
    const text = await findFile(repository, commit, { path });
    if (text !== undefined) files.set(path.slice(folder.length + 1), text);
  }
  return files;
}
