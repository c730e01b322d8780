import { findNearNames } from "../near-names.ts";
import { isReference, isSecretMark, isText, type Key } from "../model/graph.ts";
import { isJsonObject, isSameJson, textOf, type JsonObject, type JsonValue } from "../model/json.ts";
import { identityField } from "../model/identity.ts";
import type { Path, Problem } from "../yaml/problem.ts";
import {
  leaf,
  placed,
  put,
  valueAt,
  without,
  type At,
  type Field,
  type Fields,
  type Reading,
  type Value,
} from "./value.ts";
import { many } from "./words.ts";

/** A group of keys, and what it is in the body. */
export interface Shape {
  fields: Fields;
  /** A field by which it has others: what an account needs depends on its type. */
  variants?: Variants;
  /** What follows from the other fields of the body, and is not said. */
  implied?: (body: JsonObject) => readonly (readonly [at: string, value: JsonValue])[];
  /** Fields of the body that no baseline says: another word for the name, or where it is in a list. */
  unsaid?: readonly string[];
  /** What a body means that does not have these fields. */
  assumed?: JsonObject;
  /** What is not said whole is not said: the rest would be for more than it is. */
  isWhole?: boolean;
  /** What no field can tell by itself. */
  check?: (group: JsonObject, path: Path) => Problem[];
  /** What may not be in a list twice; by its name, whatever the case, when nothing is said here. */
  identify?: (group: JsonObject) => string;
  /** How a sentence about two of them ends. */
  twice?: string;
}

interface Variants {
  /** The key that tells which one it is. */
  by: string;
  at: readonly string[];
  about?: string;
  /** By the word for each. */
  cases: Readonly<Record<string, Variant>>;
  /** The word that is meant where none is said. */
  usual?: string;
}

interface Variant {
  /** What the API calls it. */
  is: string;
  fields: Fields;
}

/** Of a group by its type: what the API calls each type, and what it has besides what all have. */
export function byType(
  at: At,
  cases: Readonly<Record<string, [is: string, fields?: Fields]>>,
  { by = "type", about, usual }: { by?: string; about?: string; usual?: string } = {},
): Variants {
  const { at: path } = leaf(at, about, anything);
  const entries = Object.entries(cases).map(([word, [is, fields = {}]]) => [word, { is, fields }] as const);
  return {
    by,
    at: path,
    ...(about !== undefined && { about }),
    ...(usual !== undefined && { usual }),
    cases: Object.fromEntries(entries),
  };
}

const group = {
  schema: {},
  wanted: "a group of keys and values",
  isSaid: isJsonObject,
  toBody: (value: JsonValue) => value,
  fromBody: (value: JsonValue) => value,
};
const anything = { ...group, isSaid: () => true };

/** A group of keys as a value. */
export function shaped(shape: Shape): Value {
  return {
    schema: () => toSchema(shape),
    check: (value, path) => checkGroup(shape, value, path),
    toBody: (value, key) => (isJsonObject(value) ? toBody(shape, value, key) : value),
    fromBody: (value, reading) =>
      isJsonObject(value) && isOfKnownType(shape, value) ? fromBody(shape, value, reading) : undefined,
  };
}

/** A group of keys at a place. */
export function object(at: At, about: string | undefined, shape: Shape): Field {
  return placed(at, about, shaped(shape));
}

/** A list of groups, of which no two are the same. */
export function list(at: At, about: string | undefined, shape: Shape): Field {
  const item = object(at, about, shape);
  const field = many(item);
  return {
    ...field,
    check: (value, path) => [...field.check(value, path), ...findTwice(shape, value, path)],
    fromBody: (value, reading) => (Array.isArray(value) ? value.flatMap(readItem(item, reading)) : undefined),
  };
}

/** What cannot be said is told by its name. */
function readItem(item: Field, reading: Reading): (value: JsonValue) => JsonValue[] {
  return (value) => {
    const name = isJsonObject(value) ? `[${textOf(value, "Name")}]` : "[]";
    const read = item.fromBody(value, { ...reading, tell: (what) => reading.tell(`${name}.${what}`) });
    if (read === undefined) reading.tell(name);
    return read === undefined ? [] : [read];
  };
}

