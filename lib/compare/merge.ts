import { isReference, isSecretMark, isText } from "../model/graph.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../model/json.ts";
import type { ItemList, ResourceKind } from "../resources/resource-kind.ts";
import { identifyItems } from "../resources/identify-items.ts";
import { isEmpty, isMapField, isSame } from "./is-same.ts";

/** Four states of one resource, all in graph form. */
export interface MergeInput {
  kind: ResourceKind;
  /** What the package or the baseline says. */
  desired: JsonObject;
  /** What is in the space. */
  current: JsonObject;
  /** What was deployed last; absent when nobody knows. */
  base?: JsonObject | undefined;
  /** What runs that did not finish were deploying: their writes are no person's either. */
  pending?: readonly JsonObject[] | undefined;
  /** Takes what is desired where a person changed the same field. What a person added stays all the same. */
  overwrite: boolean;
}

export interface MergeResult {
  /** What is to be in the space. */
  body: JsonObject;
  /** Where `body` differs from what is there; empty when nothing is to be written. */
  changes: Difference[];
  /** What people changed in the space and keep. */
  kept: KeptDifference[];
}

export interface Difference {
  /** Field names and item names. */
  path: string[];
  what: "changed" | "added" | "removed" | "reordered";
}

export interface KeptDifference extends Omit<Difference, "what"> {
  /** `blocked`: it stays away since people removed what it refers to. */
  what: Difference["what"] | "blocked";
  /** Whether upstream changed it too since the last deploy, or nobody knows. */
  isConflict: boolean;
}

/**
 * Three-way merge, field by field; lists of items by item, other lists as one value. A field that equals the base, or what an
 * unfinished run was deploying, was touched by nobody and takes what is desired; any other is a person's and stays.
 */
export function mergeBody(input: MergeInput): MergeResult {
  const merge: Merge = {
    ...input,
    changes: [],
    kept: [],
    createOnly: input.kind.createOnly ?? [],
    itemLists: input.kind.items ?? [],
  };
  const history = toHistory(input);
  const body = mergeFields(
    { merge, path: [], fields: [] },
    { desired: input.desired, current: input.current, history },
  );
  return { body, changes: merge.changes, kept: merge.kept };
}

interface Merge {
  overwrite: boolean;
  createOnly: readonly string[];
  itemLists: readonly ItemList[];
  changes: Difference[];
  kept: KeptDifference[];
}

interface Place {
  merge: Merge;
  /** Field and item names, for people. */
  path: string[];
  /** Field names alone, as kinds name lists of items. */
  fields: string[];
}

/** What a value was: `value` is undefined where the snapshot lacks it, the snapshot where there is none. */
interface History {
  base?: Snapshot;
  pending: Snapshot[];
}

interface Snapshot {
  value: JsonValue | undefined;
}

interface States<T> {
  desired: T;
  current: T;
  history: History;
}

function toHistory({ base, pending = [] }: MergeInput): History {
  return { ...(base && { base: { value: base } }), pending: pending.map((value) => ({ value })) };
}

function mergeFields(place: Place, { desired, current, history }: States<JsonObject>): JsonObject {
  const merged: JsonObject = {};
  for (const field of new Set([...Object.keys(current), ...Object.keys(desired)])) {
    const inner = { ...place, path: [...place.path, field], fields: [...place.fields, field] };
    const states = { desired: desired[field], current: current[field], history: historyOf(history, field) };
    const value = isLeftToPeople(inner) ? states.current : mergeField(inner, states);
    if (value !== undefined) merged[field] = value;
  }
  return merged;
}

function isLeftToPeople({ merge, fields }: Place): boolean {
  return fields.length === 1 && merge.createOnly.includes(fields[0] ?? "");
}

