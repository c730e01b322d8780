import { isReference, isSecretMark, isText } from "../model/graph.ts";
import { identityField } from "../model/identity.ts";
import { isJsonObject, textOf, type JsonObject, type JsonValue } from "../model/json.ts";
import { isSameName } from "../octopus/same-name.ts";
import { findField, isAccumulating, isMapField, isMapName } from "../resources/fields.ts";
import type { ItemList, ResourceKind } from "../resources/resource-kind.ts";
import { elementKey, elementName, hasElement, sortElements, toElements } from "./elements.ts";
import { isEmpty, isSame } from "./is-same.ts";
import { findItemList, keyItems, type KeyedItem } from "./keyed-items.ts";
import { isSameOrder, mergeOrder } from "./merge-order.ts";
import { orderKey, toPlace } from "./places.ts";

/** The states of one resource, all in graph form, with items that are the same known by one identity. */
export interface MergeInput {
  kind: ResourceKind;
  /** What the package or the baseline says. */
  desired: JsonObject;
  /** What is in the space. */
  current: JsonObject;
  /** What the template said when it was settled last, and what the space had then; absent when nobody knows. */
  base?: Base | undefined;
  /** What runs that did not finish were deploying: their writes are no person's either. */
  pending?: readonly JsonObject[] | undefined;
  /** Takes what is desired where a person changed the same field. What a person added stays all the same. */
  overwrite: boolean;
}

export interface Base {
  template: JsonObject;
  /** The same as `template`, but for what the server answered otherwise. */
  space: JsonObject;
}

export interface MergeResult {
  /** What is to be in the space. */
  body: JsonObject;
  /** Where `body` differs from what is there; empty when nothing is to be written. */
  changes: Difference[];
  /** What people changed in the space and keep. */
  kept: KeptDifference[];
}

/** One place where the space is not, or was not, as the template says; values are in graph form, so that no secret is among them. */
export interface Difference {
  /** Field names and item names. */
  path: string[];
  /** The same in every run, however items are called by then. */
  place: string;
  what: "changed" | "added" | "removed" | "reordered";
  template?: JsonValue | undefined;
  space?: JsonValue | undefined;
  base?: JsonValue | undefined;
}

export interface KeptDifference extends Omit<Difference, "what"> {
  /**
   * `blocked`: it stays away since people removed what it refers to. `taken`: the space's own has its name. `used`: the template has
   * it no more, and something of the space's own uses it.
   */
  what: Difference["what"] | "blocked" | "taken" | "used";
  /** Whether upstream changed it too since it was settled, or nobody knows. It stays one until both agree. */
  isConflict: boolean;
}

/**
 * Three-way merge, field by field; lists of items by item, sets by element, other lists as one value. A field that equals what the
 * server answered last, or what an unfinished run was deploying, was touched by nobody and takes what is desired, if the template
 * changed; any other is a person's and stays.
 */
export function mergeBody(input: MergeInput): MergeResult {
  const merge: Merge = { ...input, changes: [], kept: [] };
  const history = toHistory(input);
  const place = { merge, path: [], fields: [], keys: [] };
  const body = mergeFields(place, { desired: input.desired, current: input.current, history });
  return { body, changes: merge.changes, kept: merge.kept };
}

interface Merge {
  kind: ResourceKind;
  overwrite: boolean;
  changes: Difference[];
  kept: KeptDifference[];
}

interface Place {
  merge: Merge;
  /** Field and item names, for people. */
  path: string[];
  /** Field names and item keys. */
  keys: string[];
  /** Field names alone, as kinds name lists of items. */
  fields: string[];
}

/** What a value was; undefined stands for a value that was not there. */
interface History {
  base?: Was;
  pending: (JsonValue | undefined)[];
}

interface Was {
  template: JsonValue | undefined;
  space: JsonValue | undefined;
}

interface States<T> {
  desired: T;
  current: T;
  history: History;
}

function toHistory({ base, pending = [] }: MergeInput): History {
  return { ...(base && { base }), pending: [...pending] };
}

