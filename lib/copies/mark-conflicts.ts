import type { ConflictStages, MergeConflict } from "../git/merge.ts";
import { listMarkedFiles, mergeTexts } from "../git/merge-texts.ts";
import type { LocalRepository } from "../git/repository.ts";
import { changeTree, findEntry, readBlob, writeBlob, type TreeChange } from "../git/write-tree.ts";

/** What a branch has of a file in conflict: lines of all sides with markers between them, one side's file, nothing, or a name beside the other's. */
export type Held = "markers" | "copy" | "template" | "nothing" | "both";

export interface HeldConflict {
  conflict: MergeConflict;
  held: Held;
}

interface Conflicting {
  /** What Git left of the merge. */
  tree: string;
  conflicts: readonly MergeConflict[];
  stages: ReadonlyMap<string, ConflictStages>;
}

/** The merged contents as a person can finish them in an editor: with the lines of both sides, and of what they began with. @returns a tree's id */
export async function markConflicts(repository: LocalRepository, merge: Conflicting): Promise<string> {
  const changes: TreeChange[] = [];
  for (const { path, kind } of merge.conflicts)
    changes.push(...(await markFile(repository, { path, kind, stages: merge.stages.get(path) ?? {} })));
  return changeTree(repository, merge.tree, changes);
}

async function markFile(
  repository: LocalRepository,
  { path, kind, stages: { base, into, from } }: Pick<MergeConflict, "path" | "kind"> & { stages: ConflictStages },
): Promise<TreeChange[]> {
  if (into === undefined || from === undefined) return [];
  const isText = ["content", "both-added"].includes(kind) && [into, from].every(({ mode }) => mode.startsWith("100"));
  // What has no lines is left as the copy has it.
  if (!isText) return kind === "file-directory" || kind === "rename" ? [] : [{ path, ...into }];
  const sides = {
    base: base === undefined ? Buffer.alloc(0) : await readBlob(repository, base.object),
    into: await readBlob(repository, into.object),
    from: await readBlob(repository, from.object),
  };
  const { text } = await mergeTexts(repository, sides);
  return [{ path, mode: into.mode, object: await writeBlob(repository, text) }];
}

/** What a branch still has to be decided about. What was merged by lines, and has no markers any more, somebody has decided. */
export async function listHeld(
  repository: LocalRepository,
  branch: string,
  { into, conflicts, stages }: Omit<Conflicting, "tree"> & { into: string },
): Promise<HeldConflict[]> {
  const marked = new Set(await listMarkedFiles(repository, branch, { without: into }));
  const held: HeldConflict[] = [];
  for (const conflict of conflicts) {
    if (marked.delete(conflict.path)) held.push({ conflict, held: "markers" });
    else if (!["content", "both-added"].includes(conflict.kind))
      held.push({ conflict, held: await findHeld(repository, branch, conflict, stages.get(conflict.path) ?? {}) });
  }
  const others = [...marked].map((path) => ({ path, kind: "content", into: "modified", from: "modified" }) as const);
  return [...held, ...others.map((conflict) => ({ conflict, held: "markers" }) as const)];
}

async function findHeld(
  repository: LocalRepository,
  branch: string,
  { path }: MergeConflict,
  { into, from }: ConflictStages,
): Promise<Held> {
  const entry = await findEntry(repository, branch, path);
  if (entry === undefined) return "nothing";
  if (entry.object === into?.object) return "copy";
  return entry.object === from?.object ? "template" : "both";
}
