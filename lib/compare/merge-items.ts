import type { JsonObject, JsonValue } from "../model/json.ts";
import type { ItemList } from "../resources/resource-kind.ts";
import { isSame } from "./is-same.ts";
import { isHollow } from "./moved-items.ts";
import { mapHistory, type ItemLists } from "./item-lists.ts";
import { findRival, keepTakenName, listOwn, listSpelled, spellAsThere } from "./item-names.ts";
import { orderItems } from "./item-order.ts";
import { keyItems, type KeyedItem } from "./keyed-items.ts";
import { change, isTaken, keep, type Place } from "./merge-place.ts";
import { isOtherType, toObjects, type History, type States } from "./merge-states.ts";
import { toPlace } from "./places.ts";
import { mergeValue } from "./merge-value.ts";
import { findDistantRival, withFreeSlugs } from "./named-once.ts";

interface ItemStates extends States<JsonObject[]> {
  items: ItemList;
}

/** Item by item, whatever they are called; in the order of upstream, or of people where they changed it. */
export function mergeItems(place: Place, { items, desired, current, history }: ItemStates): JsonValue {
  const toMap = (list: JsonObject[]): Map<string, KeyedItem> =>
    new Map(keyItems(items, list).map((keyed) => [keyed.key, keyed]));
  const merged = new Map<string, JsonObject>();
  const sides = { desired: toMap(desired), current: toMap(current), history: mapHistory(history, toMap), merged };
  const lists = { ...sides, own: listOwn(place.merge, sides) };
  const keptBefore = place.merge.kept.length;
  for (const key of new Set([...lists.current.keys(), ...lists.desired.keys()])) {
    const item = mergeItem(place, lists, key);
    if (item !== undefined) merged.set(key, item);
  }
  if (items.isUnordered === true) return [...merged.values()];
  notePositions(place, lists, keptBefore);
  return orderItems(place, merged, lists).flatMap((key) => merged.get(key) ?? []);
}

/** Where people added something, in their own names. */
function notePositions({ merge, keys }: Place, { current }: ItemLists, keptBefore: number): void {
  const present = [...current.values()];
  const places = new Map(present.map(({ key }, index) => [toPlace([...keys, key]), index]));
  merge.kept.slice(keptBefore).forEach((kept, offset) => {
    const index = kept.what === "added" ? places.get(kept.place) : undefined;
    if (index === undefined) return;
    const position = { after: present[index - 1]?.name ?? "", isLast: index === present.length - 1 };
    merge.kept[keptBefore + offset] = { ...kept, position };
  });
}

function mergeItem(place: Place, lists: ItemLists, key: string): JsonObject | undefined {
  const [desired, current] = [lists.desired.get(key), lists.current.get(key)];
  const { base, pending } = lists.history;
  const history: History = {
    ...(base && { base: { template: base.template.get(key)?.item, space: base.space.get(key)?.item } }),
    pending: pending.map((known) => known.get(key)?.item),
  };
  const name = (desired ?? current)?.name ?? key;
  const inner = { ...place, path: [...place.path, name], keys: [...place.keys, key] };
  if (desired !== undefined && current !== undefined) {
    const named = spellAsThere(keepTakenName(inner, { desired, current, lists }), lists.own);
    return mergeBothItems(inner, { desired: named, current: current.item, history });
  }
  if (desired !== undefined) return mergeMissingItem(inner, { desired, lists, history });
  return current === undefined ? undefined : mergeSurplusItem(inner, { current: current.item, history });
}

/** An item that some snapshot lacks was in nobody's hands at that time: only those that have it tell what it was. */
function mergeBothItems(place: Place, { desired, current, history }: States<JsonObject>): JsonObject {
  const isKnown = history.base !== undefined && (history.base.template ?? history.base.space) !== undefined;
  const known: History = {
    ...(isKnown && history.base && { base: history.base }),
    pending: history.pending.filter((value) => value !== undefined),
  };
  if (!isOtherType(desired, current)) return place.merge.mergeFields(place, { desired, current, history: known });
  return toObjects([mergeValue(place, { desired, current, history: known }) ?? null])[0] ?? current;
}

/** Not in the space: new upstream, or removed by a person; or the space has one of its own by that name. */
function mergeMissingItem(
  place: Place,
  { desired, lists, history }: { desired: KeyedItem; lists: ItemLists; history: History },
): JsonObject | undefined {
  const states = { desired: desired.item, current: undefined, history };
  const isArriving = isTaken(place) || history.base?.template === undefined;
  const rival = findRival(place.merge, desired, lists) ?? (isArriving ? findDistantRival(place, desired) : undefined);
  if (rival !== undefined) {
    keep(place, { ...states, current: rival }, "taken", true);
    return undefined;
  }
  if (isArriving) {
    change(place, states, "added");
    return spellAsThere(withFreeSlugs(place, desired.item, lists), listSpelled(lists));
  }
  keep(place, states, "removed", !isSame(history.base?.template, desired.item));
  return undefined;
}

/** Not in the package: added by a person, or removed upstream. */
function mergeSurplusItem(
  place: Place,
  { current, history }: { current: JsonObject; history: History },
): JsonObject | undefined {
  const was = [history.base?.space, ...history.pending].filter((value) => value !== undefined);
  const states = { desired: undefined, current, history };
  if (was.length === 0 && history.base?.template === undefined) {
    keep(place, states, "added", false);
    return current;
  }
  if (isTaken(place) || isHollow(place, current) || was.some((value) => isSame(value, current))) {
    change(place, states, "removed");
    return undefined;
  }
  keep(place, states, "changed", true);
  return current;
}
