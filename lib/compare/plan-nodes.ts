import { forEachReference, targetId, type GraphNode, type Target } from "../model/graph.ts";
import { identify, identityField, identityOf } from "../model/identity.ts";
import { isJsonObject, objectsOf, textOf, type JsonObject, type JsonValue } from "../model/json.ts";
import { collectIds, mergeMet, readBody, type MetIds } from "../graph/read-body.ts";
import { nameItems } from "../graph/read-names.ts";
import { listSecretPlaces } from "../graph/write-body.ts";
import { collectTextIds, recognizeIds } from "../graph/recognize-ids.ts";
import type { OctopusDocument } from "../octopus/octopus-client.ts";
import { isSameName } from "../octopus/same-name.ts";
import { getKind, resourceKinds } from "../resources/index.ts";
import type { ItemList, ResourceKind } from "../resources/resource-kind.ts";
import { isMadeByThisRun, type Comparison, type NodePlan } from "./comparison.ts";
import type { Found } from "./find-current.ts";
import type { NodeHistory } from "./history.ts";
import { findItemList, keyItems } from "./keyed-items.ts";
import { listMatches, matchItems } from "./match-items.ts";
import { mergeBody, type KeptDifference, type MergeResult } from "./merge.ts";
import { followMoves } from "./moved-items.ts";
import { withPassingName } from "./passing-name.ts";
import { toPlace } from "./places.ts";
import { planSecrets } from "./secrets.ts";
import { settleSecrets } from "./settle-secrets.ts";
import { holdItems } from "./used-items.ts";

