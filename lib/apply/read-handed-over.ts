import type { Comparison, NodePlan } from "../compare/comparison.ts";
import { planWith } from "../compare/plan-nodes.ts";
import { isSame } from "../compare/is-same.ts";

/** Where a write took from another what one alone has, the other is as the server has it now: else a receipt would tell what was. */
export async function readHandedOver(comparison: Comparison, plans: readonly NodePlan[]): Promise<void> {
  for (const plan of plans) {
    const { kind, current, node } = plan;
    if (current === undefined || kind.read === undefined || !hasIt(plan)) continue;
    const rivals = plans.filter((other) => other.kind === kind && isSame(other.node.owner, node.owner) && hasIt(other));
    if (rivals.length === 1) continue;
    const { desired, itemIdentities, ...again } = await planWith(
      comparison,
      plan,
      await kind.read(comparison.space, current),
    );
    Object.assign(plan, { current: again.current, desired, itemIdentities });
  }
}

function hasIt({ kind: { heldByOne }, current }: NodePlan): boolean {
  return heldByOne !== undefined && current?.[heldByOne] === true;
}
