import { isJsonObject, type JsonObject, type JsonValue } from "../model/json.ts";
import type { ItemList, ResourceKind } from "../resources/resource-kind.ts";
import { elementKey, sortElements, toElements } from "./elements.ts";
import { findItemList, keyItems } from "./keyed-items.ts";
import type { KeptDifference } from "./difference.ts";
import type { Base } from "./merge.ts";
import { isSameOrder } from "./merge-order.ts";
import { orderKey, toKeys, toPlace } from "./places.ts";

export interface SettleInput {
  kind: ResourceKind;
  /** What the template says. */
  desired: JsonObject;
  /** What the server says that the space has, after the write or where there was nothing to write. */
  answered: JsonObject;
  /** As it was before. */
  base: Base | undefined;
  kept: readonly KeptDifference[];
}

/**
 * The base of the next compare: what the template says and the server answered; of what people keep, what both were before. So a
 * conflict is one in the next run, too, until both sides agree, and people's edits are told until they take them back.
 */
export function settleBody({ kind, desired, answered, base, kept }: SettleInput): Base {
  const places = kept.map(({ place }) => place);
  const search: Search = {
    kind,
    isKept: (keys) => places.includes(toPlace(keys)),
    isConflict: (keys) =>
      kept.some(({ place, isConflict, isDecided }) => (isConflict || isDecided === true) && place === toPlace(keys)),
    holdsKept: holdsAnyOf(places),
  };
  const was = { template: base?.template, space: base?.space };
  const settled = settle(search, { keys: [], fields: [] }, { desired, answered, was });
  return { template: toObject(settled.template), space: toObject(settled.space) };
}

interface Search {
  kind: ResourceKind;
  isKept(keys: readonly string[]): boolean;
  isConflict(keys: readonly string[]): boolean;
  /** Whether people keep something there or below. */
  holdsKept(keys: readonly string[]): boolean;
}

function holdsAnyOf(places: readonly string[]): Search["holdsKept"] {
  const above = new Set(places.flatMap((place) => listPrefixes(toKeys(place))));
  return (keys) => above.has(toPlace(keys));
}

function listPrefixes(keys: readonly string[]): string[] {
  return Array.from({ length: keys.length + 1 }, (_, length) => toPlace(keys.slice(0, length)));
}

interface Place {
  keys: string[];
  fields: string[];
}

interface Values {
  template: JsonValue | undefined;
  space: JsonValue | undefined;
}

interface Sides {
  desired: JsonValue | undefined;
  answered: JsonValue | undefined;
  was: Values;
}

function settle(search: Search, place: Place, sides: Sides): Values {
  return settleWhole(search, place, sides) ?? settleInside(search, place, sides);
}

/** Undefined where people keep something inside. */
function settleWhole(search: Search, { keys }: Place, { desired, answered, was }: Sides): Values | undefined {
  if (search.isKept(keys)) return was;
  return search.holdsKept(keys) ? undefined : { template: desired, space: answered };
}

function settleInside(search: Search, place: Place, sides: Sides): Values {
  const list = findItemList(search.kind, place.fields);
  if (list !== undefined) return settleItems(search, place, { ...sides, list });
  const isSet = [sides.desired, sides.answered].some(
    (value) => toElements(search.kind, place.fields, value) !== undefined,
  );
  return isSet ? settleElements(search, place, sides) : settleFields(search, place, sides);
}

function settleFields(search: Search, place: Place, { desired, answered, was }: Sides): Values {
  const fields = [desired, answered, was.template, was.space].filter(isJsonObject).flatMap(Object.keys);
  const template: JsonObject = {};
  const space: JsonObject = {};
  for (const field of new Set(fields)) {
    const settled = settle(
      search,
      { keys: [...place.keys, field], fields: [...place.fields, field] },
      {
        desired: fieldOf(desired, field),
        answered: fieldOf(answered, field),
        was: { template: fieldOf(was.template, field), space: fieldOf(was.space, field) },
      },
    );
    if (settled.template !== undefined) template[field] = settled.template;
    if (settled.space !== undefined) space[field] = settled.space;
  }
  return { template, space };
}

function settleItems(search: Search, place: Place, { list, ...sides }: Sides & { list: ItemList }): Values {
  const keyed = (value: JsonValue | undefined): Keyed =>
    new Map(keyItems(list, toObjects(value)).map(({ key, item }) => [key, item]));
  const [desired, answered] = [keyed(sides.desired), keyed(sides.answered)];
  const was = { template: keyed(sides.was.template), space: keyed(sides.was.space) };
  const settleOne = (key: string): Values => {
    const inner = { keys: [...place.keys, key], fields: place.fields };
    const states = {
      desired: desired.get(key),
      answered: answered.get(key),
      was: { template: was.template.get(key), space: was.space.get(key) },
    };
    return settleWhole(search, inner, states) ?? settleFields(search, inner, states);
  };
  const first = orderFirst(search, [...place.keys, orderKey], { desired, answered, was });
  const pick = (side: "template" | "space", now: Keyed): JsonValue[] => {
    const keys = new Set([...first[side], ...now.keys(), ...was[side].keys()]);
    return [...keys].flatMap((key) => settleOne(key)[side] ?? []);
  };
  return { template: pick("template", desired), space: pick("space", answered) };
}

type Keyed = ReadonlyMap<string, JsonObject>;

interface KeyedSides {
  desired: Keyed;
  answered: Keyed;
  was: { template: Keyed; space: Keyed };
}

/** Which items come first, and in which order: where people keep theirs, an order that tells so the next time. */
function orderFirst(
  search: Search,
  keys: string[],
  { desired, answered, was }: KeyedSides,
): { template: string[]; space: string[] } {
  if (!search.isKept(keys)) return { template: [...desired.keys()], space: [...answered.keys()] };
  const [wanted, present] = [[...desired.keys()], [...answered.keys()]];
  const [said, had] = [[...was.template.keys()], [...was.space.keys()]];
  const known = isSameOrder(said, wanted) ? present : said;
  return {
    template: search.isConflict(keys) ? known : wanted,
    space: isSameOrder(had, present) ? wanted : had,
  };
}

/** Of a set, what people added and removed is as it was; the rest is settled. */
function settleElements(search: Search, { keys, fields }: Place, { desired, answered, was }: Sides): Values {
  const pick = (now: JsonValue | undefined, before: JsonValue | undefined): JsonValue => {
    const isKept = (item: JsonValue): boolean => search.isKept([...keys, elementKey(item)]);
    const free = (toElements(search.kind, fields, now) ?? []).filter((item) => !isKept(item));
    const kept = (toElements(search.kind, fields, before) ?? []).filter(isKept);
    const elements = [...free, ...kept];
    return typeof (now ?? before) === "string" ? elements.join(",") : sortElements(search.kind, fields, elements);
  };
  return { template: pick(desired, was.template), space: pick(answered, was.space) };
}

function fieldOf(value: JsonValue | undefined, field: string): JsonValue | undefined {
  return isJsonObject(value) ? value[field] : undefined;
}

function toObject(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

function toObjects(value: JsonValue | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}
