import { targetId, type GraphNode } from "../model/graph.ts";
import { identityOf } from "../model/identity.ts";
import { isJsonObject, objectsOf, textOf, type JsonObject, type JsonValue } from "../model/json.ts";
import { isItemName } from "../resources/fields.ts";
import { getKind } from "../resources/index.ts";
import type { Comparison, NodePlan } from "./comparison.ts";
import { markDecided } from "./decision.ts";
import { keyItems } from "./keyed-items.ts";
import { mergeOrder } from "./merge-order.ts";
import { toPlace } from "./places.ts";

/**
 * Octopus keeps a step that something uses: a channel rule, the versioning, the creation of releases. A step that the template took
 * away, and that something of the space's own goes on using, stays; one that others use until they are written goes last.
 */
export async function holdUsedItems(comparison: Comparison, plans: readonly NodePlan[]): Promise<void> {
  for (const plan of plans) {
    const removed = plan.action === "update" ? listRemoved(plan) : [];
    if (removed.length === 0) continue;
    const others = plans.filter((other) => other !== plan && isBeside(other.node, plan.node));
    const foreign = await listForeign(comparison, others);
    const isUsedBy = (values: readonly JsonValue[], { names }: Removed): boolean =>
      values.some((value) => mentions(value, names));
    const staying = removed.filter((one) => isUsedBy([...foreign, ...others.map(({ merge }) => merge.body)], one));
    const late = removed.filter((one) =>
      isUsedBy(
        others.map(({ currentBody }) => currentBody),
        one,
      ),
    );
    comparison.held.set(targetId(plan.node), { staying: staying.map(keyOf), late: late.map(keyOf) });
    holdItems(comparison, plan);
  }
}

/** The items that were found to be in use stay in every plan of their resource that is made anew. */
export function holdItems(comparison: Comparison, plan: NodePlan): NodePlan {
  const { held } = comparison;
  const { staying = [], late = [] } = held.get(targetId(plan.node)) ?? {};
  const removed = plan.action === "update" ? listRemoved(plan) : [];
  plan.removedLate = removed
    .filter((one) => late.includes(keyOf(one)) && !staying.includes(keyOf(one)))
    .map(({ item }) => item);
  for (const one of removed.filter((candidate) => staying.includes(keyOf(candidate))))
    keepItem(comparison, plan, one.item);
  return plan;
}

function keyOf({ item }: Pick<Removed, "item">): string {
  return identityOf(item) ?? textOf(item, "Name");
}

interface Removed {
  item: JsonObject;
  /** What others call it and what is in it. */
  names: string[];
}

/** Items that others may point to, and that the space is to lose. */
function listRemoved({ kind, currentBody, merge }: NodePlan): Removed[] {
  const lists = (kind.items ?? []).filter(({ referencedAs, path }) => referencedAs !== undefined && path.length === 1);
  return lists.flatMap((list) => {
    const [field = ""] = list.path;
    const kept = new Set(keyItems(list, objectsOf(merge.body, field)).map(({ key }) => key));
    const gone = keyItems(list, objectsOf(currentBody, field)).filter(({ key }) => !kept.has(key));
    const inside = (item: JsonObject): JsonObject[] => Object.keys(item).flatMap((name) => objectsOf(item, name));
    return gone.map(({ item }) => ({ item, names: [item, ...inside(item)].map((one) => textOf(one, "Name")) }));
  });
}

function isBeside(a: GraphNode, b: GraphNode): boolean {
  return (
    b.owner !== undefined && [a, a.owner].some((one) => one !== undefined && targetId(one) === targetId(b.owner ?? b))
  );
}

/** What the space has beside the template's, in its own form, of the kinds that use steps by name. */
async function listForeign(comparison: Comparison, plans: readonly NodePlan[]): Promise<JsonObject[]> {
  const kinds = new Map(plans.filter(({ kind }) => kind.isSingleton !== true).map((plan) => [plan.kind.id, plan.node]));
  const foreign: JsonObject[] = [];
  for (const { kind, owner } of kinds.values()) {
    if (owner === undefined) continue;
    const documents = await comparison.finder.list(getKind(kind), owner);
    foreign.push(...documents.filter(({ Id }) => !plans.some(({ current }) => current?.Id === Id)));
  }
  return foreign;
}

function mentions(value: JsonValue, names: readonly string[], field = ""): boolean {
  if (typeof value === "string") return isItemName(field) && names.includes(value);
  if (Array.isArray(value)) return value.some((item) => mentions(item, names, field));
  if (!isJsonObject(value)) return false;
  return Object.entries(value).some(([name, inner]) => mentions(inner, names, name));
}

function keepItem({ book }: Comparison, plan: NodePlan, item: JsonObject): void {
  const name = textOf(item, "Name");
  plan.merge = {
    ...plan.merge,
    body: withItems(plan, [item]),
    changes: plan.merge.changes.filter(({ path, what }) => what !== "removed" || path.at(-1) !== name),
    kept: [
      ...plan.merge.kept,
      ...markDecided(book, plan.node, [
        {
          path: ["Steps", name],
          place: toPlace(["Steps", keyOf({ item })]),
          what: "used",
          isConflict: true,
          space: item,
        },
      ]),
    ],
  };
  if (plan.merge.changes.length === 0 && plan.secrets.toSend.size === 0) plan.action = "none";
}

/** The body with items that the space has, behind their neighbors there. */
export function withItems(
  { kind, merge, currentBody }: Pick<NodePlan, "kind" | "merge" | "currentBody">,
  items: readonly JsonObject[],
): JsonObject {
  const list = kind.items?.find(({ referencedAs, path }) => referencedAs !== undefined && path.length === 1);
  const [field = ""] = list?.path ?? [];
  const own = objectsOf(merge.body, field);
  const [members, others] = [[...own, ...items], objectsOf(currentBody, field)];
  return { ...merge.body, [field]: mergeOrder({ order: own, others, members }, (item) => keyOf({ item })) };
}
