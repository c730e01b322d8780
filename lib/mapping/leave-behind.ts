import { forEachReference, targetId, type GraphNode, type Remark, type Target } from "../model/graph.ts";
import { describeByKind } from "../resources/describe-by-kind.ts";
import { listOwners } from "../resources/holders.ts";
import { getKind } from "../resources/index.ts";
import type { Choices } from "./choices.ts";
import type { MappingRun } from "./mapping-run.ts";
import { pruneNode, type Pruning } from "./prune-node.ts";
import type { Ways } from "./ways.ts";

export interface LeaveBehind {
  choices: Choices;
  ways: Ways;
  isMissing(target: Target): boolean;
}

/**
 * The nodes without what stays behind or the space does not have, nor what only made sense with it: as Serialize leaves out what is
 * excluded. Every such case is a remark, or a problem of the mapping.
 */
export function leaveBehind(nodes: readonly GraphNode[], run: MappingRun, rules: LeaveBehind): GraphNode[] {
  const gone = new Set<string>();
  const left = new Map<string, Remark>();
  // What is left out may be the last thing that something else was for.
  for (;;) {
    const before = gone.size;
    const told: Told = { left, remarks: [], places: [] };
    const kept = nodes.flatMap((node) => pruneOne(node, toPruning(rules, { gone, told })) ?? []);
    if (gone.size > before) continue;
    run.remarks.push(...new Map([...left.values(), ...told.remarks].map((remark) => [tell(remark), remark])).values());
    for (const [problem, place] of told.places) run.places[problem].push(place);
    return withoutUnused(nodes, kept);
  }
}

interface Told {
  /** Why something stays behind: known once it does, and no later round asks about it again. */
  left: Map<string, Remark>;
  /** What else this round has to say, and the next says again if it is still so. */
  remarks: Remark[];
  places: [keyof MappingRun["places"], string][];
}

function toPruning(
  { choices, ways, isMissing }: LeaveBehind,
  { gone, told }: { gone: Set<string>; told: Told },
): Pruning {
  return {
    choices,
    ways,
    isMissing,
    gone,
    leave(target, remark) {
      gone.add(targetId(target));
      if (remark !== undefined) told.left.set(tell(remark), remark);
    },
    remark: (about, text) => void told.remarks.push({ about, text }),
    tell: (problem, place) => void told.places.push([problem, place]),
  };
}

function tell({ about, text }: Remark): string {
  return `${targetId(about)} ${text}`;
}

function pruneOne(node: GraphNode, pruning: Pruning): GraphNode | undefined {
  const { kind, key, owner } = node;
  const target = { kind, key };
  const { isSingleton, isDefault } = getKind(kind);
  // Of a singleton's key nobody knows whose it is.
  if ([owner, isSingleton === true ? undefined : target].some((one) => one && isBehind(one, pruning))) return undefined;
  const { body, loss } = pruneNode(node, pruning);
  if (loss === undefined) return { ...node, body };
  if (isSingleton === true || isDefault?.(node.body) === true) {
    pruning.tell("needed", `${describeByKind(target)} cannot be left out, but ${loss}`);
    return node;
  }
  pruning.leave(target, { about: target, text: `left out: ${loss}` });
  return undefined;
}

function isBehind(target: Target, { choices, gone }: Pruning): boolean {
  return choices.isTargetLeftOut(target) || [target, ...listOwners(target)].some((one) => gone.has(targetId(one)));
}

/** Step templates come along for the sake of steps. */
function withoutUnused(before: readonly GraphNode[], after: GraphNode[]): GraphNode[] {
  const [used, stillUsed] = [listUsed(before), listUsed(after)];
  return after.filter(
    (node) => getKind(node.kind).isVersioned !== true || !used.has(targetId(node)) || stillUsed.has(targetId(node)),
  );
}

function listUsed(nodes: readonly GraphNode[]): Set<string> {
  const used = new Set<string>();
  for (const { body } of nodes) forEachReference(body, (target) => used.add(targetId(target)));
  return used;
}