function mergeFields(place: Place, { desired, current, history }: States<JsonObject>): JsonObject {
  const merged: JsonObject = {};
  for (const field of new Set([...Object.keys(current), ...Object.keys(desired)])) {
    if (field === identityField) continue;
    const inner = below(place, field);
    const states = { desired: desired[field], current: current[field], history: historyOf(history, field) };
    const value = isLeftToPeople(inner) ? states.current : mergeField(inner, states);
    if (value !== undefined) merged[field] = value;
  }
  const identity = current[identityField] ?? desired[identityField];
  return identity === undefined ? merged : { ...merged, [identityField]: identity };
}

function below(place: Place, field: string): Place {
  return {
    ...place,
    path: [...place.path, field],
    keys: [...place.keys, field],
    fields: [...place.fields, field],
  };
}

function isLeftToPeople({ merge, fields }: Place): boolean {
  return fields.length === 1 && merge.kind.createOnly?.includes(fields[0] ?? "") === true;
}

function mergeField(place: Place, states: States<JsonValue | undefined>): JsonValue | undefined {
  const { desired, current, history } = states;
  if (isSameAt(place, desired, current)) return current;
  if (desired === undefined && isUnknown(place, history)) return keepUnknown(place, states);
  const items = findItemList(place.merge.kind, place.fields);
  if (items !== undefined)
    return mergeItems(place, { items, desired: toObjects(desired), current: toObjects(current), history });
  if (isMergeable(desired) && isMergeable(current) && !isOtherType(desired, current))
    return mergeFields(place, { desired, current, history });
  return mergeElements(place, states) ?? mergeValue(place, states);
}

function mergeValue(place: Place, { desired, current, history }: States<JsonValue | undefined>): JsonValue | undefined {
  const { overwrite } = place.merge;
  if (!overwrite && !isUntouched(place, current, history)) {
    keep(place, { desired, current, history }, describeChange(current, desired));
    return current;
  }
  if (!overwrite && isAsAnswered(place, { desired, current, history })) return current;
  change(place, { desired, current, history }, describeChange(desired, current));
  return desired ?? (isInMap(place) ? undefined : null);
}

function isUntouched(place: Place, current: JsonValue | undefined, { base, pending }: History): boolean {
  if (base === undefined && pending.length === 0) return isEmpty(current);
  return (
    (base !== undefined && (isSameAt(place, base.space, current) || isNewlyKnown(base, current))) ||
    pending.some((value) => isSameAt(place, value, current))
  );
}

/** A server that dropped a field has it turned off once it knows it: that is nobody's work either. */
function isNewlyKnown({ template, space }: Was, current: JsonValue | undefined): boolean {
  return template !== undefined && space === undefined && current === false;
}

/** The server has made something else of the very same before: a field that it does not know, say. */
function isAsAnswered(place: Place, { desired, current, history: { base } }: States<JsonValue | undefined>): boolean {
  return base !== undefined && isSameAt(place, base.template, desired) && isSameAt(place, base.space, current);
}

function isUpstreamChanged(place: Place, desired: JsonValue | undefined, { base }: History): boolean {
  return base === undefined || !isSameAt(place, base.template, desired);
}

/** A field that neither the package nor the base has: a newer server's, or in a map of names a person's. */
function keepUnknown(place: Place, states: States<JsonValue | undefined>): JsonValue | undefined {
  if (isInMap(place)) keep(place, states, "added", false);
  return states.current;
}

/** Sets merge element by element, as long as none of them is empty: an empty one may mean everything. */
function mergeElements(place: Place, states: States<JsonValue | undefined>): JsonValue | undefined {
  const { desired, current, history } = states;
  const split = (value: JsonValue | undefined): JsonValue[] | undefined =>
    toElements(place.merge.kind, place.fields, value);
  const [wanted, present, said, had] = [desired, current, history.base?.template, history.base?.space].map(split);
  if (place.merge.overwrite || history.base === undefined || !wanted || !present || !said || !had) return undefined;
  const known = [...had, ...history.pending.flatMap((value) => split(value) ?? [])];
  const merged = mergeSets({ wanted, present, said, known });
  if (merged.length === 0 && !isAccumulating(place.merge.kind, place.fields)) return undefined;
  const sorted = sortElements(place.merge.kind, place.fields, merged);
  const value = typeof (desired ?? current) === "string" ? sorted.join(",") : sorted;
  tellElements(place, { wanted, present, said, known });
  if (hasSameElements(merged, present)) return current;
  change(place, states, describeChange(value, current));
  return value;
}

