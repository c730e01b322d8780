import { processFile, toFolder } from "../copies/ocl-folder.ts";
import { readOclFiles } from "../copies/read-ocl-files.ts";
import type { LocalRepository } from "../git/repository.ts";
import { listOclProcessTemplates, type OclProcessTemplates } from "../ocl/list-process-templates.ts";
import { listOclReferences, type OclReference } from "../ocl/list-references.ts";
import { listStepTemplateUses, nameStepTemplateUse, type StepTemplateUse } from "../ocl/list-step-templates.ts";
import { StepError } from "../step/errors.ts";
import { toSentence, type Problem } from "./problem.ts";
import { listScriptFiles, type ScriptFile } from "./script-files.ts";
import { readVariableTexts, type VariableUse } from "./variable-uses.ts";

/** What the files of a project at a commit say, as far as they can be read. */
export interface BranchContent {
  references: OclReference[];
  processTemplates: OclProcessTemplates["uses"];
  stepTemplates: StepTemplateUse[];
  uses: VariableUse[];
  /** Names of the variables that the files give values to. */
  defined: string[];
  /** Whether every file is OCL. */
  isReadable: boolean;
  /** What is wrong with the files, whatever space they are for. */
  problems: Problem[];
}

/** Reads a project's files as Octopus would: what it could not load is told with its line, and the rest is read all the same. */
export async function readBranch(
  repository: LocalRepository,
  commit: string,
  { basePath }: { basePath: string },
): Promise<BranchContent> {
  const folder = toFolder(basePath);
  const texts = await readOclFiles(repository, commit, { basePath });
  const files = [...texts].map(([path, text]) => readFile(text, folder === "" ? path : `${folder}/${path}`));
  const paths = new Set(await listPaths(repository, commit));
  const scripts = files.flatMap((file) => file.scripts).filter(({ path }) => !paths.has(path));
  const uses = files.flatMap((file) => file.stepTemplates);
  return {
    references: files.flatMap((file) => file.references),
    processTemplates: files.flatMap((file) => file.processTemplates.uses),
    stepTemplates: [...new Map(uses.map((use) => [nameStepTemplateUse(use), use])).values()],
    uses: files.flatMap((file) => file.uses),
    defined: files.flatMap((file) => file.defined),
    isReadable: files.every(({ problem }) => problem === undefined),
    problems: [
      ...(texts.has(processFile) ? [] : [toProblem(describeMissingProcess(basePath))]),
      ...files.flatMap(({ problem }) => (problem === undefined ? [] : [toProblem(problem)])),
      ...scripts.map(({ path, usedBy }) =>
        toProblem(`${usedBy} takes the file "${path}", which is not in the repository there`),
      ),
      ...files.flatMap((file) => file.processTemplates.problems.map(toProblem)),
    ],
  };
}

interface FileContent extends Pick<BranchContent, "references" | "stepTemplates" | "uses" | "defined"> {
  processTemplates: OclProcessTemplates;
  scripts: ScriptFile[];
  /** Why Octopus could not load it. */
  problem?: string;
}

function readFile(text: string, path: string): FileContent {
  const empty = { uses: [], problems: [] };
  try {
    return {
      references: listOclReferences(text, path),
      processTemplates: listOclProcessTemplates(text, path),
      stepTemplates: listStepTemplateUses(text, path),
      scripts: listScriptFiles(text, path),
      ...readVariableTexts(text, path),
    };
  } catch (error) {
    if (!(error instanceof StepError)) throw error;
    const nothing = { references: [], processTemplates: empty, stepTemplates: [], scripts: [], uses: [], defined: [] };
    return { ...nothing, problem: error.message };
  }
}

async function listPaths({ git }: LocalRepository, commit: string): Promise<string[]> {
  return (await git.run(["ls-tree", "-r", "-z", "--name-only", commit])).split("\0");
}

function describeMissingProcess(basePath: string): string {
  return `there is no "${processFile}" in the folder "${basePath}", where the project has its files`;
}

function toProblem(phrase: string): Problem {
  return { kind: "file", place: "", text: toSentence(phrase) };
}
