import { isReference, isSecretMark, isText } from "../model/graph.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../model/json.ts";
import { isSame } from "./is-same.ts";

/** One value in all its states. */
export interface States<T> {
  desired: T;
  current: T;
  history: History;
}

/** What a value was; undefined stands for a value that was not there. */
export interface History {
  base?: Was;
  pending: (JsonValue | undefined)[];
}

export interface Was {
  template: JsonValue | undefined;
  space: JsonValue | undefined;
}

/** For what is told, and not compared with what was. */
export const nothing: History = { pending: [] };

/** What a field of it was. */
export function historyOf(history: History, field: string): History {
  const inside = (value: JsonValue | undefined): JsonValue | undefined =>
    isMergeable(value) ? value[field] : undefined;
  return {
    ...(history.base && { base: { template: inside(history.base.template), space: inside(history.base.space) } }),
    pending: history.pending.map(inside),
  };
}

/** Whether it has fields of its own: references, texts with such and marks of secrets are one value. */
export function isMergeable(value: JsonValue | undefined): value is JsonObject {
  return isJsonObject(value) && !isReference(value) && !isText(value) && !isSecretMark(value);
}

/** Fields of one type, or numbers of one unit, mean nothing in another: a daily schedule's in a monthly one, 30 days in releases. Where one side does not say its type, both are of one. */
export function isOtherType(a: JsonObject, b: JsonObject): boolean {
  return Object.keys(a).some(
    (field) => /(?:Type|Unit)$|^Strategy$/.test(field) && b[field] !== undefined && !isSame(a[field], b[field]),
  );
}

/** Servers before 2025.3 (of runbooks: 2026.1) have no names for how long to keep something: there the numbers beside it say it all. */
export function isUnnamedStrategy(field: string | undefined, value: JsonValue | undefined): boolean {
  return field === "Strategy" && value === undefined;
}

/** The objects in a list; none where there is no list. */
export function toObjects(value: JsonValue | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}