interface Sets {
  wanted: JsonValue[];
  present: JsonValue[];
  /** What the template said. */
  said: JsonValue[];
  /** What deployments wrote. */
  known: JsonValue[];
}

function mergeSets({ wanted, present, said, known }: Sets): JsonValue[] {
  const arriving = wanted.filter((item) => hasElement(present, item) || !hasElement(said, item));
  const theirs = present.filter((item) => !hasElement(wanted, item) && !hasElement(known, item));
  return mergeOrder({ order: arriving, others: present, members: [...arriving, ...theirs] }, elementKey);
}

function hasSameElements(a: readonly JsonValue[], b: readonly JsonValue[]): boolean {
  return a.length === b.length && a.every((item) => hasElement(b, item));
}

function tellElements(place: Place, { wanted, present, said, known }: Sets): void {
  const added = present.filter((item) => !hasElement(wanted, item) && !hasElement(known, item));
  const removed = said.filter((item) => hasElement(wanted, item) && !hasElement(present, item));
  const at = (item: JsonValue): Place => ({
    ...place,
    path: [...place.path, elementName(item)],
    keys: [...place.keys, elementKey(item)],
  });
  for (const item of added) keep(at(item), { desired: undefined, current: item, history: nothing }, "added", false);
  for (const item of removed) keep(at(item), { desired: item, current: undefined, history: nothing }, "removed", false);
}

const nothing: History = { pending: [] };

interface ItemStates extends States<JsonObject[]> {
  items: ItemList;
}

function mergeItems(place: Place, { items, desired, current, history }: ItemStates): JsonValue {
  const toMap = (list: JsonObject[]): Map<string, KeyedItem> =>
    new Map(keyItems(items, list).map((keyed) => [keyed.key, keyed]));
  const merged = new Map<string, JsonObject>();
  const sides = { desired: toMap(desired), current: toMap(current), history: mapHistory(history, toMap), merged };
  const lists = { ...sides, own: listOwn(place.merge, sides) };
  for (const key of new Set([...lists.current.keys(), ...lists.desired.keys()])) {
    const item = mergeItem(place, lists, key);
    if (item !== undefined) merged.set(key, item);
  }
  if (items.isUnordered === true) return [...merged.values()];
  return orderItems(place, merged, lists).flatMap((key) => merged.get(key) ?? []);
}

type Keyed = ReadonlyMap<string, KeyedItem>;

interface ItemLists {
  desired: Keyed;
  current: Keyed;
  history: { base?: { template: Keyed; space: Keyed }; pending: Keyed[] };
  /** What the space is to have, as far as it is merged: what is there comes before what arrives. */
  merged: ReadonlyMap<string, JsonObject>;
  /** What people have of their own and the merge leaves. */
  own: readonly JsonObject[];
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
  if (!isOtherType(desired, current)) return mergeFields(place, { desired, current, history: known });
  return toObjects([mergeValue(place, { desired, current, history: known }) ?? null])[0] ?? current;
}

/** Not in the space: new upstream, or removed by a person; or the space has one of its own by that name. */
function mergeMissingItem(
  place: Place,
  { desired, lists, history }: { desired: KeyedItem; lists: ItemLists; history: History },
): JsonObject | undefined {
  const states = { desired: desired.item, current: undefined, history };
  const rival = findRival(place.merge, desired, lists);
  if (rival !== undefined) {
    keep(place, { ...states, current: rival }, "taken", true);
    return undefined;
  }
  if (place.merge.overwrite || history.base?.template === undefined) {
    change(place, states, "added");
    return spellAsThere(desired.item, lists.merged.values());
  }
  keep(place, states, "removed", !isSame(history.base.template, desired.item));
  return undefined;
}

