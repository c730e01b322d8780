import { randomUUID } from "node:crypto";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import {
  idProperty,
  listStepTemplateUses,
  nameStepTemplateUse,
  type StepTemplateMap,
  type StepTemplateUse,
} from "../ocl/list-step-templates.ts";
import { translateReferences, type OclNames } from "../ocl/translate-references.ts";
import { translateStepTemplates } from "../ocl/translate-step-templates.ts";
import { ourAuthor } from "../git/commit-identity.ts";
import { fetchFiles } from "../git/fetch-contents.ts";
import { commitMerge } from "../git/merge.ts";
import { findFileEntry, readTree } from "../git/compare.ts";
import { readBlobText, type BlobText } from "../git/read-text.ts";
import type { LocalRepository } from "../git/repository.ts";
import { writeBlob } from "../git/write-tree.ts";
import { processFile, toFolder } from "./ocl-folder.ts";

/**
 * The step templates that a commit's OCL names: of all that OCL says, their ids and versions alone differ from space to space.
 * @throws {@link ParameterError} for a file that is no OCL
 */
export async function listUsedStepTemplates(
  repository: LocalRepository,
  commit: string,
  { basePath }: { basePath: string },
): Promise<StepTemplateUse[]> {
  await fetchFiles(repository, commit, { folder: toFolder(basePath), ending: ".ocl" });
  const files = await listOclFiles(repository, commit, { basePath, saying: [idProperty] });
  const uses = files.flatMap(({ path, text }) => listStepTemplateUses(text, path));
  return [...new Map(uses.map((use) => [nameStepTemplateUse(use), use])).values()];
}

/** In what a copy says otherwise than its template. */
export interface Translation {
  /** What the template's step templates are called in the copy's space. */
  stepTemplates: StepTemplateMap;
  /** What its slugs and ids are called there. */
  names?: OclNames | undefined;
  /** The folder of the template's OCL. */
  templatePath: string;
  /** That of the copy, which stays where it is when the template's moves. */
  copyPath: string;
}

export function isSameAsTemplate({ templatePath, copyPath, ...translation }: Translation): boolean {
  return listSaid(translation).length === 0 && toFolder(templatePath) === toFolder(copyPath);
}

/** The files that the copy's space would need to have otherwise, and that stay as they are, since they are no UTF-8. */
export async function listUntranslated(
  repository: LocalRepository,
  commit: string,
  translation: Translation,
): Promise<string[]> {
  const files = await translateFiles(repository, commit, translation);
  return files.filter(({ isUtf8 }) => !isUtf8).map(({ path }) => path);
}

/**
 * The contents of a commit as the copy has to have them. @returns the id of a tree
 * @throws {@link ParameterError} for a file that is no OCL
 */
export async function translateTree(
  repository: LocalRepository,
  commit: string,
  { templatePath, copyPath, ...translation }: Translation,
): Promise<string> {
  const files = await translateFiles(repository, commit, { ...translation, templatePath });
  const changed = files.filter(({ isUtf8 }) => isUtf8);
  const moved = await listMoved(repository, commit, { templatePath, copyPath });
  if (changed.length === 0 && moved.length === 0) return readTree(repository, commit);
  const index = join(repository.git.directory, `index-${randomUUID()}`);
  const environment = { GIT_INDEX_FILE: index };
  try {
    await repository.git.run(["read-tree", commit], { environment });
    for (const { mode, path, translated } of changed) {
      const object = await writeBlob(repository, translated);
      await repository.git.run(["update-index", "--add", "--cacheinfo", `${mode},${object},${path}`], { environment });
    }
    if (moved.length > 0) await moveFiles(repository, environment, moved);
    return (await repository.git.run(["write-tree", "--missing-ok"], { environment })).trim();
  } finally {
    await rm(index, { force: true });
  }
}