function findTwice(shape: Shape, value: JsonValue, path: Path): Problem[] {
  const { identify = nameOf, twice = ". Octopus does not tell names apart by upper and lower case" } = shape;
  const seen = new Set<string>();
  return (Array.isArray(value) ? value : []).flatMap((item, index) => {
    if (!isJsonObject(item) || (shape.identify === undefined && item["name"] === undefined)) return [];
    const identity = identify(item);
    const isSeen = seen.has(identity);
    seen.add(identity);
    const text = `"${String(item["name"] ?? identity)}" is there twice${twice}.`;
    return isSeen ? [{ path: [...path, index, "name"], text }] : [];
  });
}

function nameOf({ name }: JsonObject): string {
  return String(name).toLowerCase();
}

function checkGroup(shape: Shape, value: JsonValue, path: Path): Problem[] {
  if (!isJsonObject(value)) return leaf("", undefined, group).check(value, path);
  const fields = listFields(shape, value);
  const isTyped = shape.variants === undefined || findVariant(shape, value) !== undefined;
  const unknown = isTyped ? Object.keys(value).filter((key) => !Object.hasOwn(fields, key)) : [];
  return [
    ...unknown.map((key) => ({ path: [...path, key], text: describeUnknown(key, fields), isAboutKey: true })),
    ...Object.entries(fields).flatMap(([key, field]) => checkField(field, value[key], { key, path })),
    ...(shape.check?.(value, path) ?? []),
  ];
}

function checkField(field: Field, value: JsonValue | undefined, { key, path }: { key: string; path: Path }): Problem[] {
  if (value !== undefined) return field.check(value, [...path, key]);
  return field.isRequired === true ? [{ path, text: `"${key}" is missing.` }] : [];
}

function describeUnknown(key: string, fields: Fields): string {
  const known = Object.keys(fields);
  return `"${key}" is not known here.${findNearNames(key, known) || ` Known are ${known.map((one) => `"${one}"`).join(", ")}.`}`;
}

/** Those that this one may have. */
function listFields({ fields, variants }: Shape, said: JsonObject): Fields {
  if (variants === undefined) return fields;
  const { name, ...rest } = fields;
  const own = findVariant({ fields, variants }, said)?.fields;
  return { ...(name && { name }), [variants.by]: typeField(variants), ...rest, ...own };
}

function typeField({ at, about, cases, usual }: Variants): Field {
  const words = Object.keys(cases);
  const meant = usual === undefined ? undefined : cases[usual]?.is;
  return {
    ...leaf(at, about, {
      schema: { type: "string", enum: words },
      wanted: `one of ${words.map((one) => `"${one}"`).join(", ")}`,
      isSaid: (value) => typeof value === "string" && Object.hasOwn(cases, value),
      toBody: (value) => cases[String(value)]?.is ?? null,
      fromBody: (value) => words.find((one) => cases[one]?.is === value),
    }),
    ...(meant === undefined ? { isRequired: true } : { whenLeftOut: meant, usual: meant }),
  };
}

function findVariant({ variants }: Shape, said: JsonObject): Variant | undefined {
  if (variants === undefined) return undefined;
  const { cases, by, usual = "" } = variants;
  const word = said[by] === undefined ? usual : textOf(said, by);
  return Object.hasOwn(cases, word) ? cases[word] : undefined;
}

/** The body that a group stands for: what it names, what follows from that, and what a new one cannot be without. */
export function toBody(shape: Shape, said: JsonObject, key: Key): JsonObject {
  const named = Object.entries(listFields(shape, said)).reduce<JsonObject>((made, [name, field]) => {
    const value = said[name];
    if (value !== undefined && value === field.whenNone) return made;
    const written = value === undefined ? field.whenLeftOut : field.toBody(value, key);
    return written === undefined ? made : put(made, field.at, written);
  }, {});
  return listImplied(shape, named).reduce((body, [path, value]) => {
    return valueAt(body, path) === undefined ? put(body, path, value) : body;
  }, named);
}

