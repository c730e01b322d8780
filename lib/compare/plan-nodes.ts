import { forEachReference, targetId, type GraphNode, type Target } from "../model/graph.ts";
import { collectIds, mergeMet, readBody, type MetIds } from "../graph/read-body.ts";
import { recognizeIds } from "../graph/recognize-ids.ts";
import { dropSecrets, listSecretPlaces, type SecretPlace } from "../graph/write-body.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../model/json.ts";
import type { OctopusDocument } from "../octopus/octopus-client.ts";
import { getKind } from "../resources/index.ts";
import { identifyItems } from "../resources/identify-items.ts";
import type { ResourceKind } from "../resources/resource-kind.ts";
import { describe, historyOf, isMadeByThisRun, type Apply, type NodePlan } from "./apply-state.ts";
import { mergeBody, type KeptDifference, type MergeResult } from "./merge.ts";
import { findSecret, planSecrets } from "./secrets.ts";

/** Reads what the space has for every node and compares; with one request for each kind of what that points to. */
export async function planAll(apply: Apply): Promise<NodePlan[]> {
  const located: Located[] = [];
  for (const node of apply.nodes) {
    const current = await locate(apply, node);
    if (current === undefined && isRemovedByPerson(apply, node)) apply.removed.add(targetId(node));
    located.push({ node, current });
  }
  await apply.directory.resolve(mergeMet(located.flatMap(collectOwnIds)));
  return located.map(({ node, current }) => planNode(apply, node, current));
}

/** Looks again, since the node's owner was made, or somebody else was faster. */
export async function planAgain(apply: Apply, { node }: NodePlan): Promise<NodePlan> {
  const current = await locate(apply, node);
  await apply.directory.resolve(mergeMet(collectOwnIds({ node, current })));
  return planNode(apply, node, current);
}

interface Located {
  node: GraphNode;
  current: OctopusDocument | undefined;
}

async function locate({ finder, directory }: Apply, node: GraphNode): Promise<OctopusDocument | undefined> {
  const current = await finder.find(node);
  if (current !== undefined) directory.learn(getKind(node.kind), current, node.key);
  return current;
}

function collectOwnIds({ node, current }: Located): MetIds[] {
  return current === undefined ? [] : [collectIds(getKind(node.kind), current)];
}

/** What was deployed and is gone was removed by a person, unless its whole owner is new. */
function isRemovedByPerson(apply: Apply, node: GraphNode): boolean {
  if (node.owner === undefined || apply.overwrite) return false;
  if (apply.removed.has(targetId(node.owner))) return true;
  const isOwnerThere = apply.directory.findDocument(node.owner) !== undefined;
  return isOwnerThere && historyOf(apply, node).base !== undefined && getKind(node.kind).isSingleton !== true;
}

function planNode(apply: Apply, node: GraphNode, current: OctopusDocument | undefined): NodePlan {
  const kind = getKind(node.kind);
  const currentBody = current === undefined ? {} : readBody(kind, current, { names: apply.directory });
  const settled = settleSecrets(apply, { node, kind, currentBody });
  const { desired, kept } = dropRemoved(apply, kind, settled.desired);
  const merge = mergeNode(apply, { node, kind, desired, current, currentBody });
  if (isStayingAway(apply, node, { current, desired })) return toSkipped(apply, { node, kind, desired });

  const { spaceId } = apply.directory;
  const secrets = planSecrets(node, {
    kind,
    body: merge.body,
    desired,
    current: currentBody,
    spaceId,
    source: apply.secrets,
  });
  const isChanged = merge.changes.length > 0 || secrets.toSend.size > 0;
  const action = current === undefined ? "create" : isChanged ? "update" : "none";
  return {
    node,
    kind,
    action,
    desired,
    current,
    merge: { ...merge, kept: [...merge.kept, ...kept] },
    secrets,
    problems: settled.problems,
  };
}

interface Merging {
  node: GraphNode;
  kind: ResourceKind;
  desired: JsonObject;
  current: OctopusDocument | undefined;
  currentBody: JsonObject;
}

