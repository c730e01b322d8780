import { mergeMet } from "../graph/read-body.ts";
import { listSecretPlaces } from "../graph/write-body.ts";
import { forEachReference, targetId, type GraphNode } from "../model/graph.ts";
import type { JsonObject, JsonValue } from "../model/json.ts";
import type { OctopusDocument } from "../octopus/octopus-client.ts";
import { getKind } from "../resources/index.ts";
import type { ResourceKind } from "../resources/resource-kind.ts";
import { dropAbsent, isStayingAway, noteAbsentItems, toSkipped } from "./absent.ts";
import { markDecided, mergeDecided } from "./decision.ts";
import { isMadeByThisRun, type Comparison, type Merging, type NodePlan } from "./comparison.ts";
import type { NodeHistory } from "./history.ts";
import { collectOwnIds, locate, type Located } from "./locate-node.ts";
import { listAdoptedItems, match, readCurrent, type Matched } from "./match-node.ts";
import { completeBody } from "./complete-body.ts";
import { mergeBody, type MergeResult } from "./merge.ts";
import { followMoves } from "./moved-items.ts";
import { here, historyOf } from "./node-history.ts";
import { withNewSpace } from "./new-space.ts";
import { keepSpelling, keepTakenName } from "./node-names.ts";
import { withPassingName } from "./passing-name.ts";
import { toPlace } from "./places.ts";
import { planSecrets } from "./secrets.ts";
import { settleSecrets } from "./settle-secrets.ts";
import { holdItems } from "./used-items.ts";

/** Reads what the space has for every node and compares; with one request for each kind of what that points to. */
export async function planAll(comparison: Comparison): Promise<NodePlan[]> {
  const located = await locateAll(comparison);
  await comparison.directory.resolve(mergeMet(located.flatMap(collectOwnIds)));
  const matched = located.map((one) => match(comparison, one));
  const plans: NodePlan[] = [];
  for (const one of matched) plans.push(noteAbsentItems(comparison, planNode(comparison, one)));
  return plans;
}

/** Owners come before what belongs to them; what the space has for all of one depth is read together. */
async function locateAll(comparison: Comparison): Promise<Located[]> {
  const located = new Map<GraphNode, Located>();
  for (const level of listLevels(comparison.nodes)) {
    await comparison.finder.readAhead(level);
    for (const node of level) located.set(node, await locate(comparison, node));
  }
  return comparison.nodes.flatMap((node) => located.get(node) ?? []);
}

/** The nodes by how many of their owners are nodes as well. */
function listLevels(nodes: readonly GraphNode[]): GraphNode[][] {
  const levels: GraphNode[][] = [];
  const depths = new Map<string, number>();
  for (const node of nodes) {
    const depth = node.owner === undefined ? 0 : (depths.get(targetId(node.owner)) ?? -1) + 1;
    depths.set(targetId(node), depth);
    (levels[depth] ??= []).push(node);
  }
  return levels;
}

/** Looks again, since the node's owner was made, or somebody else was faster. */
export async function planAgain(comparison: Comparison, { node }: Pick<NodePlan, "node">): Promise<NodePlan> {
  const located = await locate(comparison, node);
  await comparison.directory.resolve(mergeMet(collectOwnIds(located)));
  return holdItems(comparison, planNode(comparison, match(comparison, located)));
}

/** The same with a document that was just read. */
export async function planWith(comparison: Comparison, plan: NodePlan, current: OctopusDocument): Promise<NodePlan> {
  const { node, isAdopted } = plan;
  comparison.directory.learn(plan.kind, current, node.key);
  const located = { node, current, isAdopted };
  await comparison.directory.resolve(mergeMet(collectOwnIds(located)));
  return holdItems(comparison, planNode(comparison, match(comparison, located)));
}

/** Compares it, once it is known what all else is called here, and what people decided about what is in conflict. */
function planNode(comparison: Comparison, matched: Matched): NodePlan {
  const plan = compareNode(comparison, matched);
  return { ...plan, merge: { ...plan.merge, kept: markDecided(comparison.book, plan.node, plan.merge.kept) } };
}

