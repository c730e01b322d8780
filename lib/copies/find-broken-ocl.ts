import { findFile } from "../git/compare.ts";
import type { LocalRepository } from "../git/repository.ts";
import { readOcl } from "../ocl/read-ocl.ts";
import { StepError } from "../step/errors.ts";
import { processFile, toFolder } from "./ocl-folder.ts";

/** Of the files that were changed, those below the base path that Octopus could not load, one sentence each. */
export async function listBrokenOcl(
  repository: LocalRepository,
  { tree, changed, basePath }: { tree: string; changed: readonly string[]; basePath: string },
): Promise<string[]> {
  const folder = toFolder(basePath);
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

/** Files may be elsewhere, where the project's settings do not say yet that they are. */
async function listMissing(
  repository: LocalRepository,
  tree: string,
  { changed, path }: { changed: readonly string[]; path: string },
): Promise<string[]> {
  const isThere = !changed.includes(path) || (await findFile(repository, tree, { path })) !== undefined;
  return isThere
    ? []
    : [
        `There is no "${path}" any more: it was deleted, or moved to another folder. Set the project's base path to where its files are.`,
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