function mergeField(place: Place, states: States<JsonValue | undefined>): JsonValue | undefined {
  const { desired, current, history } = states;
  if (isSameAt(place, desired, current)) return current;
  if (desired === undefined && isUnknown(place, history)) return keepUnknown(place, states);
  const items = place.merge.itemLists.find((list) => list.path.join() === place.fields.join());
  if (items !== undefined)
    return mergeItems(place, { items, desired: toObjects(desired), current: toObjects(current), history });
  if (isMergeable(desired) && isMergeable(current) && !isOtherType(desired, current))
    return mergeFields(place, { desired, current, history });
  return mergeValue(place, states);
}

function mergeValue(place: Place, { desired, current, history }: States<JsonValue | undefined>): JsonValue | undefined {
  const snapshots = listSnapshots(history);
  const isUntouched =
    snapshots.length === 0 ? isEmpty(current) : snapshots.some((snapshot) => isSameAt(place, snapshot.value, current));
  if (place.merge.overwrite || isUntouched) {
    place.merge.changes.push({ path: place.path, what: describeChange(desired, current) });
    return desired ?? (isInMap(place) ? undefined : null);
  }
  const isConflict = history.base === undefined || !isSameAt(place, history.base.value, desired);
  place.merge.kept.push({ path: place.path, what: describeChange(current, desired), isConflict });
  return current;
}

/** A field that neither the package nor the base has: a newer server's, or in a map of names a person's. */
function keepUnknown(place: Place, { current, history }: States<JsonValue | undefined>): JsonValue | undefined {
  if (isInMap(place) && listSnapshots(history).length > 0)
    place.merge.kept.push({ path: place.path, what: "added", isConflict: false });
  return current;
}

interface ItemStates extends States<JsonObject[]> {
  items: ItemList;
}

function mergeItems(place: Place, { items, ...states }: ItemStates): JsonValue {
  const desired = identifyItems(items, states.desired);
  const current = identifyItems(items, states.current);
  const history = mapHistory(states.history, (value) => identifyItems(items, toObjects(value)));
  const merged = new Map<string, JsonObject>();
  for (const id of new Set([...current.keys(), ...desired.keys()])) {
    const itemHistory = {
      ...(history.base && { base: { value: history.base.get(id) } }),
      pending: history.pending.map((known) => ({ value: known.get(id) })),
    };
    const item = mergeItem(
      { ...place, path: [...place.path, id] },
      { desired: desired.get(id), current: current.get(id), history: itemHistory },
    );
    if (item !== undefined) merged.set(id, item);
  }
  if (items.isUnordered === true) return [...merged.values()];
  const order = orderItems(place, {
    merged: [...merged.keys()],
    desired: [...desired.keys()],
    current: [...current.keys()],
    history: mapKeys(history),
    base: history.base && [...history.base.keys()],
  });
  return order.flatMap((id) => merged.get(id) ?? []);
}

function mergeItem(
  place: Place,
  { desired, current, history }: States<JsonObject | undefined>,
): JsonObject | undefined {
  if (desired !== undefined && current !== undefined) return mergeBothItems(place, { desired, current, history });
  if (desired !== undefined) return mergeMissingItem(place, { desired, history });
  return current === undefined ? undefined : mergeSurplusItem(place, { current, history });
}

/** An item that some snapshot lacks was in nobody's hands at that time: only those that have it tell what it was. */
function mergeBothItems(place: Place, { desired, current, history }: States<JsonObject>): JsonObject {
  const isKnown = ({ value }: Snapshot): boolean => value !== undefined;
  const known = {
    ...(history.base && isKnown(history.base) && { base: history.base }),
    pending: history.pending.filter(isKnown),
  };
  if (!isOtherType(desired, current)) return mergeFields(place, { desired, current, history: known });
  return toObjects([mergeValue(place, { desired, current, history: known }) ?? null])[0] ?? current;
}

