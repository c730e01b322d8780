import { randomUUID } from "node:crypto";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  listStepTemplateUses,
  nameStepTemplateUse,
  translateStepTemplates,
  type StepTemplateMap,
  type StepTemplateUse,
} from "../ocl/translate-step-templates.ts";
import { commitMerge } from "../git/merge.ts";
import { readTree } from "../git/compare.ts";
import type { LocalRepository } from "../git/repository.ts";

/** Who our commits are by. */
export const ourAuthor = { name: "Managed Spaces", email: "managed-spaces@localhost" };

/**
 * The step templates that a commit's OCL names: of all that OCL says, their ids and versions alone differ from space to space.
 * @throws {@link ParameterError} for a file that is no OCL
 */
export async function listUsedStepTemplates(
  repository: LocalRepository,
  commit: string,
  { basePath }: { basePath: string },
): Promise<StepTemplateUse[]> {
  const files = await listOclFiles(repository, commit, basePath);
  const uses = files.flatMap(({ path, text }) => listStepTemplateUses(text, path));
  return [...new Map(uses.map((use) => [nameStepTemplateUse(use), use])).values()];
}

/**
 * The contents of a commit as the copy's space has to have them. @returns the id of a tree
 * @throws {@link ParameterError} for a file that is no OCL
 */
export async function translateTree(
  repository: LocalRepository,
  commit: string,
  { basePath, map }: { basePath: string; map: StepTemplateMap },
): Promise<string> {
  const files = await listOclFiles(repository, commit, basePath);
  const changed = files
    .map(({ text, ...file }) => ({ ...file, before: text, text: translateStepTemplates(text, map, file.path) }))
    .filter(({ before, text }) => before !== text);
  if (changed.length === 0) return readTree(repository, commit);
  const index = join(repository.git.directory, `index-${randomUUID()}`);
  const environment = { GIT_INDEX_FILE: index };
  try {
    await repository.git.run(["read-tree", commit], { environment });
    for (const { mode, path, text } of changed) {
      const object = await writeBlob(repository, text);
      await repository.git.run(["update-index", "--add", "--cacheinfo", `${mode},${object},${path}`], { environment });
    }
    return (await repository.git.run(["write-tree", "--missing-ok"], { environment })).trim();
  } finally {
    await rm(index, { force: true });
  }
}

/** A commit of other contents, on no branch: what the merge of a copy starts from and looks at. */
export function commitTranslated(
  repository: LocalRepository,
  { tree, parents: [into, from] }: { tree: string; parents: [string, string] },
): Promise<string> {
  return commitMerge(repository, { into, from, tree, message: "As the copy has it", author: ourAuthor });
}

interface OclFile {
  mode: string;
  path: string;
  text: string;
}

async function listOclFiles({ git }: LocalRepository, commit: string, basePath: string): Promise<OclFile[]> {
  const { stdout } = await git.ask([
    "grep",
    "-l",
    "-z",
    "-I",
    "-F",
    "-e",
    "Octopus.Action.Template.Id",
    commit,
    "--",
    toOclPaths(basePath),
  ]);
  const paths = stdout
    .split("\0")
    .filter(Boolean)
    .map((entry) => entry.slice(commit.length + 1));
  const files: OclFile[] = [];
  for (const path of paths) {
    const [, mode = "", object = ""] =
      /^(\d+) blob ([0-9a-f]+)\t/.exec(await git.run(["ls-tree", "-z", commit, "--", path])) ?? [];
    files.push({ mode, path, text: await git.run(["cat-file", "blob", object]) });
  }
  return files;
}

/** Git reads it by itself, since a text of any length is no argument. */
async function writeBlob({ git }: LocalRepository, text: string): Promise<string> {
  const path = join(git.directory, `blob-${randomUUID()}`);
  await writeFile(path, text);
  try {
    return (await git.run(["hash-object", "-w", "--no-filters", "--", path])).trim();
  } finally {
    await rm(path, { force: true });
  }
}

function toOclPaths(basePath: string): string {
  const folder = basePath.replace(/^\/+|\/+$/g, "");
  return `:(glob)${folder === "" ? "" : `${folder}/`}**/*.ocl`;
}
