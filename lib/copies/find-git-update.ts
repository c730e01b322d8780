import {
  countCommits,
  findDivergence,
  findMergeBases,
  hasCommit,
  isAncestor,
  listChangedFiles,
  listCommits,
  type CommitSummary,
} from "../git/compare.ts";
import { tryMerge, type ConflictStages, type MergeConflict, type MergeOutcome } from "../git/merge.ts";
import type { LocalRepository } from "../git/repository.ts";
import { listBrokenOcl } from "./find-broken-ocl.ts";
import { solveConflicts, type SolvedConflict, type SolvedMerge } from "./solve-conflicts.ts";
import { commitTranslated, isSameAsTemplate, translateTree, type Translation } from "./translate-step-templates.ts";

/** How a copy in Git stands to its template. */
export interface GitUpdate {
  status: "up-to-date" | "mergeable" | "conflicting" | "unrelated";
  /** The newest commits of the copy and of the template. */
  into: string;
  from: string;
  /** How many of the template's commits the copy lacks. */
  behind: number;
  /** Those, newest first, without merges, a hundred at most. */
  incoming: CommitSummary[];
  /** What people of the managed space committed, likewise. */
  edits: CommitSummary[];
  editedFiles: string[];
  /** Why Octopus cannot load these files as they are in the copy, a sentence each. */
  broken: string[];
  conflicts: MergeConflict[];
  /** What Git has of the files in conflict. */
  stages: ReadonlyMap<string, ConflictStages>;
  /** Conflicts that nobody needs to decide: the contents after the merge have them solved. */
  solved: SolvedConflict[];
  /** The contents after the merge; with marks in them where there are conflicts. */
  tree: string | undefined;
  /** Whether the template's branch no longer has the commit that the copy had of it: somebody forced a push. */
  wasRewritten: boolean;
}

export interface GitUpdateOptions extends Translation {
  into: string;
  from: string;
  /** The template's commit that the copy is known to have the contents of. */
  mergedUpTo: string | undefined;
}

/** What is the same for all copies that took the same commits: asked once. */
export interface TemplateFacts {
  /** What is known of the commit that a receipt names. */
  look(mergedUpTo: string): Promise<{ isThere: boolean; wasRewritten: boolean }>;
  /** What a copy lacks that has these commits of the template. */
  listIncoming(known: readonly string[]): Promise<Pick<GitUpdate, "behind" | "incoming">>;
}

/** @param head - the template's newest commit */
export function createTemplateFacts(repository: LocalRepository, { head }: { head: string }): TemplateFacts {
  const looks = new Map<string, ReturnType<TemplateFacts["look"]>>();
  const lists = new Map<string, ReturnType<TemplateFacts["listIncoming"]>>();

  async function look(mergedUpTo: string): ReturnType<TemplateFacts["look"]> {
    const isThere = await hasCommit(repository, mergedUpTo);
    return { isThere, wasRewritten: !isThere || !(await isAncestor(repository, { base: mergedUpTo, head })) };
  }

  async function listIncoming([base = head, ...without]: readonly string[]): ReturnType<TemplateFacts["listIncoming"]> {
    return {
      behind: await countCommits(repository, { head, without: [base, ...without] }),
      incoming: await listCommits(repository, { base, head, without }),
    };
  }

  return {
    look: (mergedUpTo) => once(looks, mergedUpTo, () => look(mergedUpTo)),
    listIncoming: (known) => once(lists, JSON.stringify(known), () => listIncoming(known)),
  };
}

function once<T>(known: Map<string, Promise<T>>, key: string, work: () => Promise<T>): Promise<T> {
  const started = known.get(key) ?? work();
  known.set(key, started);
  return started;
}

