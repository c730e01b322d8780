import { isJsonObject, setField, textOf, type JsonObject, type JsonValue } from "../model/json.ts";
import { identify, identityField } from "../model/identity.ts";
import { isReference, reference, type Reference, type SecretMark, type Target } from "../model/graph.ts";
import type { Field } from "../resources/field.ts";
import { bodyField, fieldIn, isOrdered, valueField } from "../resources/fields.ts";
import { isSensitiveValue } from "../resources/sensitive-value.ts";
import type { ItemList, ResourceKind } from "../resources/resource-kind.ts";
import { templateUse } from "../resources/process-fields.ts";
import { readText } from "./read-text.ts";
import { sortItems, sortPlain } from "./sort-lists.ts";
import { describeTrail, leadsTo, type Trail } from "./trail.ts";

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
    trail: undefined,
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
  const merged: MetIds = { ids: new Set(), tags: new Set(), stepTemplates: [] };
  for (const { ids, tags, stepTemplates } of all) {
    for (const id of ids) merged.ids.add(id);
    for (const tag of tags) merged.tags.add(tag);
    merged.stepTemplates.push(...stepTemplates);
  }
  return merged;
}

/** Where in a document a value is. */
export interface Place extends ReadOptions {
  items: readonly ItemList[];
  /** What the value here is. */
  field: Field;
  trail: Trail | undefined;
}

function readObject(object: JsonObject, place: Place): JsonObject {
  const template = findTemplateUse(object, place);
  const body: JsonObject = {};
  for (const name of Object.keys(object)) {
    if (template !== undefined && (name === templateUse.id || name === templateUse.version)) continue;
    const field = fieldIn(place.field, name);
    if (field.isServerMade === true) continue;
    const found = readField(object[name] ?? null, { object, place: enter(place, field, name) });
    if (found !== undefined) setField(body, name, found);
  }
  if (template !== undefined) body[templateUse.id] = template;
  return body;
}

function enter(place: Place, field: Field, name: string): Place {
  return at(place, field, { above: place.trail, name, isItem: false });
}

/** Spreading the place instead would cost more than all else here. */
function at({ names, onRemark, onUnknownId, items }: Place, field: Field, trail: Trail): Place {
  return { names, onRemark, onUnknownId, items, field, trail };
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
  if (value === false && place.field.isFalseUnsaid === true) return undefined;
  if (typeof value === "string" && place.field.isSecret === true) return value === "" ? undefined : mark(null);
  if (typeof value === "string") return readText(value, place);
  if (Array.isArray(value)) return readList(value, place);
  if (!isJsonObject(value)) return value;
  if (isSensitiveValue(value)) return value["HasValue"] === true ? mark(null) : undefined;
  return readObject(value, place);
}

function readList(list: JsonValue[], place: Place): JsonValue {
  const read = list.map((item) =>
    typeof item === "string"
      ? (readValue(item, place) ?? null)
      : readItem(item, at(place, place.field, { above: place.trail, name: pathName(item), isItem: true })),
  );
  const isPlain = read.every((item) => typeof item === "string" || isReference(item));
  return isPlain && !isOrdered(place.field) ? sortPlain(read) : read;
}

function readItem(item: JsonValue, place: Place): JsonValue {
  const read = readValue(item, place) ?? null;
  if (!isJsonObject(item) || !isJsonObject(read) || textOf(item, "Id") === "" || !isDeclared(place)) return read;
  return { ...read, [identityField]: identify(textOf(item, "Id")) };
}

function isDeclared({ items, trail }: Place): boolean {
  return items.some(({ path }) => leadsTo(trail, path));
}

function findTemplateUse(object: JsonObject, place: Place): Reference | undefined {
  const id = textOf(object, templateUse.id);
  if (id === "") return undefined;
  const target = place.names.findStepTemplate(id, textOf(object, templateUse.version));
  if (target === undefined) {
    place.onUnknownId?.({ path: describeTrail({ above: place.trail, name: templateUse.id, isItem: false }), id });
    return undefined;
  }
  return reference(target.kind, target.key);
}

function mark(variable: string | null): SecretMark {
  return { $secret: { variable } };
}

function pathName(item: JsonValue): string {
  return isJsonObject(item) ? `[${textOf(item, "Name")}]` : "[]";
}
