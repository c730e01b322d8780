import { readBody } from "../graph/read-body.ts";
import { nameItems } from "../graph/read-names.ts";
import type { GraphNode } from "../model/graph.ts";
import { identify, identityField, identityOf, listIdentities } from "../model/identity.ts";
import { isJsonObject, objectsOf, textOf, type JsonObject, type JsonValue } from "../model/json.ts";
import type { OctopusDocument } from "../octopus/octopus-client.ts";
import { isSameName } from "../octopus/same-name.ts";
import { getKind } from "../resources/index.ts";
import type { ResourceKind } from "../resources/resource-kind.ts";
import { isMadeByThisRun, type Comparison, type NodePlan } from "./comparison.ts";
import { keyItems } from "./keyed-items.ts";
import type { Located } from "./locate-node.ts";
import { listMatches, matchItems } from "./match-items.ts";
import { here, historyOf } from "./node-history.ts";

/** And which of its items are which. */
export interface Matched extends Located {
  itemIdentities: ReadonlyMap<string, string>;
}

/**
 * Items get the names that the graph has for them before anything is read that points to them.
 * @param written - what was just written, where something was
 */
export function match(comparison: Comparison, located: Located, written?: JsonObject): Matched {
  const { node, current } = located;
  const kind = getKind(node.kind);
  if (current === undefined) return { ...located, itemIdentities: new Map() };
  const own = readBody(kind, current, { names: comparison.directory });
  const { base, pending } = historyOf(comparison, node);
  // What was written, now or before, has the space's own items, too.
  const templates = listIdentities(node.body);
  const matched = matchItems({
    kind,
    desired: { ...here(comparison, node.kind, node.body), ...written },
    current: own,
    base: written ?? base?.template,
    pending,
    items: comparison.history?.items ?? {},
    templates,
    isAdopting: written === undefined && (located.isAdopted === true || isAdoptingItems(comparison, node)),
  });
  const itemIdentities = listMatches({ kind, current: own, templates }, matched);
  comparison.directory.learn(kind, current, node.key, nameMatchedItems(kind, { node, current, itemIdentities }));
  return { ...located, itemIdentities };
}

function isAdoptingItems(comparison: Comparison, node: GraphNode): boolean {
  const { isAdopting, isUnfinished } = comparison;
  return isAdopting === true || isUnfinished === true || isMadeByThisRun(comparison, node);
}

/** Items that are the template's from now on, and of which nothing was known. */
export function listAdoptedItems(comparison: Comparison, { node, itemIdentities }: Matched): string[] {
  if (comparison.isAdopting !== true || isMadeByThisRun(comparison, node)) return [];
  const matched = new Set(itemIdentities.values());
  const known = comparison.history?.items ?? {};
  const lists = (getKind(node.kind).items ?? []).filter(({ path }) => path.length === 1);
  const items = lists.flatMap((list) => keyItems(list, objectsOf(node.body, list.path[0] ?? "")));
  return items.filter(({ key }) => matched.has(key) && known[key] === undefined).map(({ name }) => name);
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
    for (const { id, name, item: own } of nameItems(list, current)) {
      // What others point to it by may be another than its id, such as a tag's name.
      const identity = itemIdentities.get(identify(textOf(own, "Id")));
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
