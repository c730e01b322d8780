import type { Compared } from "../compare/compare-graph.ts";
import type { NodePlan } from "../compare/comparison.ts";
import type { StepTemplatePlan } from "../compare/plan-step-templates.ts";

/**
 * The compared as one of which nothing is carried out: what differs is settled by nobody, so that the next run, which has no base
 * there, finds it again: it brings what the space lacks, and keeps and tells what the space has otherwise.
 */
export function leaveOpen(compared: Compared): Compared {
  const { comparison, plans } = compared;
  return {
    ...compared,
    comparison: { ...comparison, templates: comparison.templates.map(keepChanges) },
    plans: plans.map(keepChanges),
  };
}

function keepChanges<T extends NodePlan | StepTemplatePlan>(plan: T): T {
  const { merge } = plan;
  const open = merge.changes.map((change) => ({ ...change, isConflict: true }));
  return { ...plan, merge: { ...merge, kept: [...merge.kept, ...open] } };
}
