import type { Comparison, NodePlan } from "../compare/comparison.ts";
import { planWith } from "../compare/plan-nodes.ts";
import { targetId, type GraphNode } from "../model/graph.ts";

/** Whether another that is not written yet is to have what this one has alone: written first, this one would take it back. */
export function isToGiveUp(plan: NodePlan, open: Iterable<NodePlan>): boolean {
  if (!hasIt(plan)) return false;
  return [...open].some((other) => isRival(plan, other) && other.merge.body[fieldOf(other)] === true && !hasIt(other));
}

/** What gave it up to one that was written is as the server has it now: else a receipt would tell what was. */
export async function readHandedOver(comparison: Comparison, plans: readonly NodePlan[]): Promise<void> {
  const holders = plans.filter(hasIt);
  for (const plan of holders.filter((one) => holders.some((other) => other !== one && isRival(one, other)))) {
    const { kind, current } = plan;
    if (current === undefined || kind.read === undefined) continue;
    const again = await planWith(comparison, plan, await kind.read(comparison.space, current));
    Object.assign(plan, { current: again.current, desired: again.desired, itemIdentities: again.itemIdentities });
  }
}

function isRival({ kind, node }: NodePlan, other: NodePlan): boolean {
  return other.kind === kind && ownerOf(other.node) === ownerOf(node);
}

function ownerOf({ owner }: GraphNode): string | undefined {
  return owner && targetId(owner);
}

function hasIt(plan: NodePlan): boolean {
  return plan.current?.[fieldOf(plan)] === true;
}

function fieldOf({ kind: { heldByOne = "" } }: NodePlan): string {
  return heldByOne;
}
