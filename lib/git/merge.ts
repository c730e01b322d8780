import { writeCommit, writeUnsigned, type CommitOptions } from "./commit.ts";
import { ourAuthor, type CommitIdentity } from "./commit-identity.ts";
import { findMergeBases, hasCommit, isAncestor, readTree } from "./compare.ts";
import type { LocalRepository } from "./repository.ts";

export interface MergeOptions {
  /** The commit that is to receive the changes (downstream). */
  into: string;
  /** The commit that brings them (upstream). */
  from: string;
  /**
   * The commit of `from`'s branch that is known to be merged already, as a receipt tells. After a squash merge Git itself would
   * find an older common commit, and conflicts where there are none.
   */
  mergedUpTo?: string | undefined;
  /** The newest commits that the two have in common, where they were asked for already. */
  bases?: readonly string[] | undefined;
}

export type MergeOutcome =
  | { outcome: "up-to-date" }
  /** `tree` is the id of the merged contents; a fast-forward needs no merge commit. */
  | { outcome: "mergeable"; tree: string; isFastForward: boolean }
  /** `tree` holds the merged contents too, with marks where the sides contradict each other: to look at, not to push. */
  | { outcome: "conflicting"; tree: string; conflicts: MergeConflict[]; stages: ReadonlyMap<string, ConflictStages> }
  /** The two have no commit in common: one was not made from the other. */
  | { outcome: "unrelated" };

export type ConflictKind =
  | "content"
  | "binary"
  | "delete-modify"
  | "both-added"
  | "rename"
  | "file-directory"
  | "submodule"
  | "other";
export type ConflictSide = "modified" | "deleted" | "added" | "absent";

export interface MergeConflict {
  path: string;
  kind: ConflictKind;
  /** What the receiving side (downstream) did to the file. */
  into: ConflictSide;
  /** What the bringing side (upstream) did to it. */
  from: ConflictSide;
}

/** What Git has of a file in conflict: where both sides began, what the receiving one has, and what the bringing one has. */
export type ConflictStages = Partial<Record<"base" | "into" | "from", { mode: string; object: string }>>;

/** Tries a merge and changes nothing: no work tree, no branch (git-merge-tree). Contents decide, so a squash merge counts as merged. */
export async function tryMerge(repository: LocalRepository, options: MergeOptions): Promise<MergeOutcome> {
  const { into, from } = options;
  // One question answers several: with many copies, each process counts.
  const bases = options.bases ?? (await findMergeBases(repository, { base: into, head: from }));
  if (bases.includes(from)) return { outcome: "up-to-date" };
  if (bases.length === 0) return { outcome: "unrelated" };
  const start = await startOf(repository, options, bases);
  const { exitCode, stdout } = await repository.git.ask(["merge-tree", "--write-tree", "-z", start, from]);
  const tree = stdout.split("\0")[0] ?? "";
  if (exitCode !== 0)
    return { outcome: "conflicting", tree, conflicts: parseConflicts(stdout), stages: parseStages(stdout) };
  if (tree === (await readTree(repository, into))) return { outcome: "up-to-date" };
  return { outcome: "mergeable", tree, isFastForward: bases.includes(into) };
}

export interface MergeCommitOptions extends CommitIdentity {
  into: string;
  /** Absent for a commit that is no merge. */
  from?: string;
  /** Of {@link tryMerge}, or any other contents. */
  tree: string;
  message: string;
  /** Whose changes they are, where those are somebody else's. */
  wroteIt?: CommitOptions["wroteIt"];
}

/** Makes a merge commit, or one on top of another, on no branch yet; `pushCommit` puts it on one. @returns its id */
export function commitMerge(
  repository: LocalRepository,
  { into, from, ...options }: MergeCommitOptions,
): Promise<string> {
  return writeCommit(repository, { ...options, parents: [into, ...(from === undefined ? [] : [from])] });
}

