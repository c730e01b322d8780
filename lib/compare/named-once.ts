import { textOf, type JsonObject } from "../model/json.ts";
import { foldName } from "../octopus/same-name.ts";
import type { ItemList, ResourceKind } from "../resources/resource-kind.ts";
import { mapHistory, type Keyed, type NamedItems } from "./item-lists.ts";
import { findRival } from "./item-names.ts";
import { keyItems, type KeyedItem } from "./keyed-items.ts";
import type { Place } from "./merge-place.ts";
import { toObjects, type History } from "./merge-states.ts";

// A step's actions and those of all others have names, and slugs, that are not used twice.

/** All items of such lists, whatever they are in, by the list's path. */
export function listNamedOnce(
  kind: ResourceKind,
  { desired, current, history }: { desired: JsonObject; current: JsonObject; history: History },
): Map<string, NamedItems> {
  const lists = (kind.items ?? []).filter(({ isNamedOnce }) => isNamedOnce === true);
  return new Map(
    lists.map((list): [string, NamedItems] => {
      const keyed = (bodies: readonly JsonObject[]): Keyed => keyAll(list, bodies);
      const whole = { ...(history.base && { base: toLists(history.base) }), pending: history.pending.map(toList) };
      return [
        list.path.join(),
        { desired: keyed([desired]), current: keyed([current]), history: mapHistory(whole, keyed) },
      ];
    }),
  );
}

function toLists({ template, space }: NonNullable<History["base"]>): NonNullable<History["base"]> {
  return { template: toList(template), space: toList(space) };
}

function toList(body: History["pending"][number]): JsonObject[] {
  return toObjects([body ?? null]);
}

function keyAll(list: ItemList, bodies: readonly JsonObject[]): Keyed {
  let held = bodies;
  for (const field of list.path) held = held.flatMap((one) => toObjects(one[field]));
  return new Map(keyItems(list, held).map((keyed) => [keyed.key, keyed]));
}

/** The space's own that has the name of an item which is to arrive: a step arrives with all of its actions or not at all. */
export function findDistantRival({ merge, fields }: Place, desired: KeyedItem): JsonObject | undefined {
  const own = merge.namedOnce.get(fields.join());
  if (own !== undefined) return findRival(merge, desired, own);
  const rivals = listInner(merge, fields).flatMap(({ list, all, field }) =>
    keyItems(list, toObjects(desired.item[field])).map((item) => findRival(merge, item, all)),
  );
  return rivals.find((rival) => rival !== undefined);
}

/** What people renamed keeps its slug: what arrives gets another one from the server then, and so do its actions. */
export function withFreeSlugs({ merge, fields }: Place, item: JsonObject, lists: NamedItems): JsonObject {
  const all = merge.namedOnce.get(fields.join()) ?? lists;
  const inner = listInner(merge, fields).map(({ all: others, field }): [string, JsonObject[]] => [
    field,
    toObjects(item[field]).map((one) => withFreeSlug(one, others)),
  ]);
  return { ...withFreeSlug(item, all), ...Object.fromEntries(inner) };
}

function withFreeSlug(item: JsonObject, { current, desired, history }: NamedItems): JsonObject {
  const slug = foldName(textOf(item, "Slug"));
  const isOurs = (key: string): boolean => desired.has(key) || history.base?.template.has(key) === true;
  const isTaken = [...current.values()].some(
    (other) => !isOurs(other.key) && foldName(textOf(other.item, "Slug")) === slug,
  );
  if (slug === "" || !isTaken) return item;
  const { Slug: _slug, ...rest } = item;
  return rest;
}

function listInner(
  { kind, namedOnce }: Place["merge"],
  fields: readonly string[],
): { list: ItemList; all: NamedItems; field: string }[] {
  return (kind.items ?? []).flatMap((list) => {
    const all = namedOnce.get(list.path.join());
    const isInner = list.path.slice(0, -1).join() === fields.join();
    return all === undefined || !isInner ? [] : [{ list, all, field: list.path.at(-1) ?? "" }];
  });
}
