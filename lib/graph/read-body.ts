import { isJsonObject, textOf, type JsonObject, type JsonValue } from "../model/json.ts";
import { identify, identityField } from "../model/identity.ts";
import { isReference, reference, type Reference, type SecretMark, type Target } from "../model/graph.ts";
import type { Field } from "../resources/field.ts";
import { bodyField, fieldIn, isOrdered, valueField } from "../resources/fields.ts";
import type { ItemList, ResourceKind } from "../resources/resource-kind.ts";
import { templateUse } from "../resources/process-fields.ts";
import { isId } from "./ids.ts";
import { splitAtMeantIds, splitCommaList, type TextPiece } from "./ids-in-text.ts";
import { sortItems, sortPlain } from "./sort-lists.ts";

/** What the ids of one space are called. */
export interface Names {
  spaceId: string;
  /** The resource, or the item of one, that has the id; undefined when nothing known has it. */
  find(id: string): Target | undefined;
  /** @param tag - its canonical name, `Set/Tag` */
  findTag(tag: string): Target | undefined;
  /** Step templates are known by what they are at one version. */
  findStepTemplate(id: string, version: string): Target | undefined;
}

export interface ReadOptions {
  names: Names;
  /** Called for what was carried along as it is although it looks like an id. */
  onRemark?: (text: string) => void;
  /** Called for an id, or a tag, in a place for ids that nothing has; the text stays. */
  onUnknownId?: (unknown: { path: string; id: string }) => void;
}

/** The ids and tags that a document points to, for looking all of them up at once. */
export interface MetIds {
  ids: Set<string>;
  tags: Set<string>;
  stepTemplates: { id: string; version: string }[];
}

/** The space that a graph is read from or applied to, whatever it is called there. */
export const ownSpace: Target = { kind: "space", key: ["."] };

/**
 * A document as a graph carries it: without what the server makes and what is null, with references for ids and marks for secrets, and
 * with lists sorted whose order means nothing. Items say in `$id` which ones of their space they are; but for that, two spaces that
 * hold the same give equal bodies.
 */
export function readBody(kind: ResourceKind, document: JsonObject, options: ReadOptions): JsonObject {
  const body = readObject(document, {
    ...options,
    items: kind.items ?? [],
    field: bodyField(kind),
    path: [],
    fields: [],
  });
  return sortItems(kind, body);
}

/** What {@link readBody} will ask `names` for. */
export function collectIds(kind: ResourceKind, document: JsonObject): MetIds {
  const met: MetIds = { ids: new Set(), tags: new Set(), stepTemplates: [] };
  const names: Names = {
    spaceId: "",
    find: (id) => void met.ids.add(id),
    findTag: (tag) => void met.tags.add(tag),
    findStepTemplate: (id, version) => void met.stepTemplates.push({ id, version }),
  };
  readBody(kind, document, { names });
  return met;
}

/** What several documents point to. */
export function mergeMet(all: readonly MetIds[]): MetIds {
  return {
    ids: new Set(all.flatMap(({ ids }) => [...ids])),
    tags: new Set(all.flatMap(({ tags }) => [...tags])),
    stepTemplates: all.flatMap(({ stepTemplates }) => stepTemplates),
  };
}

/** Why a step's own secret cannot be sent: no variable holds it. */
export const heldByStep =
  "no variable holds it: move the value into a sensitive variable and let the field refer to that";

interface Place extends ReadOptions {
  items: readonly ItemList[];
  /** What the value here is. */
  field: Field;
  /** Field and item names, for people. */
  path: string[];
  /** Field names alone, as kinds name lists of items. */
  fields: string[];
}

function readObject(object: JsonObject, place: Place): JsonObject {
  const template = findTemplateUse(object, place);
  const body: JsonObject = {};
  for (const [name, value] of Object.entries(template?.rest ?? object)) {
    const inner = enter(place, name);
    const read = inner.field.isServerMade === true ? undefined : readField(value, { object, place: inner });
    if (read !== undefined) body[name] = read;
  }
  return template === undefined ? body : { ...body, [templateUse.id]: template.reference };
}

function enter(place: Place, name: string): Place {
  return {
    ...place,
    field: fieldIn(place.field, name),
    path: [...place.path, name],
    fields: [...place.fields, name],
  };
}

function readField(value: JsonValue, { object, place }: { object: JsonObject; place: Place }): JsonValue | undefined {
  if (place.field.text === "value") return readVariableValue(value, { variable: object, place });
  return readValue(value, place);
}

/** A secret, the id of an account or the like, or a text. */
function readVariableValue(
  value: JsonValue,
  { variable, place }: { variable: JsonObject; place: Place },
): JsonValue | undefined {
  if (variable["IsSensitive"] === true) return mark(textOf(variable, "Name"));
  return readValue(value, { ...place, field: valueField(variable) });
}

function readValue(value: JsonValue, place: Place): JsonValue | undefined {
  if (value === null) return place.field.isEmptySaid === true ? null : undefined;
  if (typeof value === "string") return readText(value, place);
  if (Array.isArray(value)) return readList(value, place);
  if (!isJsonObject(value)) return value;
  if (isSensitiveValue(value)) return value["HasValue"] === true ? mark(null) : undefined;
  return readObject(value, place);
}