/** Not in the space: new upstream, or removed by a person. */
function mergeMissingItem(
  place: Place,
  { desired, history }: { desired: JsonObject; history: History },
): JsonObject | undefined {
  const was = history.base?.value;
  if (place.merge.overwrite || was === undefined) {
    place.merge.changes.push({ path: place.path, what: "added" });
    return desired;
  }
  place.merge.kept.push({ path: place.path, what: "removed", isConflict: !isSame(was, desired) });
  return undefined;
}

/** Not in the package: added by a person, or removed upstream. */
function mergeSurplusItem(
  place: Place,
  { current, history }: { current: JsonObject; history: History },
): JsonObject | undefined {
  const was = listSnapshots(history).filter((snapshot) => snapshot.value !== undefined);
  if (was.length === 0) {
    if (listSnapshots(history).length > 0)
      place.merge.kept.push({ path: place.path, what: "added", isConflict: false });
    return current;
  }
  if (place.merge.overwrite || was.some((snapshot) => isSame(snapshot.value, current))) {
    place.merge.changes.push({ path: place.path, what: "removed" });
    return undefined;
  }
  place.merge.kept.push({ path: place.path, what: "changed", isConflict: true });
  return current;
}

interface Orders {
  merged: string[];
  desired: string[];
  current: string[];
  history: string[][];
  base: string[] | undefined;
}

/** Upstream's order, with what people added behind its neighbor in the space; theirs where they changed the order. */
function orderItems(place: Place, { merged, desired, current, history, base }: Orders): string[] {
  const wanted = desired.filter((id) => merged.includes(id));
  const present = current.filter((id) => merged.includes(id));
  if (isSameOrder(wanted, present)) return insertOthers(wanted, present);
  const isUntouched = history.some((known) => isSameOrder(known, present));
  if (place.merge.overwrite || isUntouched) {
    place.merge.changes.push({ path: place.path, what: "reordered" });
    return insertOthers(wanted, present);
  }
  place.merge.kept.push({
    path: place.path,
    what: "reordered",
    isConflict: base === undefined || !isSameOrder(base, wanted),
  });
  return insertOthers(present, wanted);
}

/** Whether what both have comes in the same order. */
function isSameOrder(a: string[], b: string[]): boolean {
  const common = a.filter((id) => b.includes(id));
  return common.join("\n") === b.filter((id) => a.includes(id)).join("\n");
}

function insertOthers(order: string[], others: string[]): string[] {
  const result = [...order];
  others.forEach((id, index) => {
    if (result.includes(id)) return;
    const before = others.slice(0, index).findLast((other) => result.includes(other));
    result.splice(before === undefined ? 0 : result.indexOf(before) + 1, 0, id);
  });
  return result;
}

function historyOf(history: History, field: string): History {
  return mapHistory(history, (value) => ({ value: isMergeable(value) ? value[field] : undefined }));
}

interface Mapped<T> {
  base?: T;
  pending: T[];
}

function mapHistory<T>({ base, pending }: History, map: (value: JsonValue | undefined) => T): Mapped<T> {
  return { ...(base && { base: map(base.value) }), pending: pending.map(({ value }) => map(value)) };
}

function mapKeys({ base, pending }: Mapped<Map<string, JsonObject>>): string[][] {
  return [...(base === undefined ? [] : [base]), ...pending].map((items) => [...items.keys()]);
}

function listSnapshots({ base, pending }: History): Snapshot[] {
  return base === undefined ? pending : [base, ...pending];
}

/** Whether no snapshot has a value here, be it that there is none. */
function isUnknown(place: Place, history: History): boolean {
  return listSnapshots(history).every((snapshot) => isSameAt(place, snapshot.value, undefined));
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

function isInMap({ fields }: Place): boolean {
  return isMapField(fields.at(-2) ?? "");
}

function toObjects(value: JsonValue | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}

function describeChange(to: JsonValue | undefined, from: JsonValue | undefined): Difference["what"] {
  if (isEmpty(from)) return "added";
  return isEmpty(to) ? "removed" : "changed";
}
