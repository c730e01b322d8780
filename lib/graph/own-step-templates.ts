import { targetId, type GraphNode, type Key } from "../model/graph.ts";
import { getKind } from "../resources/index.ts";
import type { Needs } from "./select-resources.ts";

/**
 * Of the step templates in a graph, those that the package is to bring, each at the version that it has now: an older version is there
 * for the steps that use it.
 * @param current - keys of the versions that the wanted step templates have now
 * @param needs - what becomes of those that steps use and nobody asked for
 */
export function listOwnStepTemplates(
  nodes: readonly GraphNode[],
  { current, needs }: { current: readonly Key[]; needs: Needs },
): Key[] {
  if (needs !== "include") return [...current];
  const templates = nodes.filter(({ kind }) => getKind(kind).isVersioned === true);
  const known = new Set(current.map(([name]) => name));
  const used = templates.filter(({ key: [name] }) => !known.has(name));
  // Which of several is the newest, nobody asked.
  const single = used.filter(
    (node) => !used.some((other) => other.key[0] === node.key[0] && targetId(other) !== targetId(node)),
  );
  return [...current, ...single.map(({ key }) => key)];
}
