import { count, describeConflict, unrelated } from "../copies/describe-update.ts";
import type { Copy, ProjectRepository } from "../copies/find-copies.ts";
import { listBrokenOcl } from "../copies/find-broken-ocl.ts";
import { findMovedSubmodule } from "../copies/find-moved-submodule.ts";
import { tryToMerge } from "../copies/find-git-update.ts";
import type { GitWorkspace } from "../copies/git-workspace.ts";
import { matchStepTemplates } from "../copies/match-step-templates.ts";
import { listUsedStepTemplates } from "../copies/translate-step-templates.ts";
import { listChangedFiles } from "../git/compare.ts";
import type { MergeOutcome } from "../git/merge.ts";
import type { OctopusSpace } from "../octopus/octopus-client.ts";
import type { StepTemplateUse } from "../ocl/list-step-templates.ts";
import { ParameterError } from "../step/errors.ts";
import { nothingFound, type Findings } from "./problem.ts";

export interface MergeTrial {
  workspace: GitWorkspace;
  /** Whose step templates the template's files name. */
  templateSpace: OctopusSpace;
  templatePath: string;
  copy: Copy;
  at: ProjectRepository;
  /** What the template and the copy would be by this branch, and what they are without it: the one of the two that it changes differs. */
  sides: { from: string; into: string; before: { from: string; into: string } };
}

/** What the template's changes would do to a copy. A conflict that is there without the branch is no fault of it, and is remarked. */
export async function tryCopyMerge(trial: MergeTrial): Promise<Findings> {
  const { copy, sides } = trial;
  const place = `"${copy.name}" in the space "${copy.space.name}"`;
  const told = (text: string): { kind: "merge"; place: string; text: string } => ({ kind: "merge", place, text });
  const merge = await tryMergeOf(trial, sides);
  if (merge.outcome === "unrelated") return { ...nothingFound(), remarks: [told(`${place}: ${unrelated}`)] };
  if (merge.outcome === "up-to-date") return nothingFound();
  const moved = await findMoved(trial, merge.tree);
  if (moved !== undefined) return { ...nothingFound(), problems: [told(`${place}: ${moved}`)] };
  if (merge.outcome === "mergeable") {
    const broken = await findBroken(trial, merge.tree);
    return {
      ...nothingFound(),
      problems: broken.map((problem) =>
        told(`${place}: Octopus could not load the project after the merge. ${problem}`),
      ),
    };
  }
  const old = new Set(await listOldConflicts(trial));
  const isNew = ({ path }: { path: string }): boolean => !old.has(path);
  const fresh = merge.conflicts.filter(isNew);
  const known = merge.conflicts.filter((conflict) => !isNew(conflict));
  return {
    ...nothingFound(),
    problems: fresh.map((conflict) => told(`${place} is in conflict in ${describeConflict(conflict)}.`)),
    remarks:
      known.length === 0
        ? []
        : [
            told(
              `${place} is in conflict in ${count(known.length, "file")} without this branch already: ${known.map(describeConflict).join("; ")}.`,
            ),
          ],
  };
}

/** Without the branch the template may be one whose files nobody can read. */
async function listOldConflicts(trial: MergeTrial): Promise<string[]> {
  try {
    const before = await tryMergeOf(trial, trial.sides.before);
    return before.outcome === "conflicting" ? before.conflicts.map(({ path }) => path) : [];
  } catch (error) {
    if (error instanceof ParameterError) return [];
    throw error;
  }
}

async function tryMergeOf(
  { workspace: { repository }, templateSpace, templatePath, copy, at }: MergeTrial,
  { from, into }: { from: string; into: string },
): Promise<MergeOutcome> {
  const uses: StepTemplateUse[] = await listUsedStepTemplates(repository, from, { basePath: templatePath });
  const known = copy.receipt.stepTemplates ?? {};
  const { map } = await matchStepTemplates(uses, { template: templateSpace, copy: copy.space, known });
  const mergedUpTo = copy.receipt.upstream?.["commit"] || undefined;
  return tryToMerge(repository, { into, from, mergedUpTo, stepTemplates: map, templatePath, copyPath: at.basePath });
}

function findMoved({ workspace, at, sides }: MergeTrial, tree: string): Promise<string | undefined> {
  const addresses = { from: workspace.templateUrl, to: at.url };
  return findMovedSubmodule(workspace.repository, { tree, into: sides.into, ...addresses });
}

async function findBroken({ workspace: { repository }, at, sides }: MergeTrial, tree: string): Promise<string[]> {
  const changed = await listChangedFiles(repository, { base: sides.into, head: tree });
  return listBrokenOcl(repository, { tree, changed, basePath: at.basePath });
}