function listImplied({ implied }: Shape, body: JsonObject): (readonly [path: string[], value: JsonValue])[] {
  return (implied?.(body) ?? []).map(([at, value]) => [at.split("."), value]);
}

/** Whether there is a word for what the body's type is. */
export function isOfKnownType({ variants, ...shape }: Shape, body: JsonObject): boolean {
  return variants === undefined || Object.keys(toTyped({ ...shape, variants }, body)).length > 0;
}

/** What a baseline says of a body. */
export function fromBody(shape: Shape, body: JsonObject, reading: Reading): JsonObject | undefined {
  const implied = listImplied(shape, body).filter(([path, value]) => isSameJson(valueAt(body, path), value));
  const silent = [...implied.map(([path]) => path), ...(shape.unsaid ?? []).map((at) => at.split("."))];
  const said: JsonObject = {};
  let rest = silent.reduce(without, { ...shape.assumed, ...body });
  for (const [name, field] of Object.entries(listFields(shape, toTyped(shape, body)))) {
    const value = valueAt(rest, field.at);
    const read = readField(field, value, reading);
    if (value === undefined && field.whenNone !== undefined) said[name] = field.whenNone;
    if (read === undefined) continue;
    rest = field.at.length === 0 ? {} : without(rest, field.at);
    if (!isSameJson(value, field.usual) && !isEmpty(read)) said[name] = read;
  }
  const untold = listSaying(rest);
  for (const place of untold) reading.tell(place);
  return shape.isWhole === true && untold.length > 0 ? undefined : said;
}

function readField(field: Field, value: JsonValue | undefined, reading: Reading): JsonValue | undefined {
  if (value === undefined || (isNothing(value) && field.isEmptySaid !== true)) return undefined;
  const tell = (what: string): void => reading.tell([...field.at, what].join("."));
  return field.fromBody(value, { ...reading, tell });
}

/** What tells the variant. */
function toTyped({ variants }: Shape, body: JsonObject): JsonObject {
  if (variants === undefined) return {};
  const word = typeField(variants).fromBody(valueAt(body, variants.at) ?? null, { key: [], tell: () => undefined });
  return word === undefined ? {} : { [variants.by]: word };
}

function isNothing(value: JsonValue): boolean {
  return value === null || value === "" || (Array.isArray(value) ? value.length === 0 : isEmpty(value));
}

function isEmpty(value: JsonValue): boolean {
  return isJsonObject(value) && Object.keys(value).length === 0;
}

/** The places of all that says something: what is off, empty or none does not. */
function listSaying(value: JsonValue, path: readonly string[] = []): string[] {
  if (value === false || value === 0 || isNothing(value)) return [];
  if (!isJsonObject(value) || isReference(value) || isText(value) || isSecretMark(value)) return [path.join(".")];
  const fields = Object.keys(value).filter((field) => field !== identityField);
  return fields.flatMap((field) => listSaying(value[field] ?? null, [...path, field]));
}

function toSchema(shape: Shape): JsonObject {
  const { variants } = shape;
  if (variants === undefined) return toObjectSchema(shape.fields);
  const each = Object.keys(variants.cases).map((word) => {
    const fields = listFields(shape, { [variants.by]: word });
    return toObjectSchema(fields, { [variants.by]: { const: word } });
  });
  return { anyOf: each };
}

function toObjectSchema(fields: Fields, more: JsonObject = {}): JsonObject {
  const properties = Object.entries(fields).map(([name, field]): [string, JsonValue] => [
    name,
    {
      ...field.schema(),
      ...(isJsonObject(more[name]) && more[name]),
      ...(field.about !== undefined && { description: field.about }),
    },
  ]);
  const needed = Object.keys(fields).filter((name) => fields[name]?.isRequired === true);
  return {
    type: "object",
    properties: Object.fromEntries(properties),
    ...(needed.length > 0 && { required: needed }),
    additionalProperties: false,
  };
}
