import { tryToMerge, type GitUpdate, type GitUpdateOptions } from "../../lib/copies/find-git-update.ts";
import { listHeld, markConflicts, type HeldConflict } from "../../lib/copies/mark-conflicts.ts";
import { isAncestor, listCommits, readTree } from "../../lib/git/compare.ts";
import { commitMerge, tryMerge, type ConflictStages, type MergeConflict } from "../../lib/git/merge.ts";
import type { CommitIdentity } from "../../lib/git/commit-identity.ts";
import type { LocalRepository } from "../../lib/git/repository.ts";

export interface BranchOptions {
  update: GitUpdate;
  /** The newest commit of our branch; absent when there is none. */
  present: string | undefined;
  /** How an update is merged into another commit than the copy's newest. */
  merge: Omit<GitUpdateOptions, "into" | "from">;
  message: string;
  /** Who our commits are by. */
  identity: CommitIdentity;
  /** Whether conflicts go to the branch, for people to finish there. */
  markConflicts: boolean;
}

export type BranchPlan =
  /**
   * Our branch is to have this commit; `isThere` when it has it already. `held` is what people have yet to decide there: `isBehind` where they
   * began to, so that the template's newest commits wait until they have.
   */
  | { kind: "commit"; commit: string; isThere: boolean; held: HeldConflict[]; isBehind?: true }
  | { kind: "conflicts"; conflicts: MergeConflict[] };

/** What our branch is to hold. It only ever goes forward, and what people added to it stays: they may have solved conflicts there. */
export async function planBranch(repository: LocalRepository, options: BranchOptions): Promise<BranchPlan> {
  const { update, present, message, identity } = options;
  if (present !== undefined && (await isAncestor(repository, { base: update.from, head: present })))
    return checkPresent(repository, { update, present });
  if (present !== undefined && (await hasWorkOfPeople(repository, { update, present })))
    return extendBranch(repository, { ...options, present });
  const start = { into: update.into, from: update.from, message, identity };
  const plan =
    update.status === "mergeable" && update.tree !== undefined
      ? await commitPlan(repository, { ...start, tree: update.tree })
      : await markPlan(repository, options, { ...start, ...update });
  if (present === undefined || plan.kind === "conflicts") return plan;
  const tree = await readTree(repository, plan.commit);
  const next = await commitMerge(repository, { into: present, from: plan.commit, tree, message, ...identity });
  return { ...plan, commit: next };
}

interface Start {
  into: string;
  from: string;
  message: string;
  identity: CommitIdentity;
}

async function commitPlan(
  repository: LocalRepository,
  start: Start & { tree: string },
): Promise<Extract<BranchPlan, { kind: "commit" }>> {
  const { into, from, tree, message, identity } = start;
  const commit = await commitMerge(repository, { into, from, tree, message, ...identity });
  return { kind: "commit", commit, isThere: false, held: [] };
}

interface Conflicting extends Start {
  tree: string | undefined;
  conflicts: MergeConflict[];
  stages: ReadonlyMap<string, ConflictStages>;
}

async function markPlan(
  repository: LocalRepository,
  options: Pick<BranchOptions, "markConflicts">,
  merge: Conflicting,
): Promise<BranchPlan> {
  const { tree, conflicts } = merge;
  if (!options.markConflicts || tree === undefined) return { kind: "conflicts", conflicts };
  const marked = await markConflicts(repository, { ...merge, tree });
  const plan = await commitPlan(repository, { ...merge, tree: marked });
  return { ...plan, held: await listHeld(repository, plan.commit, merge) };
}

interface Present {
  update: GitUpdate;
  present: string;
}

async function checkPresent(repository: LocalRepository, { update, present }: Present): Promise<BranchPlan> {
  const merge = await tryMerge(repository, { into: update.into, from: present });
  if (merge.outcome === "conflicting") return { kind: "conflicts", conflicts: merge.conflicts };
  // What people added decides about what cannot have markers, too.
  const hasWork = await hasWorkOfPeople(repository, { update, present });
  const held = await listHeld(repository, present, update);
  const left = hasWork ? held.filter((one) => one.held === "markers") : held;
  return { kind: "commit", commit: present, isThere: true, held: left };
}

async function hasWorkOfPeople(repository: LocalRepository, { update, present }: Present): Promise<boolean> {
  const own = await listCommits(repository, { base: update.into, head: present, without: [update.from] });
  return own.some(({ isOurs }) => !isOurs);
}

async function extendBranch(
  repository: LocalRepository,
  { update, present, merge, message, identity, ...options }: BranchOptions & Present,
): Promise<BranchPlan> {
  const held = await listHeld(repository, present, { ...update, conflicts: [] });
  if (held.length > 0) return { kind: "commit", commit: present, isThere: true, held, isBehind: true };
  const withCopy = await tryMerge(repository, { into: present, from: update.into });
  if (withCopy.outcome === "conflicting") return { kind: "conflicts", conflicts: withCopy.conflicts };
  const start =
    withCopy.outcome === "mergeable"
      ? await commitMerge(repository, {
          into: present,
          from: update.into,
          tree: withCopy.tree,
          message,
          ...identity,
        })
      : present;
  const merged = await tryToMerge(repository, { ...merge, into: start, from: update.from });
  if (merged.outcome === "conflicting")
    return markPlan(repository, options, { ...merged, into: start, from: update.from, message, identity });
  if (merged.outcome !== "mergeable") return { kind: "commit", commit: start, isThere: start === present, held: [] };
  return commitPlan(repository, { into: start, from: update.from, tree: merged.tree, message, identity });
}
