import { isUtf8 } from "node:buffer";
import type { ConflictStages, MergeConflict, MergeOutcome } from "../git/merge.ts";
import { mergeTexts, type Sides } from "../git/merge-texts.ts";
import type { LocalRepository } from "../git/repository.ts";
import { changeTree, readBlob, writeBlob, type TreeChange } from "../git/write-tree.ts";
import { parsePointer } from "../git-lfs/pointer.ts";
import { isReordered, isSameOcl, mergeOcl, renderLike } from "../ocl/merge-ocl.ts";
import { alignStepTemplates, type StepTemplateMap } from "../ocl/align-step-templates.ts";
import { StepError } from "../step/errors.ts";

/** What is told besides of conflicts; something only where this is left out of a program (build/unsolved-conflicts.js). */
export const unsolvedNote: string = "";

/** In what alone the sides of a conflict differed, so that no person had to decide. */
export type Difference = "line ends" | "white space" | "order" | "ids of step templates";

export interface SolvedConflict {
  path: string;
  differences: Difference[];
}

/** A merge, and which conflicts of it solved themselves. */
export type SolvedMerge = MergeOutcome & { solved: SolvedConflict[] };

/**
 * Takes out of a merge the conflicts that nobody needs to decide: the two sides differ in how a file is written, not in what it says. What Octopus
 * would notice is merged as Git merges lines, and two ways of merging have to agree.
 */
export async function solveConflicts(
  repository: LocalRepository,
  merge: MergeOutcome,
  { stepTemplates }: { stepTemplates: StepTemplateMap },
): Promise<SolvedMerge> {
  if (merge.outcome !== "conflicting") return { ...merge, solved: [] };
  const all: MergeConflict[] = [];
  const solved: SolvedConflict[] = [];
  const changes: TreeChange[] = [];
  for (const each of merge.conflicts) {
    const stages = merge.stages.get(each.path) ?? {};
    const texts = await readSides(repository, { kind: each.kind, stages });
    const isPointer = texts !== undefined && isOfLargeFile(texts);
    const conflict: MergeConflict = isPointer ? { ...each, kind: "binary" } : each;
    all.push(conflict);
    const solution = await solve(repository, conflict, { stages, texts: isPointer ? undefined : texts, stepTemplates });
    if (solution === undefined) continue;
    solved.push({ path: conflict.path, differences: solution.differences });
    changes.push({ path: conflict.path, ...solution.change });
  }
  if (solved.length === 0) return { ...merge, conflicts: all, solved };
  const tree = await changeTree(repository, merge.tree, changes);
  const paths = new Set(solved.map(({ path }) => path));
  const conflicts = all.filter(({ path }) => !paths.has(path));
  return conflicts.length === 0
    ? { outcome: "mergeable", tree, isFastForward: false, solved }
    : { ...merge, tree, conflicts, solved };
}

/** What stands for a large file is a text for Git, of whose lines nobody may mix two: it points to nothing then. */
function isOfLargeFile({ into, from }: Sides<string>): boolean {
  return [into, from].some((text) => parsePointer(text) !== undefined);
}

interface Solution {
  differences: Difference[];
  change: Omit<TreeChange, "path">;
}

interface OpenConflict {
  stages: ConflictStages;
  /** Undefined where no lines are in conflict. */
  texts: Sides<string> | undefined;
  stepTemplates: StepTemplateMap;
}

async function solve(
  repository: LocalRepository,
  { path, kind }: MergeConflict,
  { stages, texts, stepTemplates }: OpenConflict,
): Promise<Solution | undefined> {
  if (kind === "delete-modify") return solveDeletion(repository, path, stages);
  if (texts === undefined) return undefined;
  const solution = await solveTexts(repository, texts, { path, stepTemplates });
  if (solution === undefined) return undefined;
  const { base, into, from } = stages;
  const mode = from?.mode === base?.mode ? into?.mode : from?.mode;
  const object = await writeBlob(repository, solution.text);
  return { differences: solution.differences, change: { mode: mode ?? "100644", object } };
}

/** Larger files take people, or longer than anybody waits. */
const largest = 1_000_000;

/** The three texts of a conflict between lines; what was added on both sides began empty. Undefined for what is no text. */
export async function readSides(
  repository: LocalRepository,
  { kind, stages }: { kind: MergeConflict["kind"]; stages: ConflictStages },
): Promise<Sides<string> | undefined> {
  const { base, into, from } = stages;
  if (!["content", "both-added"].includes(kind) || into === undefined || from === undefined) return undefined;
  if ([into, from].some(({ mode }) => !mode.startsWith("100"))) return undefined;
  const blobs = {
    base: base === undefined ? Buffer.alloc(0) : await readBlob(repository, base.object),
    into: await readBlob(repository, into.object),
    from: await readBlob(repository, from.object),
  };
  if (Object.values(blobs).some((bytes) => bytes.length > largest || !isUtf8(bytes) || bytes.includes(0)))
    return undefined;
  return { base: blobs.base.toString(), into: blobs.into.toString(), from: blobs.from.toString() };
}

