import { identityField } from "../model/identity.ts";
import { objectsOf, textOf, type JsonObject } from "../model/json.ts";
import { isSameName } from "../octopus/same-name.ts";
import { findField } from "../resources/fields.ts";
import type { ItemList, ResourceKind } from "../resources/resource-kind.ts";
import type { NodeHistory } from "./history.ts";
import { findItemList, keyItems, type KeyedItem } from "./keyed-items.ts";
import type { Difference } from "./difference.ts";
import { toPlace } from "./places.ts";

/** What one resource is, and was, in graph form. */
export interface MovableStates {
  current: JsonObject;
  history: NodeHistory;
}

/**
 * The states with the items that the template moved, an action from one step to another, where the template has them by now: what
 * people changed in them goes along, and so do their ids. Says what has to be written for the moves alone.
 */
export function followMoves(
  kind: ResourceKind,
  desired: JsonObject,
  states: MovableStates,
): MovableStates & { changes: Difference[] } {
  const start = { ...states, changes: [] };
  return listHoldings(kind).reduce((followed: MovableStates & { changes: Difference[] }, holding) => {
    const moves = findMoves(holding, desired, followed);
    const current = moves.reduce((body, move) => moveItem(holding, body, move), followed.current);
    return {
      current,
      history: followInHistory(holding, followed.history, listStaying(holding, desired, current)),
      changes: [...followed.changes, ...moves.flatMap((move) => toChanges(holding, move))],
    };
  }, start);
}

/** A list whose items may move between the items of the list above. */
interface Holding {
  outer: ItemList;
  inner: ItemList;
  outerField: string;
  innerField: string;
}

interface Held {
  holder: KeyedItem;
  held: KeyedItem;
}

interface Move {
  key: string;
  from: KeyedItem;
  to: KeyedItem;
  name: string;
}

function listHoldings(kind: ResourceKind): Holding[] {
  return (kind.items ?? []).flatMap((inner) => {
    const [outerField, innerField] = inner.path;
    const outer = findItemList(kind, inner.path.slice(0, -1));
    if (inner.isNamedOnce !== true || outer === undefined || outerField === undefined || innerField === undefined)
      return [];
    return [{ outer, inner, outerField, innerField }];
  });
}

function listHeld({ outer, inner, outerField, innerField }: Holding, body: JsonObject): Held[] {
  return keyItems(outer, objectsOf(body, outerField)).flatMap((holder) =>
    keyItems(inner, objectsOf(holder.item, innerField)).map((held) => ({ holder, held })),
  );
}

/** What the template has elsewhere by now, as far as the space has, or may get, what it is in then. */
function findMoves(holding: Holding, desired: JsonObject, { current, history }: MovableStates): Move[] {
  const wanted = new Map(listHeld(holding, desired).map((one) => [one.held.key, one]));
  return listHeld(holding, current).flatMap(({ holder: from, held }) => {
    const to = wanted.get(held.key)?.holder;
    if (to === undefined || to.key === from.key) return [];
    const isUpstreams = isMovedUpstream(holding, history, { key: held.key, to });
    return isUpstreams && canHold(holding, current, { to, history })
      ? [{ key: held.key, from, to, name: held.name }]
      : [];
  });
}

function isMovedUpstream(
  holding: Holding,
  { base }: NodeHistory,
  { key, to }: { key: string; to: KeyedItem },
): boolean {
  const was = base === undefined ? undefined : listHeld(holding, base.template).find(({ held }) => held.key === key);
  return was !== undefined && was.holder.key !== to.key;
}

/** People may have removed what the item is to be in, or have something of their own by that name. */
function canHold(
  { outer, outerField }: Holding,
  current: JsonObject,
  { to, history: { base } }: { to: KeyedItem; history: NodeHistory },
): boolean {
  const present = keyItems(outer, objectsOf(current, outerField));
  if (present.some(({ key }) => key === to.key)) return true;
  const wasThere = keyItems(outer, objectsOf(base?.template ?? {}, outerField)).some(({ key }) => key === to.key);
  return !wasThere && !present.some((own) => isSameName(own.name, to.name));
}

/** The template's items that are in the space where the template has them. */
function listStaying(holding: Holding, desired: JsonObject, current: JsonObject): Map<string, KeyedItem> {
  const present = new Map(listHeld(holding, current).map(({ holder, held }) => [held.key, holder.key]));
  const staying = listHeld(holding, desired).filter(({ holder, held }) => present.get(held.key) === holder.key);
  return new Map(staying.map(({ holder, held }) => [held.key, holder]));
}

function followInHistory(
  holding: Holding,
  { base, pending }: NodeHistory,
  staying: ReadonlyMap<string, KeyedItem>,
): NodeHistory {
  const follow = (body: JsonObject): JsonObject =>
    listHeld(holding, body).reduce((moved, { holder: from, held }) => {
      const to = staying.get(held.key);
      return to === undefined || to.key === from.key
        ? moved
        : moveItem(holding, moved, { key: held.key, from, to, name: held.name });
    }, body);
  return {
    base: base && { template: follow(base.template), space: follow(base.space) },
    pending: pending.map(follow),
  };
}

/** What is new in the template and is to hold the item has nothing else in it yet. */
function moveItem(
  { outer, inner, outerField, innerField }: Holding,
  body: JsonObject,
  { key, from, to }: Move,
): JsonObject {
  const holders = keyItems(outer, objectsOf(body, outerField));
  const itemsOf = (holder: JsonObject): KeyedItem[] => keyItems(inner, objectsOf(holder, innerField));
  const source = holders.find((holder) => holder.key === from.key)?.item ?? {};
  const moved = itemsOf(source).filter((item) => item.key === key);
  const rest = itemsOf(source).filter((item) => item.key !== key);
  const isThere = holders.some((holder) => holder.key === to.key);
  const made = isThere ? [] : [{ ...to, item: { [identityField]: textOf(to.item, identityField) } }];
  const items = [...holders, ...made].map(({ key: holder, item }) => {
    const held = holder === to.key ? [...itemsOf(item), ...moved] : holder === from.key ? rest : undefined;
    return held === undefined ? item : { ...item, [innerField]: held.map((one) => one.item) };
  });
  return { ...body, [outerField]: items };
}

function toChanges({ outerField, innerField }: Holding, { key, from, to, name }: Move): Difference[] {
  const at = (holder: KeyedItem): Pick<Difference, "path" | "place"> => ({
    path: [outerField, holder.name, innerField, name],
    place: toPlace([outerField, holder.key, innerField, key]),
  });
  return [
    { ...at(from), what: "removed" },
    { ...at(to), what: "added" },
  ];
}

/** Nothing is left of a step whose actions the template moved to others. @param fields - of the list that the item is in */
export function isHollow(
  { merge, fields }: { merge: { kind: ResourceKind }; fields: readonly string[] },
  item: JsonObject,
): boolean {
  const inner = merge.kind.items?.filter(({ path }) => path.slice(0, -1).join() === fields.join()) ?? [];
  return inner.some(
    ({ path }) => findField(merge.kind, path).isNeeded === true && objectsOf(item, path.at(-1) ?? "").length === 0,
  );
}