/** The files that say something else in the copy's space. */
async function translateFiles(
  repository: LocalRepository,
  commit: string,
  { stepTemplates, names = {}, templatePath }: Omit<Translation, "copyPath">,
): Promise<(OclFile & { translated: string })[]> {
  const saying = listSaid({ stepTemplates, names });
  const files = saying.length === 0 ? [] : await listOclFiles(repository, commit, { basePath: templatePath, saying });
  return files
    .map((file) => ({
      ...file,
      translated: translateReferences(translateStepTemplates(file.text, stepTemplates, file.path), names, file.path),
    }))
    .filter(({ text, translated }) => text !== translated);
}

/** One of these is in each file that a translation changes. */
function listSaid({ stepTemplates, names = {} }: Pick<Translation, "stepTemplates" | "names">): string[] {
  const said = Object.values(names).flatMap((known) => Object.keys(known));
  // What files have in another form, as a quotation mark in a text, is looked for in all of them.
  const patterns = said.map((name) => (/["\\\p{C}]/u.test(name) ? "" : name));
  return [...(Object.keys(stepTemplates).length === 0 ? [] : [idProperty]), ...patterns];
}

interface MovedFile {
  from: string;
  to: string;
}

/** The template's OCL where it is no longer where the copy has it, which has nothing else there. */
async function listMoved(
  { git }: LocalRepository,
  commit: string,
  { templatePath, copyPath }: Pick<Translation, "templatePath" | "copyPath">,
): Promise<MovedFile[]> {
  const [from, to] = [toFolder(templatePath), toFolder(copyPath)];
  if (from === to || from === "" || to === "") return [];
  const listed = await git.run(["ls-tree", "-r", "-z", "--name-only", commit, "--", `${from}/`, `${to}/`]);
  const paths = new Set(listed.split("\0"));
  const moved = [...paths]
    .filter((path) => path.startsWith(`${from}/`))
    .map((path) => ({ from: path, to: `${to}${path.slice(from.length)}` }));
  return paths.has(`${from}/${processFile}`) && !moved.some((file) => paths.has(file.to)) ? moved : [];
}

async function moveFiles(
  { git }: LocalRepository,
  environment: Record<string, string>,
  moved: readonly MovedFile[],
): Promise<void> {
  const listed = await git.run(["ls-files", "-s", "-z"], { environment });
  const entries = new Map(
    listed.split("\0").map((entry) => {
      const [, mode = "", object = "", path = ""] = /^(\d+) ([0-9a-f]+) \d\t(.*)$/s.exec(entry) ?? [];
      return [path, `${mode},${object}`];
    }),
  );
  const added = moved.flatMap(({ from, to }) => ["--cacheinfo", `${entries.get(from) ?? ""},${to}`]);
  // For this Git wants a work tree, and looks at nothing there.
  const removing = { environment: { ...environment, GIT_WORK_TREE: git.directory } };
  await git.run(["update-index", "--force-remove", "--", ...moved.map(({ from }) => from)], removing);
  await git.run(["update-index", "--add", ...added], { environment });
}

/** A commit of other contents, on no branch: what the merge of a copy starts from and looks at. */
export function commitTranslated(
  repository: LocalRepository,
  { tree, parents: [into, from] }: { tree: string; parents: [string, string] },
): Promise<string> {
  return commitMerge(repository, { into, from, tree, message: "As the copy has it", author: ourAuthor });
}

interface OclFile extends BlobText {
  mode: string;
  path: string;
}

/** @param saying - texts of which a file has one */
async function listOclFiles(
  repository: LocalRepository,
  commit: string,
  { basePath, saying }: { basePath: string; saying: readonly string[] },
): Promise<OclFile[]> {
  const { git } = repository;
  const { stdout } = await git.ask([
    "grep",
    "-l",
    "-z",
    "-I",
    "-F",
    ...saying.flatMap((text) => ["-e", text]),
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
    const entry = await findFileEntry(repository, commit, { path });
    if (entry !== undefined) files.push({ mode: entry.mode, path, ...(await readBlobText(repository, entry.object)) });
  }
  return files;
}

function toOclPaths(basePath: string): string {
  const folder = toFolder(basePath);
  return `:(glob)${folder === "" ? "" : `${folder}/`}**/*.ocl`;
}
