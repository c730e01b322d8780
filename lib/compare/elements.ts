import { isReference } from "../model/graph.ts";
import { canonicalJson, type JsonValue } from "../model/json.ts";
import { isAccumulating, isCommaList, isOrderedList } from "../resources/fields.ts";
import type { ResourceKind } from "../resources/resource-kind.ts";
import { isEmpty, isSame } from "./is-same.ts";

/** The elements of a set; undefined for what is no set, and for an empty one where that means everything. */
export function toElements(
  kind: ResourceKind,
  fields: readonly string[],
  value: JsonValue | undefined,
): JsonValue[] | undefined {
  if (isEmpty(value)) return isAccumulating(kind, fields) ? [] : undefined;
  const list =
    typeof value === "string" && isCommaList(kind, fields) ? value.split(",").map((part) => part.trim()) : value;
  return Array.isArray(list) && list.every((item) => typeof item === "string" || isReference(item)) ? list : undefined;
}

export function hasElement(list: readonly JsonValue[], element: JsonValue): boolean {
  return list.some((other) => isSame(other, element));
}

/** What tells one element from the others. */
export function elementKey(element: JsonValue): string {
  return canonicalJson(element).trim();
}

/** What people call it. */
export function elementName(element: JsonValue): string {
  if (isReference(element)) return element.$ref.key.join("/");
  return typeof element === "string" ? element : elementKey(element);
}

/** As they are read: sorted, where their order means nothing. */
export function sortElements(kind: ResourceKind, fields: readonly string[], elements: JsonValue[]): JsonValue[] {
  if (isOrderedList(kind, fields)) return elements;
  return elements.toSorted((a, b) => (elementKey(a) < elementKey(b) ? -1 : elementKey(a) > elementKey(b) ? 1 : 0));
}
