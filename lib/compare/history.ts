import { targetId, type GraphNode, type ResourceGraph } from "../model/graph.ts";
import type { JsonObject } from "../model/json.ts";
import { getKind } from "../resources/index.ts";
import { isAsMade } from "./is-as-made.ts";
import { alignItems } from "./match-items.ts";
import type { Base } from "./merge.ts";
import { listRenames, renameReferences, type Renames } from "./rename-references.ts";
import { createIdentities, createNodeFinder, recordedIdentity, type NodeFinder } from "./same-node.ts";

/** What deployments did in a space before, as its receipt tells. */
export interface CopyHistory {
  /** What the template said when each resource was settled last and, where it differs, what the space had then. */
  base: readonly (GraphNode & { answered?: JsonObject | undefined })[];
  /** By {@link recordedIdentity}, the ids of what deployments made or adopted. */
  ids: Readonly<Record<string, string>>;
  /** By identity of the template's items, that of the space's. */
  items: Readonly<Record<string, string>>;
  /** By target of a step template, the one of the space that stood for it. */
  installed?: Readonly<Record<string, { id: string; version: string }>>;
  /** What runs that did not end were deploying, and which resources of it the space did not have when they began. */
  pending: readonly { nodes: readonly GraphNode[]; creates: readonly string[] }[];
}

/** Nothing was deployed before. */
export const noHistory: CopyHistory = { base: [], ids: {}, items: {}, pending: [] };

/** As if the graph had been deployed, and nothing was noted about it. */
export function historyOfGraph({ nodes }: Pick<ResourceGraph, "nodes">): CopyHistory {
  return { ...noHistory, base: nodes };
}

/** What one resource was, in the words of the graph that is deployed now. */
export interface NodeHistory {
  base: Base | undefined;
  pending: JsonObject[];
}

export interface Histories {
  of(node: GraphNode): NodeHistory;
  /** The id in the space that was noted for it. */
  findId(node: GraphNode): string | undefined;
  /** What was noted about it. */
  findSettled(node: GraphNode): CopyHistory["base"][number] | undefined;
  /** What told that node from all others. */
  settledIdentity(settled: GraphNode): string;
  /** The id in the space of a node of the history. */
  findRecordedId(settled: GraphNode): string | undefined;
  /** Whether a deployment knew the resource. */
  knows(node: GraphNode): boolean;
  /** Whether a run that did not end was about to make it, and the document is just that. */
  wasMaking(node: GraphNode, document: JsonObject): boolean;
}

/** @param nodes - the graph that is deployed now */
export function createHistories(history: CopyHistory, nodes: readonly GraphNode[]): Histories {
  const base = createSnapshot(history.base, nodes);
  const pending = history.pending.map((one) => ({
    ...createSnapshot(one.nodes, nodes),
    creates: new Set(one.creates),
  }));
  const idsOf = (node: GraphNode): string[] => [node, ...[base.find(node) ?? []].flat()].flatMap(toKeys);
  return {
    of(node) {
      const settled = base.find(node);
      return {
        base: settled && {
          template: base.read(node, settled.body),
          space: base.read(node, settled.answered ?? settled.body),
        },
        pending: pending.flatMap((snapshot) => {
          const known = snapshot.find(node);
          return known === undefined ? [] : [snapshot.read(node, known.body)];
        }),
      };
    },
    findId: (node) =>
      idsOf(node)
        .map((key) => history.ids[key])
        .find((id) => id !== undefined),
    findSettled: base.find,
    settledIdentity: createIdentities(history.base),
    findRecordedId: (settled) =>
      toKeys(settled)
        .map((key) => history.ids[key])
        .find((id) => id !== undefined),
    knows: (node) => base.find(node) !== undefined,
    wasMaking: (node, document) =>
      pending.some((snapshot) => {
        const known = snapshot.find(node);
        const isNew = known !== undefined && toKeys(known).some((key) => snapshot.creates.has(key));
        return isNew && isAsMade(getKind(known.kind), known.body, document);
      }),
  };
}

/** Receipts of an earlier format know resources by what they were called. */
function toKeys(node: GraphNode): string[] {
  return [recordedIdentity(node), targetId({ kind: node.kind, key: node.key })];
}

interface Snapshot<T extends GraphNode> extends NodeFinder<T> {
  /** A body of it with today's names and identities. */
  read(node: GraphNode, body: JsonObject): JsonObject;
}

function createSnapshot<T extends GraphNode>(snapshot: readonly T[], nodes: readonly GraphNode[]): Snapshot<T> {
  const { find } = createNodeFinder(snapshot, nodes);
  const aligned = snapshot.map((was) => ({ was, now: nodes.find((node) => find(node) === was) }));
  const renames: Renames = listRenames(
    aligned.flatMap(({ was, now }) =>
      now === undefined ? [] : [{ was: { ...was, body: alignItems(getKind(was.kind), was.body, now.body) }, now }],
    ),
  );
  return {
    find,
    read: (node, body) => renameReferences(alignItems(getKind(node.kind), body, node.body), renames),
  };
}