/** Compares a copy with its template. Contents count, and what the receipt says was merged: so a squashed merge is a merge. */
export async function findGitUpdate(
  repository: LocalRepository,
  options: GitUpdateOptions,
  facts: TemplateFacts,
): Promise<GitUpdate> {
  const { into, from } = options;
  const known = options.mergedUpTo === undefined ? undefined : await facts.look(options.mergedUpTo);
  const mergedUpTo = known?.isThere === true ? options.mergedUpTo : undefined;
  const { bases, own } = await findDivergence(repository, { base: from, head: into });
  const merge = await tryToMerge(repository, { ...options, mergedUpTo }, bases);
  const isBehind = merge.outcome === "mergeable" || merge.outcome === "conflicting";
  const has = [...bases, ...(mergedUpTo === undefined || bases.includes(mergedUpTo) ? [] : [mergedUpTo])];
  const base = await findStart(repository, { from, mergedUpTo }, bases);
  return {
    status: merge.outcome,
    into,
    from,
    ...(isBehind ? await facts.listIncoming(has) : { behind: 0, incoming: [] }),
    ...(await findEdits(repository, own, { ...options, base })),
    conflicts: merge.outcome === "conflicting" ? merge.conflicts : [],
    stages: merge.outcome === "conflicting" ? merge.stages : new Map(),
    solved: merge.solved,
    tree: "tree" in merge ? merge.tree : undefined,
    wasRewritten: known?.wasRewritten ?? false,
  };
}

/**
 * Tries the merge with the template's OCL in the copy's folder, and its step templates under the ids that the copy's space has for them.
 * Conflicts that nobody needs to decide are none.
 */
export async function tryToMerge(
  repository: LocalRepository,
  options: GitUpdateOptions,
  known?: readonly string[],
): Promise<SolvedMerge> {
  return solveConflicts(repository, await tryTranslated(repository, options, known), options);
}

async function tryTranslated(
  repository: LocalRepository,
  { into, from, mergedUpTo, ...translation }: GitUpdateOptions,
  known?: readonly string[],
): Promise<MergeOutcome> {
  const plain = { into, from, mergedUpTo };
  if (isSameAsTemplate(translation)) return tryMerge(repository, { ...plain, bases: known });
  const bases = known ?? (await findMergeBases(repository, { base: into, head: from }));
  if (bases.includes(from)) return { outcome: "up-to-date" };
  const base = await findStart(repository, plain, bases);
  if (base === undefined) return { outcome: "unrelated" };
  const start = await commitTranslated(repository, {
    tree: await translateTree(repository, base, translation),
    parents: [base, base],
  });
  const theirs = await commitTranslated(repository, {
    tree: await translateTree(repository, from, translation),
    parents: [start, from],
  });
  const merge = await tryMerge(repository, { into, from: theirs, mergedUpTo: start });
  // The commit in between is none that a branch could go forward to.
  return merge.outcome === "mergeable" ? { ...merge, isFastForward: false } : merge;
}

/** The newest commit of the template whose contents the copy has: people may have merged by hand since the receipt was written. */
async function findStart(
  repository: LocalRepository,
  { from, mergedUpTo }: Pick<GitUpdateOptions, "from" | "mergedUpTo">,
  [common]: readonly string[],
): Promise<string | undefined> {
  if (common === undefined || mergedUpTo === undefined || common === mergedUpTo) return common;
  const isOfTemplate = await isAncestor(repository, { base: mergedUpTo, head: from });
  return isOfTemplate && !(await isAncestor(repository, { base: mergedUpTo, head: common })) ? mergedUpTo : common;
}

/** @param commits - that the copy has and the template has not */
async function findEdits(
  repository: LocalRepository,
  commits: readonly CommitSummary[],
  { into, base, ...translation }: GitUpdateOptions & { base: string | undefined },
): Promise<Pick<GitUpdate, "edits" | "editedFiles" | "broken">> {
  const edits = commits.filter(({ isOurs }) => !isOurs);
  if (base === undefined || edits.length === 0) return { edits, editedFiles: [], broken: [] };
  const before = isSameAsTemplate(translation) ? base : await translateTree(repository, base, translation);
  const editedFiles = await listChangedFiles(repository, { base: before, head: into });
  const own = { tree: into, changed: editedFiles, basePath: translation.copyPath };
  return { edits, editedFiles, broken: await listBrokenOcl(repository, own) };
}
