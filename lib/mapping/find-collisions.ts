import { targetId, type Target } from "../model/graph.ts";
import { foldName } from "../octopus/same-name.ts";
import { findKind } from "../resources/index.ts";
import type { Renaming } from "./rename-target.ts";
import { ruleName } from "./sections.ts";

/** Two things that would be called the same, and such that would be called nothing: a sentence each. */
export function findCollisions(targets: Iterable<Target>, { rename }: Pick<Renaming, "rename">): string[] {
  const byName = new Map<string, Target[]>();
  const nameless: string[] = [];
  for (const target of new Map([...targets].map((one) => [foldName(targetId(one)), one])).values()) {
    const now = rename(target);
    if (ruleName(now).trim() === "" && ruleName(target).trim() !== "") nameless.push(describeNameless(target));
    const id = foldName(targetId(now));
    byName.set(id, [...(byName.get(id) ?? []), target]);
  }
  const shared = [...byName.values()].filter(
    (group) => group.length > 1 && group.some((one) => isRenamed(one, rename)),
  );
  return [...nameless, ...shared.map((group) => describeShared(group, rename))];
}

/** By its own name: what belongs to something that is renamed shares names only where that does. */
function isRenamed(target: Target, rename: Renaming["rename"]): boolean {
  return ruleName(rename(target)) !== ruleName(target);
}

function describeNameless(target: Target): string {
  return `The mapping leaves the ${labelOf(target)} "${ruleName(target)}" without a name.`;
}

function describeShared(group: Target[], rename: Renaming["rename"]): string {
  const [first = { kind: "", key: [] }] = group;
  const names = group.map((target) => `"${ruleName(target)}"`).join(" and ");
  return `The mapping leads ${group.length} things to one name: the ${labelOf(first)}s ${names} would all be "${ruleName(rename(first))}".`;
}

function labelOf({ kind }: Target): string {
  return kind === "role" ? "target tag" : (findKind(kind)?.label ?? kind);
}
