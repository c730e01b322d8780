import type { NodePlan } from "../compare/comparison.ts";
import { forEachReference } from "../model/graph.ts";

/** Less than a client sends at once, so that what one write reads besides has its turn. */
const most = 6;

export interface Writing {
  /** Asked when nothing is under way any more that the plan could have to do with. */
  isReady(plan: NodePlan): boolean;
  /** Whether what was begun before is to be done first, all of it. */
  isLate(plan: NodePlan): boolean;
  write(plan: NodePlan): Promise<void>;
}

/**
 * Carries out what is ready in the order of the plans, as if one came after the other: a plan begins while others are under way only
 * where neither has to do with the other.
 * @throws what went wrong first, when all that was under way has come to its end
 */
export async function writeBeside(plans: readonly NodePlan[], writing: Writing): Promise<void> {
  const underWay = new Map<NodePlan, Promise<void>>();
  const failures: unknown[] = [];
  const begin = (plan: NodePlan): void => {
    const work = writing.write(plan).catch((error: unknown) => void failures.push(error));
    underWay.set(
      plan,
      work.then(() => void underWay.delete(plan)),
    );
  };
  const mustWait = createOrder(writing);
  for (const plan of plans) {
    while (underWay.size >= most || mustWait(plan, underWay.keys())) await Promise.race(underWay.values());
    if (failures.length > 0) break;
    if (writing.isReady(plan)) begin(plan);
  }
  await Promise.all(underWay.values());
  if (failures.length > 0) throw failures[0];
}

/** Whether a plan waits for any of those that are under way. */
function createOrder({ isLate }: Pick<Writing, "isLate">): (plan: NodePlan, others: Iterable<NodePlan>) => boolean {
  const mentioned = new Map<NodePlan, ReadonlySet<string>>();
  const mentions = (plan: NodePlan, other: NodePlan): boolean => {
    const names = mentioned.get(plan) ?? listMentioned(plan);
    mentioned.set(plan, names);
    return names.has(topOf(other));
  };
  return (plan, others) =>
    [...others].some(
      (other) => isLate(plan) || isRelated(plan, other) || mentions(plan, other) || mentions(other, plan),
    );
}

/** What a person calls the resource of the space that has the node, or is it: two of that name may be taken for one, which costs a wait. */
function topOf({ node }: NodePlan): string {
  return node.key[0] ?? "";
}

/** The tops of all that it points to, before or after. */
function listMentioned({ merge, currentBody }: NodePlan): ReadonlySet<string> {
  const names = new Set<string>();
  for (const body of [merge.body, currentBody]) forEachReference(body, ({ key: [name = ""] }) => void names.add(name));
  return names;
}

/** Parts of one thing come kind by kind; of some kinds it matters which comes first. */
function isRelated(plan: NodePlan, other: NodePlan): boolean {
  if (plan.kind !== other.kind) return topOf(plan) === topOf(other);
  return plan.kind.isDefault !== undefined || plan.kind.createOnly?.includes("SortOrder") === true;
}
