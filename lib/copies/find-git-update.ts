import {
  countCommits,
  findMergeBase,
  hasCommit,
  isAncestor,
  listChangedFiles,
  listCommits,
  wasRewritten,
  type CommitSummary,
} from "../git/compare.ts";
import { tryMerge, type MergeConflict, type MergeOutcome } from "../git/merge.ts";
import type { LocalRepository } from "../git/repository.ts";
import type { StepTemplateMap } from "../ocl/translate-step-templates.ts";
import { commitTranslated, ourAuthor, translateTree } from "./translate-step-templates.ts";

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
  conflicts: MergeConflict[];
  /** The contents after the merge; with marks in them where there are conflicts. */
  tree: string | undefined;
  /** Whether the template's branch no longer has the commit that the copy had of it: somebody forced a push. */
  wasRewritten: boolean;
}

export interface GitUpdateOptions {
  into: string;
  from: string;
  /** The template's commit that the copy is known to have the contents of. */
  mergedUpTo: string | undefined;
  basePath: string;
  stepTemplates: StepTemplateMap;
}

/** Compares a copy with its template. Contents count, and what the receipt says was merged: so a squashed merge is a merge. */
export async function findGitUpdate(repository: LocalRepository, options: GitUpdateOptions): Promise<GitUpdate> {
  const { into, from } = options;
  const isKnown = options.mergedUpTo !== undefined && (await hasCommit(repository, options.mergedUpTo));
  const mergedUpTo = isKnown ? options.mergedUpTo : undefined;
  const rewritten =
    options.mergedUpTo !== undefined && (await wasRewritten(repository, { base: options.mergedUpTo, head: from }));
  const merge = await tryToMerge(repository, { ...options, mergedUpTo });
  const status = merge.outcome;
  const base = await findStart(repository, { into, from, mergedUpTo });
  const isBehind = status === "mergeable" || status === "conflicting";
  const without = [into, ...(mergedUpTo === undefined ? [] : [mergedUpTo])];
  return {
    status,
    into,
    from,
    behind: isBehind ? await countCommits(repository, { head: from, without }) : 0,
    incoming: isBehind ? await listCommits(repository, { base: into, head: from, without }) : [],
    ...(await findEdits(repository, { ...options, base })),
    conflicts: merge.outcome === "conflicting" ? merge.conflicts : [],
    tree: "tree" in merge ? merge.tree : undefined,
    wasRewritten: rewritten,
  };
}

/** Tries the merge with the template's step templates under the ids that the copy's space has for them. */
export async function tryToMerge(
  repository: LocalRepository,
  { into, from, mergedUpTo, basePath, stepTemplates }: GitUpdateOptions,
): Promise<MergeOutcome> {
  const plain = { into, from, mergedUpTo };
  if (Object.keys(stepTemplates).length === 0) return tryMerge(repository, plain);
  if (await isAncestor(repository, { base: from, head: into })) return { outcome: "up-to-date" };
  const base = await findStart(repository, plain);
  if (base === undefined) return { outcome: "unrelated" };
  const translation = { basePath, map: stepTemplates };
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
  { into, from, mergedUpTo }: Pick<GitUpdateOptions, "into" | "from" | "mergedUpTo">,
): Promise<string | undefined> {
  const common = await findMergeBase(repository, { base: into, head: from });
  if (common === undefined || mergedUpTo === undefined) return common;
  const isOfTemplate = await isAncestor(repository, { base: mergedUpTo, head: from });
  return isOfTemplate && !(await isAncestor(repository, { base: mergedUpTo, head: common })) ? mergedUpTo : common;
}

async function findEdits(
  repository: LocalRepository,
  { into, from, base, basePath, stepTemplates }: GitUpdateOptions & { base: string | undefined },
): Promise<Pick<GitUpdate, "edits" | "editedFiles">> {
  const commits = await listCommits(repository, { base: from, head: into });
  const edits = commits.filter(({ author }) => author !== ourAuthor.name);
  if (base === undefined || edits.length === 0) return { edits, editedFiles: [] };
  const before = await translateTree(repository, base, { basePath, map: stepTemplates });
  return { edits, editedFiles: await listChangedFiles(repository, { base: before, head: into }) };
}