/** Octopus tells names apart by more than upper and lower case; what the template takes away or renames frees its name. */
function findRival(merge: Merge, { name, item }: KeyedItem, lists: ItemLists): JsonObject | undefined {
  const { current, desired, history } = lists;
  const isOurs = (key: string): boolean => desired.has(key) || history.base?.template.has(key) === true;
  const isRival = (other: KeyedItem): boolean =>
    isCalled(merge, lists, other, name) ||
    (!isOurs(other.key) && !isEmpty(item["Slug"]) && isSame(other.item["Slug"], item["Slug"]));
  return [...current.values()].find(isRival)?.item;
}

/** Whether an item has the name, and keeps it: no two of the template's have the same. */
function isCalled(merge: Merge, lists: ItemLists, item: KeyedItem, name: string): boolean {
  return isSameName(item.name, name) && nameToBe(merge, lists, item.key) === item.name;
}

/** What an item of the space is called after the merge; undefined for one that is not there then. */
function nameToBe(
  { overwrite }: Merge,
  { current, desired, history }: Omit<ItemLists, "own">,
  key: string,
): string | undefined {
  const [own, wanted] = [current.get(key), desired.get(key)];
  const known = [history.base?.space, ...history.pending].flatMap((keyed) => keyed?.get(key) ?? []);
  if (own === undefined) return undefined;
  if (wanted !== undefined) return overwrite || known.some(({ name }) => name === own.name) ? wanted.name : own.name;
  const isGone = known.length > 0 && (overwrite || known.some(({ item }) => isSame(item, own.item)));
  return isGone ? undefined : own.name;
}

/** A name that another item has by then would be refused: the item keeps its own, and so does what is in it and called the same. */
function keepTakenName(
  place: Place,
  { desired, current, lists }: { desired: KeyedItem; current: KeyedItem; lists: ItemLists },
): JsonObject {
  const { name, item, key } = desired;
  if (isSameName(name, current.name) || name !== textOf(item, "Name")) return item;
  if (nameToBe(place.merge, lists, key) !== name) return item;
  const others = [...lists.current.values()].filter((other) => other.key !== key);
  const rival = others.find((other) => isCalled(place.merge, lists, other, name));
  if (rival === undefined) return item;
  const at = { ...below(place, "Name"), path: [...place.path.slice(0, -1), current.name, "Name"] };
  keep(at, { desired: name, current: rival.item, history: nothing }, "taken", true);
  return renameInside(item, name, current.name);
}

function renameInside(item: JsonObject, from: string, to: string): JsonObject {
  const rename = (value: JsonValue): JsonValue => (isJsonObject(value) ? renameInside(value, from, to) : value);
  const fields = Object.entries(item).map(([field, value]): [string, JsonValue] => [
    field,
    field === "Name" && value === from ? to : Array.isArray(value) ? value.map(rename) : value,
  ]);
  return Object.fromEntries(fields);
}

/** One more value of a variable that the space has: `region` and `Region` are one variable, and stay one. */
function spellAsThere(item: JsonObject, others: Iterable<JsonObject>): JsonObject {
  const name = textOf(item, "Name");
  const spelled = [...others].map((other) => textOf(other, "Name")).find((other) => isSameName(other, name));
  return spelled === undefined || spelled === name ? item : { ...item, Name: spelled };
}

function listOwn(merge: Merge, lists: Omit<ItemLists, "own">): JsonObject[] {
  const own = [...lists.current.values()].filter(({ key }) => !lists.desired.has(key));
  return own.filter(({ key }) => nameToBe(merge, lists, key) !== undefined).map(({ item }) => item);
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
  if (place.merge.overwrite || isHollow(place, current) || was.some((value) => isSame(value, current))) {
    change(place, states, "removed");
    return undefined;
  }
  keep(place, states, "changed", true);
  return current;
}

/** Nothing is left of a step whose actions the template moved to others. */
function isHollow({ merge, fields }: Place, item: JsonObject): boolean {
  const inner = merge.kind.items?.filter(({ path }) => path.slice(0, -1).join() === fields.join()) ?? [];
  return inner.some(
    ({ path }) => findField(merge.kind, path).isNeeded === true && toObjects(item[path.at(-1) ?? ""]).length === 0,
  );
}

