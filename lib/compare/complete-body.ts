import { isReference, isSecretMark, isText } from "../model/graph.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../model/json.ts";
import { isSameName } from "../octopus/same-name.ts";
import type { ItemList, ResourceKind } from "../resources/resource-kind.ts";
import { findItemList, keyItems, type KeyedItem } from "./keyed-items.ts";

/**
 * A body that says only what somebody named, with all else as the space has it: fields, and items of lists. So what nobody named is
 * nobody's change, now and in later runs.
 */
export function completeBody(kind: ResourceKind, named: JsonObject, current: JsonObject): JsonObject {
  return completeObject(named, current, { kind, fields: [] });
}

interface Place {
  kind: ResourceKind;
  fields: readonly string[];
}

function completeObject(named: JsonObject, current: JsonObject, { kind, fields }: Place): JsonObject {
  const body: JsonObject = { ...current };
  for (const [field, value] of Object.entries(named))
    body[field] = completeValue(value, current[field], { kind, fields: [...fields, field] });
  return body;
}

function completeValue(named: JsonValue, current: JsonValue | undefined, place: Place): JsonValue {
  const list = findItemList(place.kind, place.fields);
  if (list !== undefined) return completeItems(list, [named, current], place);
  return isPlain(named) && isPlain(current) ? completeObject(named, current, place) : named;
}

/** Those that are named come first, in their order. */
function completeItems(list: ItemList, [named, current]: [JsonValue, JsonValue | undefined], place: Place): JsonValue {
  const rest = new Set(keyItems(list, toObjects(current)));
  const completed = keyItems(list, toObjects(named)).map((wanted) => {
    const own = findSame(rest, wanted);
    if (own === undefined) return wanted.item;
    rest.delete(own);
    return completeObject(wanted.item, own.item, place);
  });
  return [...completed, ...[...rest].map(({ item }) => item)];
}

function findSame(candidates: ReadonlySet<KeyedItem>, { key, name }: KeyedItem): KeyedItem | undefined {
  const all = [...candidates];
  return all.find((own) => own.key === key) ?? all.find((own) => isSameName(own.name, name));
}

function isPlain(value: JsonValue | undefined): value is JsonObject {
  return isJsonObject(value) && !isReference(value) && !isText(value) && !isSecretMark(value);
}

function toObjects(value: JsonValue | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}
