import type { ConflictStages, MergeConflict } from "../git/merge.ts";
import { mergeTexts, parseHunks, type ConflictHunk } from "../git/merge-texts.ts";
import type { LocalRepository } from "../git/repository.ts";
import { proposeSolution, readSides } from "./solve-conflicts.ts";

/** A file that both sides changed, and what each has. */
export interface ConflictedFile {
  conflict: MergeConflict;
  /** Where the sides contradict each other; none for what has no lines, or too many of them. */
  hunks: ConflictHunk[];
  /** What the file could be, for people to look at, and what it is in the copy. */
  proposal?: { before: string; after: string };
}

/** So many files are read: nobody solves more at a sitting. */
const mostFiles = 50;

/** Reads what a page shows of conflicts. */
export async function readConflicts(
  repository: LocalRepository,
  conflicts: readonly MergeConflict[],
  stages: ReadonlyMap<string, ConflictStages>,
): Promise<ConflictedFile[]> {
  const files: ConflictedFile[] = [];
  for (const [index, conflict] of conflicts.entries()) {
    const own = stages.get(conflict.path);
    const isRead = index < mostFiles && own !== undefined;
    files.push(isRead ? await readConflict(repository, conflict, own) : { conflict, hunks: [] });
  }
  return files;
}

async function readConflict(
  repository: LocalRepository,
  conflict: MergeConflict,
  stages: ConflictStages,
): Promise<ConflictedFile> {
  const texts = await readSides(repository, { kind: conflict.kind, stages });
  if (texts === undefined) return { conflict, hunks: [] };
  const merged = await mergeTexts(repository, texts);
  const after = proposeSolution(texts, conflict.path);
  return {
    conflict,
    hunks: parseHunks(merged.text.toString()),
    ...(after !== undefined && { proposal: { before: texts.into, after } }),
  };
}