/** Upstream's order, with what people added behind its neighbor in the space; theirs where they changed the order. */
function orderItems(place: Place, merged: ReadonlyMap<string, JsonObject>, lists: ItemLists): string[] {
  const own = (keys: Iterable<string>): string[] => [...keys].filter((key) => merged.has(key));
  const [wanted, present] = [own(lists.desired.keys()), own(lists.current.keys())];
  const members = [...merged.keys()];
  const { base, pending } = lists.history;
  if (isSameOrder(wanted, present)) return mergeOrder({ order: wanted, others: present, members });
  const known = [...(base === undefined ? [] : [base.space]), ...pending];
  const isTheirs = !place.merge.overwrite && !known.some((keyed) => isSameOrder([...keyed.keys()], present));
  const states = {
    desired: namesOf(lists.desired, wanted),
    current: namesOf(lists.current, present),
    history: nothing,
  };
  const order = { ...place, keys: [...place.keys, orderKey] };
  if (!isTheirs) {
    change(order, states, "reordered");
    return mergeOrder({ order: wanted, others: present, members });
  }
  const isConflict = base === undefined || !isSameOrder([...base.template.keys()], wanted);
  keep(order, states, "reordered", isConflict);
  return mergeOrder({ order: present, others: wanted, members });
}

function namesOf(keyed: Keyed, keys: readonly string[]): string[] {
  return keys.map((key) => keyed.get(key)?.name ?? key);
}

function historyOf(history: History, field: string): History {
  const inside = (value: JsonValue | undefined): JsonValue | undefined =>
    isMergeable(value) ? value[field] : undefined;
  return {
    ...(history.base && { base: { template: inside(history.base.template), space: inside(history.base.space) } }),
    pending: history.pending.map(inside),
  };
}

function mapHistory({ base, pending }: History, toMap: (list: JsonObject[]) => Keyed): ItemLists["history"] {
  const map = (value: JsonValue | undefined): Keyed => toMap(toObjects(value));
  return {
    ...(base && { base: { template: map(base.template), space: map(base.space) } }),
    pending: pending.map(map),
  };
}

/** Whether no snapshot has a value here, be it that there is none. */
function isUnknown(place: Place, { base, pending }: History): boolean {
  return [base?.template, base?.space, ...pending].every((value) => isSameAt(place, value, undefined));
}

function change(place: Place, states: States<JsonValue | undefined>, what: Difference["what"]): void {
  place.merge.changes.push({ ...toValues(place, states), what });
}

function keep(
  place: Place,
  states: States<JsonValue | undefined>,
  what: KeptDifference["what"],
  isConflict: boolean = isUpstreamChanged(place, states.desired, states.history),
): void {
  place.merge.kept.push({ ...toValues(place, states), what, isConflict });
}

function toValues(
  { path, keys }: Place,
  { desired, current, history }: States<JsonValue | undefined>,
): Omit<Difference, "what"> {
  const values = { template: desired, space: current, base: history.base?.template };
  const known = Object.entries(values).filter(([, value]) => value !== undefined);
  return { path, place: toPlace(keys), ...Object.fromEntries(known) };
}

/** In a map of names an empty text is not the same as none. */
function isSameAt(place: Place, a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  const field = place.fields.at(-1) ?? "";
  return (
    isSame({ [field]: a ?? null }, { [field]: b ?? null }) &&
    (!isInMap(place) || (a === undefined) === (b === undefined))
  );
}

function isMergeable(value: JsonValue | undefined): value is JsonObject {
  return isJsonObject(value) && !isReference(value) && !isText(value) && !isSecretMark(value);
}

/** Fields of one type mean nothing in another: a daily schedule's in a monthly one. */
function isOtherType(a: JsonObject, b: JsonObject): boolean {
  return Object.keys({ ...a, ...b }).some((field) => /Type$|^Strategy$/.test(field) && !isSame(a[field], b[field]));
}

function isInMap({ merge, fields }: Place): boolean {
  return isMapName(fields.at(-2) ?? "") || isMapField(merge.kind, fields.slice(0, -1));
}

function toObjects(value: JsonValue | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}

function describeChange(to: JsonValue | undefined, from: JsonValue | undefined): Difference["what"] {
  if (isEmpty(from)) return "added";
  return isEmpty(to) ? "removed" : "changed";
}
