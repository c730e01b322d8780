import type { Comparison, NodePlan } from "../compare/comparison.ts";
import { passingName } from "../compare/passing-name.ts";
import { targetId } from "../model/graph.ts";
import { isSameName } from "../octopus/same-name.ts";
import { put } from "./write-node.ts";

/** Of plans that are still to be carried out, the one whose resource has the name that this one is to get. */
export function findHolder(plan: NodePlan, open: Iterable<NodePlan>): NodePlan | undefined {
  return [...open].find((other) => other !== plan && isHolding(other, plan));
}

function isHolding({ node, kind, current, merge }: NodePlan, plan: NodePlan): boolean {
  if (kind !== plan.kind || kind.isSingleton === true || current === undefined) return false;
  if (ownerOf(node) !== ownerOf(plan.node)) return false;
  const wanted = kind.nameOf(plan.merge.body);
  return isSameName(kind.nameOf(current), wanted) && !isSameName(kind.nameOf(merge.body), wanted);
}

function ownerOf({ owner }: NodePlan["node"]): string {
  return owner === undefined ? "" : targetId(owner);
}

/** Gives the resource another name for the moment, so that its present one is free. */
export async function freeName(comparison: Comparison, plan: NodePlan): Promise<void> {
  const { kind, merge, currentBody, secrets } = plan;
  const body = { ...currentBody, Name: passingName(kind.nameOf(merge.body)) };
  const nothing = { ...secrets, toSend: new Map<string, string>() };
  Object.assign(plan, await put(comparison, { ...plan, merge: { ...merge, body }, secrets: nothing }));
}