/** Reads what the space has for every node and compares; with one request for each kind of what that points to. */
export async function planAll(comparison: Comparison): Promise<NodePlan[]> {
  const located: Located[] = [];
  for (const node of comparison.nodes) located.push(await locate(comparison, node));
  await comparison.directory.resolve(mergeMet(located.flatMap(collectOwnIds)));
  const matched = located.map((one) => match(comparison, one));
  const plans: NodePlan[] = [];
  for (const one of matched) plans.push(noteAbsentItems(comparison, planNode(comparison, one)));
  return plans;
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

interface Located extends Found {
  node: GraphNode;
}

async function locate(comparison: Comparison, node: GraphNode): Promise<Located> {
  const { finder, directory, absent } = comparison;
  const found = await finder.find(node);
  if (found.current !== undefined) {
    directory.learn(getKind(node.kind), found.current, node.key);
    await noteNamesake(comparison, node, found.current);
  } else if (found.rival !== undefined || isRemovedByPerson(comparison, node)) absent.add(targetId(node));
  return { node, ...found };
}

/** Something else in the space may have the name that the resource is to get. */
async function noteNamesake(comparison: Comparison, node: GraphNode, current: OctopusDocument): Promise<void> {
  const kind = getKind(node.kind);
  const wanted = kind.nameOf(node.body);
  if (kind.isSingleton === true || isSameName(wanted, kind.nameOf(current))) return;
  const namesake = await comparison.finder.findNamesake(node, wanted);
  if (namesake !== undefined) comparison.namesakes.set(targetId(node), namesake);
}

/** Steps of the template that stay away are as gone as resources that do, for all that points to them. */
function noteAbsentItems(comparison: Comparison, plan: NodePlan): NodePlan {
  if (plan.action === "skip") return plan;
  for (const list of plan.kind.items ?? []) {
    const { referencedAs } = list;
    if (referencedAs === undefined) continue;
    const present = new Set(nameItems(list, plan.merge.body).map(({ item, name }) => identityOf(item) ?? name));
    for (const { item, name } of nameItems(list, plan.node.body))
      if (!present.has(identityOf(item) ?? name))
        comparison.absent.add(targetId({ kind: referencedAs, key: [...plan.node.key, name] }));
  }
  return plan;
}

/** What was deployed and is gone was removed by a person, unless its whole owner is new. */
function isRemovedByPerson(comparison: Comparison, node: GraphNode): boolean {
  const { absent, directory, histories, overwrite } = comparison;
  if (node.owner === undefined) return false;
  if (absent.has(targetId(node.owner))) return true;
  const isOwnerThere = directory.findDocument(node.owner) !== undefined;
  return !overwrite && isOwnerThere && histories.knows(node) && getKind(node.kind).isSingleton !== true;
}

function collectOwnIds({ node, current }: Located): MetIds[] {
  const kind = getKind(node.kind);
  const inTexts = collectTextIds(kind, node.body);
  return current === undefined ? [inTexts] : [inTexts, collectIds(kind, current)];
}

interface Matched extends Located {
  itemIdentities: ReadonlyMap<string, string>;
}

/** Takes in what the server answered to a write: what it made by itself in it is the template's. */
export function recognizeWritten(
  comparison: Comparison,
  { node, merge }: Pick<NodePlan, "node" | "merge">,
  current: OctopusDocument,
): Pick<NodePlan, "current" | "itemIdentities"> {
  const { itemIdentities } = match(comparison, { node, current }, merge.body);
  return { current, itemIdentities };
}

/** What the space has for a node by now, with the identities of the template's items. */
export function readCurrent(
  { directory }: Comparison,
  { kind, current, itemIdentities }: Pick<NodePlan, "kind" | "current" | "itemIdentities">,
): JsonObject {
  return current === undefined ? {} : withIdentities(readBody(kind, current, { names: directory }), itemIdentities);
}

/**
 * Items get the names that the graph has for them before anything is read that points to them.
 * @param written - what was just written, where something was
 */
function match(comparison: Comparison, located: Located, written?: JsonObject): Matched {
  const { node, current } = located;
  const kind = getKind(node.kind);
  if (current === undefined) return { ...located, itemIdentities: new Map() };
  const own = readBody(kind, current, { names: comparison.directory });
  const { base, pending } = historyOf(comparison, node);
  const matched = matchItems({
    kind,
    desired: { ...here(comparison, node.kind, node.body), ...written },
    current: own,
    base: written ?? base?.template,
    pending,
    items: comparison.history?.items ?? {},
    isAdopting: written === undefined && (located.isAdopted === true || isAdoptingItems(comparison, node)),
  });
  const itemIdentities = listMatches(kind, own, matched);
  comparison.directory.learn(kind, current, node.key, nameMatchedItems(kind, { node, current, itemIdentities }));
  return { ...located, itemIdentities };
}

function isAdoptingItems(comparison: Comparison, node: GraphNode): boolean {
  const { isAdopting, isUnfinished } = comparison;
  return isAdopting === true || isUnfinished === true || isMadeByThisRun(comparison, node);
}

/** By id, what the graph calls the items of a document: its own names, and for the space's own items none of the graph's. */
function nameMatchedItems(
  kind: ResourceKind,
  {
    node,
    current,
    itemIdentities,
  }: { node: GraphNode; current: OctopusDocument; itemIdentities: ReadonlyMap<string, string> },
): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const list of kind.items ?? []) {
    if (list.referencedAs === undefined) continue;
    const wanted = nameItems(list, node.body);
    for (const { id, name } of nameItems(list, current)) {
      const identity = itemIdentities.get(identify(id));
      const like = wanted.find(({ item }) => identity !== undefined && identityOf(item) === identity);
      const isTaken = like === undefined && wanted.some((other) => isSameName(other.name, name));
      if (like !== undefined) names.set(id, like.name);
      else if (isTaken && wanted.some(({ item }) => identityOf(item) !== undefined))
        names.set(id, `${name} (of this space)`);
    }
  }
  return names;
}

/** Items that were matched with some that have no identity are known by their names. */
function withIdentities(body: JsonObject, items: ReadonlyMap<string, string>): JsonObject {
  const own = identityOf(body);
  const known = own === undefined ? undefined : (items.get(own) ?? own);
  const fields = Object.entries(body).filter(([field]) => field !== identityField);
  const inner = Object.fromEntries(fields.map(([field, value]) => [field, identifyInside(value, items)]));
  return known === undefined || known === "" ? inner : { ...inner, [identityField]: known };
}

function identifyInside(value: JsonValue, items: ReadonlyMap<string, string>): JsonValue {
  if (Array.isArray(value)) return value.map((item) => identifyInside(item, items));
  return isJsonObject(value) ? withIdentities(value, items) : value;
}

