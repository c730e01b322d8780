import { findDatabaseUpdate } from "../copies/find-database-update.ts";
import { listCopies, type Copy, type ProjectRepository } from "../copies/find-copies.ts";
import type { NewestPackage } from "../copies/newest-package.ts";
import { targetId, type ResourceGraph } from "../model/graph.ts";
import { objectsOf, textOf } from "../model/json.ts";
import { findReceipt, type Receipts } from "../receipts/receipts.ts";
import { ServerFailureError, StepError } from "../step/errors.ts";
import { isEndOfTalk } from "./ask.ts";
import { hostOf, type FleetGit } from "./compare-git.ts";
import { readEdits } from "./copy-edits.ts";
import type { KnownComparison, KnownSpace } from "./known.ts";
import type { InStepState } from "./states.ts";
import type { TemplatePackages } from "./template-packages.ts";

/**
 * Compares copies of a space with the newest package of their templates, by the same plan that a deployment would carry out, and notes
 * what came of it. Writes nothing to the space.
 * @param wanted - names of receipts
 * @throws what tells that the space answers nothing more
 */
export async function compareSpace(
  receipts: Receipts,
  known: KnownSpace,
  { wanted, ...comparing }: Comparing & { wanted: readonly string[] },
): Promise<void> {
  const own = wanted.flatMap((name) => {
    const receipt = findReceipt(receipts, name);
    return receipt === undefined ? [] : [{ name, receipt }];
  });
  if (own.length === 0) return;
  // Side by side, since what several of them ask at the same time is asked once.
  const { copies, readAhead } = await listCopies(receipts, own);
  await readAhead(copies);
  const compared = await Promise.all(
    copies.map((copy) => compareOne(copy, known.compared[copy.receiptName], comparing)),
  );
  for (const [index, copy] of copies.entries()) {
    const comparison = compared[index];
    if (comparison !== undefined) known.compared[copy.receiptName] = comparison;
  }
}

interface Comparing {
  packages: TemplatePackages;
  /** Absent where nobody may look at files in Git. */
  git: FleetGit | undefined;
  now: Date;
}

async function compareOne(
  copy: Copy,
  before: KnownComparison | undefined,
  { packages, git, now }: Comparing,
): Promise<KnownComparison> {
  const version = copy.receipt.version ?? "";
  const notes = { ...nothing, at: now.toISOString(), receiptVersion: version, deployed: version };
  if (copy.isDeleted) return { ...notes, newest: "", inStep: "gone" };
  try {
    const newest = await packages.readNewest(copy);
    if (copy.repository !== undefined) {
      const found = await compareFiles(copy, copy.repository, { git, before });
      return { ...notes, ...found, newest: newest.version };
    }
    const update = await findDatabaseUpdate(copy, newest);
    if (update === undefined) return { ...notes, newest: newest.version, inStep: "gone" };
    return {
      ...notes,
      newest: newest.version,
      deployed: update.deployed,
      inStep: update.conflicts.length > 0 ? "conflict" : toState(update),
      changedHere: shorten(update.edits),
      conflicts: shorten(update.conflicts.map(({ text }) => text)),
      pending: shorten(update.changes),
      edits: readEdits(update.resources),
      variables: listVariables(newest.manifest.graph),
      stepTemplates: await listStepTemplates(copy, newest),
    };
  } catch (error) {
    if (isEndOfTalk(error) || !(error instanceof StepError)) throw error;
    const isPassing = error instanceof ServerFailureError;
    return { ...notes, newest: "", inStep: "unknown", problem: error.message, ...(isPassing && { isPassing }) };
  }
}

/** What the files say; where they cannot be read, what they said before, with the reason. */
async function compareFiles(
  copy: Copy,
  at: ProjectRepository,
  { git, before }: { git: FleetGit | undefined; before: KnownComparison | undefined },
): Promise<Partial<KnownComparison> & Pick<KnownComparison, "inStep">> {
  if (git === undefined) return keepFiles(before);
  try {
    const found = await git.compare(copy, at);
    const { changedHere, conflicts, pending } = found;
    return {
      ...found,
      changedHere: shorten(changedHere),
      conflicts: shorten(conflicts),
      pending: shorten(pending),
    };
  } catch (error) {
    if (!(error instanceof StepError)) throw error;
    return { ...keepFiles(before), gitProblem: { host: hostOf(at.url), text: error.message } };
  }
}

function keepFiles(before: KnownComparison | undefined): Partial<KnownComparison> & Pick<KnownComparison, "inStep"> {
  if (before?.git === undefined) return { inStep: "upToDate" };
  const { inStep, changedHere, conflicts, pending, problem, git } = before;
  return { inStep, changedHere, conflicts, pending, git, ...(problem !== undefined && { problem }) };
}

const nothing = { changedHere: [], conflicts: [], pending: [], edits: [], variables: [], stepTemplates: [] };

/** So many sentences about a copy are kept and shown; Preview Updates has all. */
const mostSentences = 50;

function shorten(sentences: readonly string[]): string[] {
  const more = sentences.length - mostSentences;
  return more <= 0 ? [...sentences] : [...sentences.slice(0, mostSentences), `And ${more} more.`];
}

function toState({ behind, changes, edits }: { behind: number; changes: string[]; edits: string[] }): InStepState {
  if (behind > 0 || changes.length > 0) return "behind";
  return edits.length > 0 ? "changedHere" : "upToDate";
}

/** Names alone. */
function listVariables({ nodes }: ResourceGraph): string[] {
  const names = nodes.flatMap(({ body }) => objectsOf(body, "Variables").map((variable) => textOf(variable, "Name")));
  return [...new Set(names.filter((name) => name !== ""))].toSorted();
}

async function listStepTemplates(copy: Copy, { manifest }: NewestPackage): Promise<KnownComparison["stepTemplates"]> {
  const { installed } = await copy.recall();
  return manifest.graph.nodes.flatMap((node) => {
    const use = installed[targetId(node)];
    return use === undefined ? [] : [{ name: node.key[0] ?? "", version: use.version }];
  });
}
