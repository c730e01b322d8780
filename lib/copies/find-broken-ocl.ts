import { findFile, listChangedFiles } from "../git/compare.ts";
import type { LocalRepository } from "../git/repository.ts";
import { readOcl } from "../ocl/read-ocl.ts";
import { StepError } from "../step/errors.ts";
import { processFile, toFolder } from "./ocl-folder.ts";

/** The files below the base path that Octopus could not load after a merge, one sentence each. */
export async function listBrokenOcl(
  repository: LocalRepository,
  { into, tree, basePath }: { into: string; tree: string; basePath: string },
): Promise<string[]> {
  const folder = toFolder(basePath);
  const changed = await listChangedFiles(repository, { base: into, head: tree });
  const problems = await listMissing(repository, tree, {
    changed,
    path: folder === "" ? processFile : `${folder}/${processFile}`,
  });
  for (const path of changed.filter((one) => one.endsWith(".ocl") && (folder === "" || one.startsWith(`${folder}/`)))) {
    const text = await findFile(repository, tree, { path });
    const problem = text === undefined ? undefined : findProblem(text, path);
    if (problem !== undefined) problems.push(problem);
  }
  return problems;
}

/** The template's files may be elsewhere, where it has not said yet that they are. */
async function listMissing(
  repository: LocalRepository,
  tree: string,
  { changed, path }: { changed: readonly string[]; path: string },
): Promise<string[]> {
  const isThere = !changed.includes(path) || (await findFile(repository, tree, { path })) !== undefined;
  return isThere
    ? []
    : [
        `It would have no file "${path}" any more: the template has it in another folder, or deleted it. Set the template's base path to where its files are.`,
      ];
}

function findProblem(text: string, path: string): string | undefined {
  try {
    readOcl(text, path);
    return undefined;
  } catch (error) {
    if (error instanceof StepError) return error.message;
    throw error;
  }
}