function planNode(comparison: Comparison, matched: Matched): NodePlan {
  const { node, current, rival, itemIdentities } = matched;
  const kind = getKind(node.kind);
  const states = {
    current: readCurrent(comparison, { kind, current, itemIdentities }),
    history: withPassingName(historyOf(comparison, node), { kind, current }),
  };
  const { current: currentBody, history, changes } = followMoves(kind, node.body, states);
  const settled = settleSecrets(comparison, { node, kind, currentBody });
  const { desired, kept } = dropAbsent(comparison, kind, { desired: settled.desired, current, currentBody });
  const named = keepTakenName(comparison, { node, kind, desired, current }, history);
  const merging = { node, kind, desired: named.desired, current, currentBody };
  const spelled = keepSpelling(comparison, merging, history);
  const merged = mergeNode(comparison, { ...merging, desired: spelled }, history);
  const merge = { ...merged, changes: [...changes, ...merged.changes] };
  const isAdopted = matched.isAdopted === true;
  const plan = {
    ...merging,
    itemIdentities,
    base: history.base,
    isAdopted,
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
  const isChanged = merge.changes.length > 0 || secrets.toSend.size > 0;
  const action = current === undefined ? "create" : isChanged ? "update" : "none";
  const isTheirs = !isMadeByThisRun(comparison, node);
  const all = isTheirs ? [...merge.kept, ...kept, ...named.kept] : kept;
  return { ...plan, action, merge: { ...merge, kept: all }, secrets };
}

/** By the names of items, the places at which the receipt has a resource's secrets: the template may have made it or them again. */
function listFormerPlaces({ histories }: Comparison, node: GraphNode): Map<string, string> {
  const settled = histories.findSettled(node);
  const secrets = settled === undefined ? [] : listSecretPlaces(getKind(settled.kind), settled.body);
  const owner = settled === undefined ? "" : histories.settledIdentity(settled);
  return new Map(secrets.map(({ place, formerPlace }) => [formerPlace, `${owner} ${place}`]));
}

interface Merging {
  node: GraphNode;
  kind: ResourceKind;
  desired: JsonObject;
  current: OctopusDocument | undefined;
  currentBody: JsonObject;
}

function historyOf(comparison: Comparison, node: GraphNode): NodeHistory {
  const { base, pending } = comparison.histories.of(node);
  const read = (body: JsonObject): JsonObject => here(comparison, node.kind, body);
  return {
    base: base && { template: read(base.template), space: read(base.space) },
    pending: pending.map(read),
  };
}

/** Text that only looked like an id where the template is may be the id of something here. */
function here({ directory }: Comparison, kind: string, body: JsonObject): JsonObject {
  return recognizeIds(getKind(kind), body, directory);
}

function mergeNode(
  comparison: Comparison,
  { node, kind, desired, current, currentBody }: Merging,
  history: NodeHistory,
): MergeResult {
  if (current === undefined)
    return { body: desired, changes: [{ path: [], place: toPlace([]), what: "added", template: desired }], kept: [] };
  const overwrite = comparison.overwrite || isMadeByThisRun(comparison, node);
  return mergeBody({
    kind,
    desired: here(comparison, node.kind, desired),
    current: currentBody,
    ...history,
    overwrite,
  });
}

/** Gone by a person's hand, or new and of no use without something that is. */
function isStayingAway(
  { absent }: Comparison,
  { node, current }: Merging,
  dropped: readonly KeptDifference[],
): boolean {
  return current === undefined && (absent.has(targetId(node)) || dropped.some(({ path }) => path.length === 1));
}

function toSkipped(
  { absent }: Comparison,
  node: GraphNode,
  rival: OctopusDocument | undefined,
): Pick<NodePlan, "action" | "merge" | "secrets"> {
  const isBelowAbsent = node.owner !== undefined && absent.has(targetId(node.owner));
  const what = rival !== undefined ? "taken" : absent.has(targetId(node)) ? "removed" : "blocked";
  const own = rival === undefined ? {} : { space: { Id: rival.Id, Name: textOf(rival, "Name") } };
  const removal = { path: [], place: toPlace([]), what, isConflict: what === "taken", ...own } satisfies KeptDifference;
  return {
    action: "skip",
    merge: { body: {}, changes: [], kept: isBelowAbsent ? [] : [removal] },
    secrets: { toSend: new Map(), digests: {} },
  };
}

/** What points to something that stays away stays away, or as it is: a variable that is scoped to a runbook, say. */
function dropAbsent(
  { absent }: Comparison,
  kind: ResourceKind,
  { desired, current, currentBody }: Pick<Merging, "desired" | "current" | "currentBody">,
): { desired: JsonObject; kept: KeptDifference[] } {
  const kept: KeptDifference[] = [];
  const result = { ...desired };
  for (const [field, value] of Object.entries(absent.size === 0 ? {} : desired)) {
    if (!pointsToAbsent(absent, value)) continue;
    const list = findItemList(kind, [field]);
    // What is new has nothing there to stay as it is: it stays away as a whole.
    if (list === undefined && current === undefined) continue;
    const dropped =
      list === undefined
        ? { value: currentBody[field], kept: [toBlocked([field], [field])] }
        : dropItems(absent, list, { field, desired, currentBody });
    result[field] = dropped.value ?? null;
    kept.push(...dropped.kept);
  }
  return { desired: result, kept };
}

function dropItems(
  absent: ReadonlySet<string>,
  list: ItemList,
  { field, desired, currentBody }: { field: string; desired: JsonObject; currentBody: JsonObject },
): { value: JsonValue; kept: KeptDifference[] } {
  const current = keyItems(list, objectsOf(currentBody, field));
  const kept: KeptDifference[] = [];
  const value = keyItems(list, objectsOf(desired, field)).flatMap(({ key, name, item }) => {
    if (!pointsToAbsent(absent, item)) return [item];
    kept.push(toBlocked([field, name], [field, key]));
    return current.filter((own) => own.key === key).map((own) => own.item);
  });
  return { value, kept };
}

function toBlocked(path: string[], keys: string[]): KeptDifference {
  return { path, place: toPlace(keys), what: "blocked", isConflict: false };
}

function pointsToAbsent(absent: ReadonlySet<string>, value: JsonValue): boolean {
  let isPointing = false;
  forEachReference(value, (target) => void (isPointing ||= isAbsent(absent, target)));
  return isPointing;
}

/** A step is gone with the runbook whose process has it. */
function isAbsent(absent: ReadonlySet<string>, { kind, key }: Target): boolean {
  const isGone = (holder: string): boolean => absent.has(targetId({ kind: holder, key: key.slice(0, -1) }));
  return absent.has(targetId({ kind, key })) || listHolders(kind).some(isGone);
}

/** Kinds of what holds items of that kind, and what there is one of such for. */
function listHolders(itemKind: string): string[] {
  const holders = resourceKinds.filter(({ items }) => items?.some(({ referencedAs }) => referencedAs === itemKind));
  return holders.flatMap(({ id, isSingleton, ownedBy }) => [id, ...(isSingleton === true ? (ownedBy ?? []) : [])]);
}

/** What nobody deployed before serves as it is spelled: `production` for a template that says `Production`. */
function keepSpelling(
  comparison: Comparison,
  { node, kind, desired, current }: Merging,
  { base, pending }: NodeHistory,
): JsonObject {
  const isOurs = base !== undefined || pending.length > 0 || comparison.isUnfinished === true;
  if (current === undefined || isOurs || isMadeByThisRun(comparison, node)) return desired;
  const name = kind.nameOf(current);
  return isSameName(name, textOf(desired, "Name")) && name !== "" ? { ...desired, Name: name } : desired;
}

/** A name that something else in the space has by now would be refused: what is there keeps its own, which is a conflict. */
function keepTakenName(
  comparison: Comparison,
  { kind, desired, current, node }: Omit<Merging, "currentBody">,
  { base }: NodeHistory,
): { desired: JsonObject; kept: KeptDifference[] } {
  const taken = comparison.namesakes.get(targetId(node));
  const isRenamed = comparison.overwrite || base === undefined || base.template["Name"] !== desired["Name"];
  if (taken === undefined || current === undefined || !isRenamed) return { desired, kept: [] };
  const kept: KeptDifference = {
    path: ["Name"],
    place: toPlace(["Name"]),
    what: "taken",
    isConflict: true,
    ...(desired["Name"] !== undefined && { template: desired["Name"] }),
    space: { Id: taken.Id, Name: textOf(taken, "Name") },
  };
  return { desired: { ...desired, Name: kind.nameOf(current) }, kept: [kept] };
}