/** Where to merge from: with a receipt, a commit of `into`'s contents that also follows what was merged, and is never pushed. */
async function startOf(
  repository: LocalRepository,
  { into, from, mergedUpTo }: MergeOptions,
  bases: readonly string[],
): Promise<string> {
  if (mergedUpTo === undefined || bases.includes(mergedUpTo) || !(await hasCommit(repository, mergedUpTo))) return into;
  const isOfFrom = await isAncestor(repository, { base: mergedUpTo, head: from });
  if (!isOfFrom || (await isAncestor(repository, { base: mergedUpTo, head: into }))) return into;
  return writeUnsigned(repository, {
    parents: [into, mergedUpTo],
    tree: await readTree(repository, into),
    message: "Merged before",
    author: ourAuthor,
  });
}

interface ConflictEntry {
  path: string;
  stages: Set<string>;
  types: string[];
}

/** Reads `-z` output: the tree, the stages of the conflicting files, an empty field, then messages of counted paths, a type and a text. */
export function parseConflicts(output: string): MergeConflict[] {
  const [, ...fields] = output.split("\0");
  const end = fields.indexOf("");
  const messages = listMessages(fields.slice(end + 1));
  const known = new Map(messages.flatMap(({ paths }) => listMoved(paths)));
  const entries = new Map<string, ConflictEntry>();
  const entryOf = (moved: string): ConflictEntry => {
    const path = known.get(moved) ?? moved;
    const entry = entries.get(path) ?? { path, stages: new Set(), types: [] };
    entries.set(path, entry);
    return entry;
  };
  for (const field of fields.slice(0, end)) {
    const [, stage = "", path = ""] = /^\d+ [0-9a-f]+ (\d)\t(.*)$/s.exec(field) ?? [];
    entryOf(path).stages.add(stage);
  }
  for (const { paths, type } of messages)
    for (const path of new Set(paths.map((one) => known.get(one) ?? one))) entries.get(path)?.types.push(type);
  return [...entries.values()].map(toConflict).toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

const stageNames: Readonly<Record<string, keyof ConflictStages>> = { 1: "base", 2: "into", 3: "from" };

/** By the path that Git gives it in the merged contents. */
function parseStages(output: string): Map<string, ConflictStages> {
  const [, ...fields] = output.split("\0");
  const found = new Map<string, ConflictStages>();
  for (const field of fields.slice(0, fields.indexOf(""))) {
    const [, mode = "", object = "", stage = "", path = ""] = /^(\d+) ([0-9a-f]+) (\d)\t(.*)$/s.exec(field) ?? [];
    const name = stageNames[stage];
    if (name !== undefined) found.set(path, { ...found.get(path), [name]: { mode, object } });
  }
  return found;
}

/** Where the other side has a folder, or a link, of the name, Git puts a file into `name~<commit>`. @returns these, with their names */
function listMoved(paths: readonly string[]): (readonly [moved: string, name: string])[] {
  const named = paths.map((path) => [path, path.replace(/~[0-9a-f]{40,64}(_\d+)?$/, "")] as const);
  return named.filter(([path, name]) => path !== name && paths.includes(name));
}

function listMessages(fields: readonly string[]): { paths: string[]; type: string }[] {
  const messages: { paths: string[]; type: string }[] = [];
  for (let index = 0; index < fields.length && fields[index] !== "";) {
    const count = Number(fields[index]);
    const paths = fields.slice(index + 1, index + 1 + count);
    messages.push({ paths, type: fields[index + 1 + count] ?? "" });
    index += count + 3;
  }
  return messages.filter(({ type }) => type.startsWith("CONFLICT"));
}

function toConflict({ path, stages, types }: ConflictEntry): MergeConflict {
  return { path, kind: kindOf(types, stages), into: sideOf("2", stages), from: sideOf("3", stages) };
}

function kindOf(types: readonly string[], stages: ReadonlySet<string>): ConflictKind {
  const says = (text: string): boolean => types.some((type) => type.includes(text));
  if (says("submodule")) return "submodule";
  if (says("file/directory")) return "file-directory";
  if (says("binary")) return "binary";
  if (says("modify/delete")) return "delete-modify";
  if (says("rename")) return "rename";
  if (says("contents")) return stages.has("1") ? "content" : "both-added";
  return "other";
}

function sideOf(stage: string, stages: ReadonlySet<string>): ConflictSide {
  if (stages.has("1")) return stages.has(stage) ? "modified" : "deleted";
  return stages.has(stage) ? "added" : "absent";
}