function compareNode(comparison: Comparison, matched: Matched): NodePlan {
  const { node, current, rival, itemIdentities } = matched;
  const kind = getKind(node.kind);
  const {
    current: currentBody,
    history,
    changes,
  } = followMoves(kind, node.body, {
    current: readCurrent(comparison, { kind, current, itemIdentities }),
    history: withPassingName(historyOf(comparison, node), { kind, current }),
  });
  const settled = settleSecrets(comparison, { node, kind, currentBody });
  const { desired, kept } = dropAbsent(comparison, kind, {
    desired: complete(comparison, kind, settled, currentBody),
    currentBody,
  });
  const named = keepTakenName(comparison, { node, kind, desired, current }, history);
  const merging = { node, kind, desired: named.desired, current, currentBody };
  const spelled = keepSpelling(comparison, merging, history);
  const merged = mergeDecided(comparison.book, node, (takes) =>
    mergeNode(comparison, { ...merging, desired: spelled }, { history, takes }),
  );
  const merge = { ...merged, changes: [...changes, ...merged.changes] };
  const isAdopted = matched.isAdopted === true;
  const plan = {
    ...merging,
    itemIdentities,
    base: history.base,
    isAdopted,
    adoptedItems: listAdoptedItems(comparison, matched),
    removedLate: [],
    problems: settled.problems,
  };
  if (isStayingAway(comparison, merging, kept)) return { ...plan, ...toSkipped(comparison, node, rival), problems: [] };
  const secrets = planSecrets(node, {
    kind,
    owner: comparison.identityOf(node),
    former: listFormerPlaces(comparison, node),
    body: merge.body,
    desired: named.desired,
    current: currentBody,
    spaceId: comparison.directory.spaceId,
    source: comparison.secrets,
  });
  const isChanged = merge.changes.length > 0 || secrets.toSend.size > 0 || usesMoved(comparison, merge.body);
  const action = current === undefined ? "create" : isChanged ? "update" : "none";
  const isTheirs = !isMadeByThisRun(comparison, node);
  const all = isTheirs ? [...merge.kept, ...kept, ...named.kept] : kept;
  return { ...plan, action, merge: { ...merge, kept: all }, secrets };
}

function complete(
  { isPartial = false }: Comparison,
  kind: ResourceKind,
  { desired }: { desired: JsonObject },
  currentBody: JsonObject,
): JsonObject {
  return isPartial ? completeBody(kind, desired, currentBody) : desired;
}

/** By the names of items, the places at which the receipt has a resource's secrets: the template may have made it or them again. */
function listFormerPlaces({ histories }: Comparison, node: GraphNode): Map<string, string> {
  const settled = histories.findSettled(node);
  const secrets = settled === undefined ? [] : listSecretPlaces(getKind(settled.kind), settled.body);
  const owner = settled === undefined ? "" : histories.settledIdentity(settled);
  return new Map(secrets.map(({ place, formerPlace }) => [formerPlace, `${owner} ${place}`]));
}

function mergeNode(
  comparison: Comparison,
  { node, kind, desired, current, currentBody }: Merging,
  { history, takes }: { history: NodeHistory; takes: ReadonlySet<string> },
): MergeResult {
  if (current === undefined)
    return { body: desired, changes: [{ path: [], place: toPlace([]), what: "added", template: desired }], kept: [] };
  const overwrite = comparison.overwrite || isMadeByThisRun(comparison, node);
  return mergeBody({
    kind,
    desired: here(comparison, node.kind, desired),
    current: currentBody,
    ...withNewSpace(history, { kind, desired, current }),
    overwrite,
    takes,
  });
}

/** A version says nothing in a graph, so what uses a step template at another one than it should has no change of its own. */
function usesMoved({ moved }: Comparison, value: JsonValue): boolean {
  let isUsing = false;
  forEachReference(value, (target) => void (isUsing ||= moved.has(targetId(target))));
  return isUsing;
}
