import { targetId, type GraphNode } from "../model/graph.ts";
import { getKind } from "../resources/index.ts";

/** Finds what stands for the same resource in a snapshot that was taken at another time. */
export interface NodeFinder<T extends GraphNode> {
  find(node: GraphNode): T | undefined;
}

/**
 * Nodes are the same by the identity of their resource; one that has none, or was made again, by what it is called. What there is one
 * of for each owner goes with that.
 * @param among - the graph in which the nodes stand that are asked for
 */
export function createNodeFinder<T extends GraphNode>(nodes: readonly T[], among: readonly GraphNode[]): NodeFinder<T> {
  const identities = createIdentities(nodes);
  const byIdentity = new Map(nodes.map((node) => [identities(node), node]));
  const asked = createIdentities(among);
  const present = new Set(among.map(asked));
  // What is called otherwise by now has given its name away.
  const byTarget = new Map(
    nodes.filter((node) => !present.has(identities(node))).map((node) => [targetId(node), node]),
  );
  return { find: (node) => byIdentity.get(asked(node)) ?? byTarget.get(targetId(node)) };
}

/** What tells a resource from all others of the graph, whatever it is called. */
export function createIdentities(nodes: readonly GraphNode[]): (node: GraphNode) => string {
  const byTarget = new Map(nodes.map((node) => [targetId(node), node]));
  function identify({ kind, key, id, owner }: GraphNode): string {
    if (id !== undefined) return `${kind} ${id}`;
    const owning = owner === undefined ? undefined : byTarget.get(targetId(owner));
    const isGoingAlong = owning !== undefined && getKind(kind).isSingleton === true;
    return isGoingAlong ? `${kind} of ${identify(owning)}` : targetId({ kind, key });
  }
  return identify;
}

/** Under which a receipt knows a resource. */
export function recordedIdentity({ id, kind, key }: GraphNode): string {
  return id ?? targetId({ kind, key });
}
