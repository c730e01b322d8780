import { identifyItems } from "../resources/identify-items.ts";
import { identify, identityOf } from "../model/identity.ts";
import { keptField } from "../model/kept.ts";
import { isJsonObject, objectsOf, textOf, type JsonObject, type JsonValue } from "../model/json.ts";
import type { ItemList, ResourceKind } from "../resources/resource-kind.ts";
import { isVariableSecret } from "../resources/variable-set.ts";
import { templateUse } from "../resources/process-fields.ts";
import { holdsSecret, isReference, isSecretMark, isText, type Target } from "../model/graph.ts";

export interface WriteOptions {
  /** @throws when nothing in the space is known by that name */
  idOf(target: Target): string;
  /** The version of the step template that the target's content is at in the space. */
  templateVersionOf(target: Target): string;
  /** The secret to send; undefined leaves what the server has. @param place - see {@link listSecretPlaces} */
  secretAt(place: string): string | undefined;
  /** The document as the API gave it, when there is one: ids, versions and fields that we do not know are taken from it. */
  current?: JsonObject | undefined;
  /** By identity of an item of `current`, the one that the body gives it, where that is another. */
  itemIdentities?: ReadonlyMap<string, string> | undefined;
}

/** Where a body holds a secret. */
export interface SecretPlace {
  /** Unique in the body, and the same whatever its items are called by then: the path as JSON. */
  place: string;
  /** The same with the items' names, as earlier versions told places apart. */
  formerPlace: string;
  /** Field names and item names. */
  path: string[];
  /** The Octopus variable that has the value; null when none has. */
  variable: string | null;
  named?: string;
  isKept?: boolean;
  unresolvable?: string;
}

/** A body in graph form as the API wants it: the opposite of `readBody`. What items say about themselves in `$…` is not sent. */
export function writeBody(kind: ResourceKind, body: JsonObject, options: WriteOptions): JsonObject {
  const { Links: _links, ...current } = options.current ?? {};
  const items = kind.items ?? [];
  const writer: Writer = { ...options, items, movable: listMovable({ ...options, items }, current) };
  const written = writeObject(withoutOwnFields(body), { writer, path: [], fields: [] });
  return { ...kind.constants, ...current, ...withItemIds(written, { writer, body, current, fields: [] }) };
}

/** Every secret in the body, in order. */
export function listSecretPlaces(kind: ResourceKind, body: JsonObject): SecretPlace[] {
  const places: SecretPlace[] = [];
  // Most bodies have none, and to say where everything is takes longer.
  if (!holdsSecret(body)) return places;
  const visit = (value: JsonValue, { keys, path, fields }: Position): void => {
    if (isSecretMark(value)) places.push({ place: toPlace(keys), formerPlace: toPlace(path), path, ...value.$secret });
    else if (Array.isArray(value))
      keyElements(value, { items: kind.items ?? [], fields }).forEach(({ key, name, item }) =>
        visit(item, { keys: [...keys, key], path: [...path, name], fields }),
      );
    else if (isJsonObject(value))
      for (const [field, inner] of Object.entries(value))
        if (isNested(inner))
          visit(inner, { keys: [...keys, field], path: [...path, field], fields: [...fields, field] });
  };
  visit(body, { keys: [], path: [], fields: [] });
  return places;
}

interface Position {
  /** Field names, and what tells items from one another. */
  keys: string[];
  /** Field names and item names. */
  path: string[];
  fields: string[];
}

/** The body without the secrets at these places, or without any. A variable stays, without a value. */
export function dropSecrets(kind: ResourceKind, body: JsonObject, places?: ReadonlySet<string>): JsonObject {
  const drop = (value: JsonValue, path: string[], fields: string[]): JsonValue => {
    if (Array.isArray(value))
      return keyElements(value, { items: kind.items ?? [], fields }).map(({ key, item }) =>
        drop(item, [...path, key], fields),
      );
    if (!isJsonObject(value) || isReference(value) || isText(value) || isSecretMark(value)) return value;
    const kept = Object.entries(value).filter(
      ([field, inner]) => !isDropped(value, field, inner) || !(places?.has(toPlace([...path, field])) ?? true),
    );
    return Object.fromEntries(
      kept.map(([field, inner]) => [
        field,
        isNested(inner) ? drop(inner, [...path, field], [...fields, field]) : inner,
      ]),
    );
  };
  const dropped = drop(body, [], []);
  return isJsonObject(dropped) ? dropped : body;
}

/** Only there are secrets: most fields are texts, for which no place is needed. */
function isNested(value: JsonValue): boolean {
  return typeof value === "object" && value !== null;
}

function isDropped(owner: JsonObject, field: string, value: JsonValue): boolean {
  return isSecretMark(value) && !isVariableSecret(owner, field);
}

function toPlace(path: string[]): string {
  return JSON.stringify(path);
}

interface Writer extends WriteOptions {
  items: readonly ItemList[];
  /** By identity, items of the document that is there which may be written into another item than the one that they are in. */
  movable: ReadonlyMap<string, JsonObject>;
}

interface Place {
  writer: Writer;
  path: string[];
  fields: string[];
}