function mergeNode(apply: Apply, { node, kind, desired, current, currentBody }: Merging): MergeResult {
  if (current === undefined) return { body: desired, changes: [{ path: [], what: "added" }], kept: [] };
  const overwrite = apply.overwrite || isMadeByThisRun(apply, node);
  const here = (body: JsonObject): JsonObject => recognizeIds(kind, body, apply.directory);
  const { base, pending } = historyOf(apply, node);
  const history = { base: base && here(base), pending: pending?.map(here) };
  return mergeBody({ kind, desired: here(desired), current: currentBody, ...history, overwrite });
}

/** Gone by a person's hand, or new and of no use without something that is. */
function isStayingAway(
  apply: Apply,
  node: GraphNode,
  { current, desired }: { current: OctopusDocument | undefined; desired: JsonObject },
): boolean {
  return current === undefined && (apply.removed.has(targetId(node)) || pointsToRemoved(apply, desired));
}

function toSkipped(apply: Apply, { node, kind, desired }: Pick<NodePlan, "node" | "kind" | "desired">): NodePlan {
  const isBelowRemoved = node.owner !== undefined && apply.removed.has(targetId(node.owner));
  const what = apply.removed.has(targetId(node)) ? "removed" : "blocked";
  const removal: KeptDifference = { path: [], what, isConflict: false };
  const merge = { body: {}, changes: [], kept: isBelowRemoved ? [] : [removal] };
  return {
    node,
    kind,
    action: "skip",
    desired,
    current: undefined,
    merge,
    secrets: { toSend: new Map(), digests: {} },
    problems: [],
  };
}

/** Items that point to what people removed stay away with it: a variable that is scoped to a runbook, say. */
function dropRemoved(
  apply: Apply,
  kind: ResourceKind,
  desired: JsonObject,
): { desired: JsonObject; kept: KeptDifference[] } {
  const kept: KeptDifference[] = [];
  const result = { ...desired };
  for (const list of kind.items ?? []) {
    const [field = ""] = list.path;
    const items = desired[field];
    if (list.path.length !== 1 || !Array.isArray(items) || apply.removed.size === 0) continue;
    const named = [...identifyItems(list, items.filter(isJsonObject))];
    const dropped = named.filter(([, item]) => pointsToRemoved(apply, item));
    kept.push(...dropped.map(([id]): KeptDifference => ({ path: [field, id], what: "blocked", isConflict: false })));
    result[field] = named.filter((entry) => !dropped.includes(entry)).map(([, item]) => item);
  }
  return { desired: result, kept };
}

function pointsToRemoved(apply: Apply, value: JsonValue): boolean {
  let isPointing = false;
  forEachReference(value, (target) => void (isPointing ||= isRemoved(apply, target)));
  return isPointing;
}

function isRemoved({ removed }: Apply, { kind, key }: Target): boolean {
  const owner = { kind: "runbook", key: key.slice(0, -1) };
  return removed.has(targetId({ kind, key })) || (["action", "step"].includes(kind) && removed.has(targetId(owner)));
}

interface Settling {
  node: GraphNode;
  kind: ResourceKind;
  currentBody: JsonObject;
}

/** Secrets without a value: those that the space has stay there, others are problems, or left out if that is wanted. */
function settleSecrets(
  apply: Apply,
  { node, kind, currentBody }: Settling,
): { desired: JsonObject; problems: string[] } {
  const present = new Set(listSecretPlaces(kind, currentBody).map(({ place }) => place));
  const unknown = listSecretPlaces(kind, node.body).filter((secret) => findSecret(secret, apply.secrets) === undefined);
  const lacking = unknown.filter(
    (secret) => !present.has(secret.place) || (secret.variable !== null && secret.unresolvable === undefined),
  );
  const problems =
    apply.secrets.missing === "leave" ? [] : lacking.map((secret) => describeLack(secret, describe(apply, node)));
  const dropped = new Set(unknown.filter(({ place }) => !present.has(place)).map(({ place }) => place));
  return { desired: dropSecrets(kind, node.body, dropped), problems };
}

function describeLack({ path, variable, named, unresolvable }: SecretPlace, owner: string): string {
  if (unresolvable !== undefined)
    return `the secret in ${owner} (${path.join(" › ")}) cannot be known: ${unresolvable}`;
  const names = [variable ?? "", named].filter((name) => name !== undefined).map((name) => `"${name}"`);
  return `this run has no variable ${names.join(" or ")}, the secret of ${owner}`;
}