/** The file is gone where the other side changed nothing that Octopus would notice. */
async function solveDeletion(
  repository: LocalRepository,
  path: string,
  { base, into, from }: ConflictStages,
): Promise<Solution | undefined> {
  const kept = into ?? from;
  if (base === undefined || kept === undefined || !path.endsWith(".ocl")) return undefined;
  const [before, now] = [await readBlob(repository, base.object), await readBlob(repository, kept.object)].map(
    (bytes) => toLines(bytes.toString()),
  );
  return orUndefined(() =>
    isSameOcl(before ?? "", now ?? "", path)
      ? {
          differences: [isReordered(now ?? "", before ?? "", path) ? "order" : "white space"],
          change: {},
        }
      : undefined,
  );
}

interface SolvedText {
  text: string;
  differences: Difference[];
}

interface TextOptions {
  path: string;
  stepTemplates: StepTemplateMap;
}

async function solveTexts(
  repository: LocalRepository,
  texts: Sides<string>,
  { path, stepTemplates }: TextOptions,
): Promise<SolvedText | undefined> {
  const lineEnd = mergeLineEnds(texts);
  if (lineEnd === undefined) return undefined;
  const lines = { base: toLines(texts.base), into: toLines(texts.into), from: toLines(texts.from) };
  const finish = (text: string, differences: Difference[]): SolvedText => ({
    text: text.replaceAll("\n", lineEnd.end),
    differences: [...(lineEnd.differs ? ["line ends" as const] : []), ...differences],
  });
  const plain = lineEnd.differs ? await mergeTexts(repository, lines) : undefined;
  if (plain?.isClean === true) return finish(plain.text.toString(), []);
  if (!path.endsWith(".ocl")) return undefined;
  const aligned = orUndefined(() => alignStepTemplates(lines, stepTemplates, path)) ?? lines;
  const hasIds = aligned.into !== lines.into;
  const withIds = hasIds ? await mergeTexts(repository, aligned) : undefined;
  const ids = hasIds ? ["ids of step templates" as const] : [];
  if (withIds?.isClean === true) return finish(withIds.text.toString(), ids);
  const merged = await mergeAsWritten(repository, aligned, path);
  if (merged === undefined) return undefined;
  const wasMoved = [aligned.into, aligned.from].some((text) => isReordered(text, aligned.base, path));
  return finish(merged, [...ids, wasMoved ? "order" : "white space"]);
}

/** Item by item, and only if lines that are written alike merge to the same: so no two changes meet that Git would have kept apart. */
async function mergeAsWritten(
  repository: LocalRepository,
  sides: Sides<string>,
  path: string,
): Promise<string | undefined> {
  const rendered = orUndefined(() => ({
    base: renderLike(sides.base, sides.base, path),
    into: renderLike(sides.into, sides.base, path),
    from: renderLike(sides.from, sides.base, path),
  }));
  if (rendered === undefined) return undefined;
  const expected = await mergeTexts(repository, rendered);
  if (!expected.isClean) return undefined;
  const merged = orUndefined(() => mergeOcl(sides, path));
  const agrees = merged !== undefined && orUndefined(() => renderLike(merged, sides.base, path));
  return agrees === expected.text.toString() ? merged : undefined;
}

/** What could be a solution where each side changed other things, next to each other: for people to look at. */
export function proposeSolution(texts: Sides<string>, path: string): string | undefined {
  if (!path.endsWith(".ocl")) return undefined;
  return orUndefined(() =>
    mergeOcl({ base: toLines(texts.base), into: toLines(texts.into), from: toLines(texts.from) }, path),
  );
}

/** A file that cannot be taken apart is a person's. */
function orUndefined<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (error instanceof StepError) return undefined;
    throw error;
  }
}

function toLines(text: string): string {
  return text.replaceAll("\r\n", "\n");
}

/** How lines end is a change like others: that of the side that made it. Undefined where a file has both ends. */
function mergeLineEnds({ base, into, from }: Sides<string>): { end: string; differs: boolean } | undefined {
  const ends = [base, into, from].map(lineEndOf);
  if (ends.includes("mixed")) return undefined;
  const [before, here = before, there = before] = ends;
  const end = here === before ? there : here;
  return { end: end ?? "\n", differs: new Set(ends.filter((one) => one !== undefined)).size > 1 };
}

/** Undefined for a text of one line. */
function lineEndOf(text: string): "\n" | "\r\n" | "mixed" | undefined {
  const all = text.split("\n").length - 1;
  const windows = text.split("\r\n").length - 1;
  if (all === 0) return undefined;
  if (windows === 0) return "\n";
  return windows === all ? "\r\n" : "mixed";
}
