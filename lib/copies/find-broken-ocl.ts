import { findFile, listChangedFiles } from "../git/compare.ts";
import type { LocalRepository } from "../git/repository.ts";
import { readOcl } from "../ocl/read-ocl.ts";
import { StepError } from "../step/errors.ts";

/** The files below the base path that Octopus could not load after a merge, one sentence each. */
export async function listBrokenOcl(
  repository: LocalRepository,
  { into, tree, basePath }: { into: string; tree: string; basePath: string },
): Promise<string[]> {
  const folder = basePath.replace(/^\/+|\/+$/g, "");
  const changed = await listChangedFiles(repository, { base: into, head: tree });
  const problems: string[] = [];
  for (const path of changed.filter((one) => one.endsWith(".ocl") && (folder === "" || one.startsWith(`${folder}/`)))) {
    const text = await findFile(repository, tree, { path });
    const problem = text === undefined ? undefined : findProblem(text, path);
    if (problem !== undefined) problems.push(problem);
  }
  return problems;
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