function readList(list: JsonValue[], place: Place): JsonValue {
  const read = list.map((item) => readItem(item, { ...place, path: [...place.path, pathName(item)] }));
  const isPlain = read.every((item) => typeof item === "string" || isReference(item));
  return isPlain && !isOrdered(place.field) ? sortPlain(read) : read;
}

function readItem(item: JsonValue, place: Place): JsonValue {
  const read = readValue(item, place) ?? null;
  if (!isJsonObject(item) || !isJsonObject(read) || textOf(item, "Id") === "" || !isDeclared(place)) return read;
  return { ...read, [identityField]: identify(textOf(item, "Id")) };
}

function isDeclared({ items, fields }: Place): boolean {
  return items.some((list) => list.path.join() === fields.join());
}

function readText(text: string, place: Place): JsonValue {
  switch (place.field.text) {
    case "words":
    case "program":
    case "actionName":
      return text;
    case "tag":
      return readTag(text, place);
    case "action":
      return readAction(text, place);
    case "id":
      return readIds(text, place);
    default:
      return readFreeText(text, place);
  }
}

function readTag(tag: string, place: Place): JsonValue {
  const target = place.names.findTag(tag);
  return target === undefined ? reportUnknown(tag, place) : reference(target.kind, target.key);
}

function readAction(id: string, place: Place): JsonValue {
  const found = id === "" ? undefined : findReference(id, place);
  return found ?? (isGuid(id) ? reportUnknown(id, place) : id);
}

/** One id, or several with commas between. */
function readIds(text: string, place: Place): JsonValue {
  if (!isId(text) && /^[A-Z][A-Za-z]+-\d+$/.test(text)) return remarkUnknown(text, place);
  return toText(splitCommaList(text), (id) => findReference(id, place) ?? reportUnknown(id, place));
}

function readFreeText(text: string, place: Place): JsonValue {
  const read = toText(
    splitAtMeantIds(text, place.names.spaceId),
    (id) => findReference(id, place) ?? remarkUnknown(id, place),
  );
  if (read !== text)
    place.onRemark?.(`${describePath(place.path)} has ids in its text: a copy has those of its own space there`);
  return read;
}

/** The text with references for its ids. */
export function toText(pieces: TextPiece[], find: (id: string) => string | Reference): JsonValue {
  const found = pieces.map((piece) => (piece.isId ? find(piece.text) : piece.text));
  const [only = "", ...more] = joinNeighbors(found.filter((piece) => piece !== ""));
  return more.length === 0 ? only : { $text: [only, ...more] };
}

function reportUnknown(id: string, place: Place): string {
  place.onUnknownId?.({ path: describePath(place.path), id });
  return id;
}

function remarkUnknown(id: string, place: Place): string {
  place.onRemark?.(
    `${describePath(place.path)} holds "${id}", which looks like an id, but nothing in the space has it: the text is carried along as it is`,
  );
  return id;
}

/** What the id is called; undefined when nothing known has it. */
export function findReference(id: string, { names }: Pick<ReadOptions, "names">): Reference | undefined {
  const target = id === names.spaceId ? ownSpace : names.find(id);
  return target === undefined ? undefined : reference(target.kind, target.key);
}

/** Steps and actions have such ids. */
export function isGuid(text: string): boolean {
  return /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(text);
}

function findTemplateUse(object: JsonObject, place: Place): { rest: JsonObject; reference: Reference } | undefined {
  const id = textOf(object, templateUse.id);
  if (id === "") return undefined;
  const target = place.names.findStepTemplate(id, textOf(object, templateUse.version));
  if (target === undefined) {
    place.onUnknownId?.({ path: describePath([...place.path, templateUse.id]), id });
    return undefined;
  }
  const { [templateUse.id]: _id, [templateUse.version]: _version, ...rest } = object;
  return { rest, reference: reference(target.kind, target.key) };
}

function mark(variable: string | null): SecretMark {
  return { $secret: variable === null ? { variable, unresolvable: heldByStep } : { variable } };
}

/** Octopus's way of not telling a secret: whether there is one. */
function isSensitiveValue(value: JsonObject): boolean {
  return (
    typeof value["HasValue"] === "boolean" &&
    Object.keys(value).every((field) => ["HasValue", "NewValue", "Hint"].includes(field))
  );
}

function joinNeighbors(pieces: (string | Reference)[]): (string | Reference)[] {
  const joined: (string | Reference)[] = [];
  for (const piece of pieces) {
    const last = joined.at(-1);
    if (typeof piece === "string" && typeof last === "string") joined[joined.length - 1] = last + piece;
    else joined.push(piece);
  }
  return joined;
}

function pathName(item: JsonValue): string {
  return isJsonObject(item) ? `[${textOf(item, "Name")}]` : "[]";
}

function describePath(path: string[]): string {
  return path
    .filter((part) => part !== "[]")
    .join(".")
    .replaceAll(".[", "[")
    .replaceAll("[]", "");
}
