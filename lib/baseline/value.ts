import type { Key } from "../model/graph.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../model/json.ts";
import type { Path, Problem } from "../yaml/problem.ts";

/** What may stand at a place of a baseline, and what it is in the API's words. */
export interface Value {
  schema: () => JsonObject;
  check(value: JsonValue, path: Path): Problem[];
  /** @param key - of the resource that it belongs to */
  toBody(value: JsonValue, key: Key): JsonValue;
  /** undefined for what a baseline has no words for */
  fromBody(value: JsonValue, reading: Reading): JsonValue | undefined;
}

/** A resource on its way into a baseline. */
export interface Reading {
  key: Key;
  /** Called for each part of it that a baseline has no words for. */
  tell: (what: string) => void;
}

/** A value with its place in the body. */
export interface Field extends Value {
  /** Field names from the body down; none for the body itself. */
  at: readonly string[];
  about?: string;
  isRequired?: boolean;
  /** What the body has when a new one is made and nothing is said here. */
  whenLeftOut?: JsonValue;
  /** The word for that there is nothing, where leaving it out would say something else. */
  whenNone?: string;
  /** An empty text says something. */
  isEmptySaid?: boolean;
  /** What every new one has, so that it need not be said. */
  usual?: JsonValue;
}

/** By their names in a baseline. */
export type Fields = Readonly<Record<string, Field>>;

/** Names of fields with dots between, or as a list where a name has dots itself. */
export type At = string | readonly string[];

/** What one value is, without a place. */
export type Words = Pick<Value, "toBody" | "fromBody"> & {
  schema: JsonObject;
  /** The end of the sentence `"…" must be …`. */
  wanted: string;
  isSaid(value: JsonValue): boolean;
};

/** A field whose value has no fields of its own. */
export function leaf(at: At, about: string | undefined, words: Words): Field {
  return placed(at, about, {
    schema: () => words.schema,
    check: (value, path) => (words.isSaid(value) ? [] : [{ path, text: `"${nameIn(path)}" must be ${words.wanted}.` }]),
    toBody: words.toBody,
    fromBody: words.fromBody,
  });
}

/** The value at a place. */
export function placed(at: At, about: string | undefined, value: Value): Field {
  const path = typeof at === "string" ? at.split(".").filter((name) => name !== "") : at;
  return { ...value, at: path, ...(about !== undefined && { about }) };
}

/** The field, which nobody may leave out. */
export function required(field: Field): Field {
  return { ...field, isRequired: true };
}

/** The field, which need not be said where it is the same as in every new one. */
export function usually(field: Field, usual: JsonValue): Field {
  return { ...field, usual };
}

/** Of the path, the last name: positions in lists have none. */
export function nameIn(path: Path): string {
  return String(path.findLast((part) => typeof part === "string") ?? "");
}

/** The object with the value at the path, and all that it had before. */
export function put(object: JsonObject, [field, ...below]: readonly string[], value: JsonValue): JsonObject {
  if (field === undefined) return isJsonObject(value) ? { ...object, ...value } : object;
  const inner = object[field];
  const here = below.length === 0 ? value : put(isJsonObject(inner) ? inner : {}, below, value);
  return { ...object, [field]: isJsonObject(here) && isJsonObject(inner) ? { ...inner, ...here } : here };
}

/** What is at the path. */
export function valueAt(value: JsonValue | undefined, path: readonly string[]): JsonValue | undefined {
  return path.reduce<JsonValue | undefined>((inner, field) => (isJsonObject(inner) ? inner[field] : undefined), value);
}

/** The object without what is at the path; whatever is empty then goes too. */
export function without(object: JsonObject, [field = "", ...below]: readonly string[]): JsonObject {
  const { [field]: inner, ...rest } = object;
  if (below.length === 0) return rest;
  if (!isJsonObject(inner)) return object;
  const left = without(inner, below);
  return Object.keys(left).length === 0 ? rest : { ...object, [field]: left };
}
