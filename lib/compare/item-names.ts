import { isJsonObject, textOf, type JsonObject, type JsonValue } from "../model/json.ts";
import { isSameName } from "../octopus/same-name.ts";
import { isSame } from "./is-same.ts";
import type { ItemLists, NamedItems } from "./item-lists.ts";
import type { KeyedItem } from "./keyed-items.ts";
import { below, keep, type Merge, type Place } from "./merge-place.ts";
import { nothing } from "./merge-states.ts";

/** Octopus tells names apart by more than upper and lower case; what the template takes away or renames frees its name. */
export function findRival(merge: Merge, { key, name }: KeyedItem, lists: NamedItems): JsonObject | undefined {
  const others = [...lists.current.values()].filter((other) => other.key !== key);
  return others.find((other) => isCalled(merge, lists, other, name))?.item;
}

/** Whether an item has the name, and keeps it: no two of the template's have the same. */
function isCalled(merge: Merge, lists: NamedItems, item: KeyedItem, name: string): boolean {
  return isSameName(item.name, name) && nameToBe(merge, lists, item.key) === item.name;
}

/** What an item of the space is called after the merge; undefined for one that is not there then. */
function nameToBe({ overwrite }: Merge, { current, desired, history }: NamedItems, key: string): string | undefined {
  const [own, wanted] = [current.get(key), desired.get(key)];
  const known = [history.base?.space, ...history.pending].flatMap((keyed) => keyed?.get(key) ?? []);
  if (own === undefined) return undefined;
  if (wanted !== undefined) return overwrite || known.some(({ name }) => name === own.name) ? wanted.name : own.name;
  const isGone = known.length > 0 && (overwrite || known.some(({ item }) => isSame(item, own.item)));
  return isGone ? undefined : own.name;
}

/** A name that another item has by then would be refused: the item keeps its own, and so does what is in it and called the same. */
export function keepTakenName(
  place: Place,
  { desired, current, lists }: { desired: KeyedItem; current: KeyedItem; lists: ItemLists },
): JsonObject {
  const { name, item, key } = desired;
  if (isSameName(name, current.name) || name !== textOf(item, "Name")) return item;
  if (nameToBe(place.merge, lists, key) !== name) return item;
  const rival = findRival(place.merge, desired, place.merge.namedOnce.get(place.fields.join()) ?? lists);
  if (rival === undefined) return item;
  const at = { ...below(place, "Name"), path: [...place.path.slice(0, -1), current.name, "Name"] };
  keep(at, { desired: name, current: rival, history: nothing }, "taken", true);
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
export function spellAsThere(item: JsonObject, others: Iterable<JsonObject>): JsonObject {
  const name = textOf(item, "Name");
  const spelled = [...others].map((other) => textOf(other, "Name")).find((other) => isSameName(other, name));
  return spelled === undefined || spelled === name ? item : { ...item, Name: spelled };
}

/** What people have of their own, or call otherwise than the template; what that itself tells apart by case stays so. */
export function listSpelled({ merged, desired }: ItemLists): JsonObject[] {
  const isTheirs = ([key, item]: [string, JsonObject]): boolean =>
    textOf(desired.get(key)?.item ?? {}, "Name") !== textOf(item, "Name");
  return [...merged].filter(isTheirs).map(([, item]) => item);
}

/** What people have of their own in a list, and still have after the merge. */
export function listOwn(merge: Merge, lists: Omit<ItemLists, "own">): JsonObject[] {
  const own = [...lists.current.values()].filter(({ key }) => !lists.desired.has(key));
  return own.filter(({ key }) => nameToBe(merge, lists, key) !== undefined).map(({ item }) => item);
}