function writeObject(object: JsonObject, place: Place): JsonObject {
  const fields = Object.entries(object).filter(([field, value]) => field !== keptField || !Array.isArray(value));
  const written = Object.fromEntries(
    fields.map(([field, value]) => {
      const inner = { ...place, path: [...place.path, field], fields: [...place.fields, field] };
      const isVariable = isVariableSecret(object, field);
      return [field, isSecretMark(value) ? writeSecret(inner, { isVariable }) : writeValue(value, inner)];
    }),
  );
  const template = object[templateUse.id];
  return isReference(template)
    ? { ...written, [templateUse.version]: place.writer.templateVersionOf(template.$ref) }
    : written;
}

function writeValue(value: JsonValue, place: Place): JsonValue {
  if (isReference(value)) return place.writer.idOf(value.$ref);
  if (isText(value))
    return value.$text.map((piece) => (isReference(piece) ? place.writer.idOf(piece.$ref) : piece)).join("");
  if (Array.isArray(value)) return writeList(value, place);
  return isJsonObject(value) ? writeObject(value, place) : value;
}

function writeList(list: JsonValue[], place: Place): JsonValue {
  const { items } = place.writer;
  const isDeclared = findList(items, place.fields) !== undefined;
  return keyElements(list, { items, fields: place.fields }).map(({ key, item }) =>
    writeValue(isDeclared && isJsonObject(item) ? withoutOwnFields(item) : item, {
      ...place,
      path: [...place.path, key],
    }),
  );
}

/** A variable's value is bare; every other secret says whether there is one. Without a new value the server keeps its own. */
function writeSecret({ writer, path }: Place, { isVariable }: { isVariable: boolean }): JsonValue {
  const value = writer.secretAt(toPlace(path)) ?? null;
  return isVariable ? value : { HasValue: true, NewValue: value };
}

interface KeyedElement {
  key: string;
  name: string;
  item: JsonValue;
}

/** What a list holds, with what tells one from another: the items of a declared list by their identities, others by their places. */
function keyElements(
  list: JsonValue[],
  { items, fields }: { items: readonly ItemList[]; fields: string[] },
): KeyedElement[] {
  const declared = findList(items, fields);
  if (declared === undefined || !list.every(isJsonObject))
    return list.map((item, index) => ({ key: String(index), name: String(index), item }));
  return [...identifyItems(declared, list)].map(([name, item]) => ({ key: identityOf(item) ?? name, name, item }));
}

/** Octopus has no field that begins so; only in maps, where people name the fields, it is theirs. */
function withoutOwnFields(item: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(item).filter(([field]) => !field.startsWith("$")));
}

interface CurrentPlace {
  writer: Writer;
  /** In graph form, item by item the same as what was written of it. */
  body: JsonObject;
  current: JsonObject;
  fields: string[];
}

/** Items keep the ids that they have in the space, so that what points to them goes on pointing to them. */
function withItemIds(written: JsonObject, { writer, body, current, fields }: CurrentPlace): JsonObject {
  const result = { ...written };
  for (const field of Object.keys(written)) {
    const inner = [...fields, field];
    const list = findList(writer.items, inner);
    if (list === undefined) continue;
    const known = keyCurrent(list, writer, objectsOf(current, field));
    const bodies = objectsOf(body, field);
    const items = [...identifyItems(list, objectsOf(written, field))];
    result[field] = items.map(([name, item], index) => {
      const own = bodies[index] ?? {};
      const key = identityOf(own) ?? name;
      const like = known.get(key) ?? (list.isNamedOnce === true ? writer.movable.get(key) : undefined);
      return withOwnId(item, { writer, body: own, current: like, fields: inner });
    });
  }
  return result;
}

function listMovable(writer: Omit<Writer, "movable">, current: JsonObject): Map<string, JsonObject> {
  const lists = writer.items.filter(({ isNamedOnce }) => isNamedOnce === true);
  return new Map(
    lists.flatMap((list) => [
      ...keyCurrent(
        list,
        writer,
        list.path.reduce((holders, field) => holders.flatMap((one) => objectsOf(one, field)), [current]),
      ),
    ]),
  );
}

/** The items of the document that is there, by the identities of the body's, and by name for bodies that have none. */
function keyCurrent(list: ItemList, { itemIdentities }: WriteOptions, items: JsonObject[]): Map<string, JsonObject> {
  const keyed = new Map<string, JsonObject>(identifyItems(list, items));
  for (const item of items) {
    if (textOf(item, "Id") === "") continue;
    const identity = identify(textOf(item, "Id"));
    const known = itemIdentities?.get(identity) ?? identity;
    if (known !== "") keyed.set(known, item);
  }
  return keyed;
}

function withOwnId(
  item: JsonObject,
  { writer, body, current, fields }: Omit<CurrentPlace, "current"> & { current: JsonObject | undefined },
): JsonObject {
  const { Links: _links, ...known } = current ?? {};
  const inner = withItemIds(item, { writer, body, current: known, fields });
  return textOf(known, "Id") === "" ? inner : { ...known, ...inner };
}

function findList(items: readonly ItemList[], fields: readonly string[]): ItemList | undefined {
  return items.find((list) => list.path.join() === fields.join());
}
