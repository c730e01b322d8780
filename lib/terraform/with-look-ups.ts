import { targetId, type GraphNode, type LookUp, type ResourceGraph } from "../model/graph.ts";
import { getKind } from "../resources/index.ts";
import { isInEverySpace } from "../resources/is-in-any-space.ts";

/** The graph without what is found in the space instead: what is there already, as somebody says, or what is in every space. */
export function withLookUps(graph: ResourceGraph, isLookedUp: (node: GraphNode) => boolean): ResourceGraph {
  const there = graph.nodes.filter(isInEverySpace);
  const found = [...there, ...graph.nodes.filter((node) => !isInEverySpace(node) && isFound(node, isLookedUp))];
  if (found.length === 0) return graph;
  const gone = listWithParts(found, graph.nodes);
  return {
    nodes: graph.nodes.filter((node) => !gone.has(targetId(node))),
    lookUps: [...graph.lookUps, ...found.map(toLookUp)],
    remarks: graph.remarks,
  };
}

/** What the server makes in every space, and what belongs to it. */
export function listInEverySpace(nodes: readonly GraphNode[]): GraphNode[] {
  const there = listWithParts(nodes.filter(isInEverySpace), nodes);
  return nodes.filter((node) => there.has(targetId(node)));
}

/** What belongs to another resource is there with it. Of step templates their form says how they are found. */
function isFound(node: GraphNode, isLookedUp: (node: GraphNode) => boolean): boolean {
  return node.owner === undefined && getKind(node.kind).isVersioned !== true && isLookedUp(node);
}

/** With all that belongs to them. */
function listWithParts(found: readonly GraphNode[], nodes: readonly GraphNode[]): Set<string> {
  const gone = new Set(found.map(targetId));
  for (const node of nodes) if (node.owner !== undefined && gone.has(targetId(node.owner))) gone.add(targetId(node));
  return gone;
}

/** How others would find it. */
export function toLookUp({ kind, key, body }: GraphNode): LookUp {
  const details = getKind(kind).detailsOf?.(body);
  return { kind, key, ...(details !== undefined && { details }) };
}
