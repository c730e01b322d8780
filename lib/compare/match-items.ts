import { identityField, identityOf, toOwnIdentity } from "../model/identity.ts";
import { isJsonObject, objectsOf, textOf, type JsonObject, type JsonValue } from "../model/json.ts";
import { foldName } from "../octopus/same-name.ts";
import type { ItemList, ResourceKind } from "../resources/resource-kind.ts";
import { isSame } from "./is-same.ts";
import { findItemList, keyItems, type KeyedItem } from "./keyed-items.ts";

export interface ItemMatching {
  kind: ResourceKind;
  /** What the package says. */
  desired: JsonObject;
  /** What is in the space. */
  current: JsonObject;
  /** What the template said when it was settled last; absent when nobody knows. */
  base: JsonObject | undefined;
  /** What runs that did not finish were deploying. */
  pending: readonly JsonObject[];
  /** By identity of the template's items, that of the space's. */
  items: Readonly<Record<string, string>>;
  /** All identities of the package's items. Another server may give the same ids to other things. */
  templates: ReadonlySet<string>;
  /** Takes every item that is called the same: nothing in it is a person's, or all of it is adopted. */
  isAdopting: boolean;
}

/**
 * What is in the space, with the identity that the template's items have: first by what was recorded, then, for what deployments
 * wrote before, by slug and name. An item that people made keeps an identity of its own, whatever it is called.
 */
export function matchItems(matching: ItemMatching): JsonObject {
  return matchInside(matching, {
    desired: matching.desired,
    current: matching.current,
    written: [matching.base, ...matching.pending].filter((body) => body !== undefined),
    base: matching.base,
    fields: [],
  });
}

interface Level {
  desired: JsonObject;
  current: JsonObject;
  /** What deployments wrote, or were about to write. */
  written: JsonObject[];
  base: JsonObject | undefined;
  fields: readonly string[];
}

function matchInside(matching: ItemMatching, level: Level): JsonObject {
  const entries = Object.entries(level.current).map(([field, value]) => {
    const fields = [...level.fields, field];
    const list = findItemList(matching.kind, fields);
    const matched: JsonValue = list === undefined ? value : matchList(matching, level, { list, field, fields });
    return [field, matched] satisfies [string, JsonValue];
  });
  return Object.fromEntries(entries);
}

interface ListPlace {
  list: ItemList;
  field: string;
  fields: readonly string[];
}

function matchList(matching: ItemMatching, level: Level, { list, field, fields }: ListPlace): JsonObject[] {
  const desired = keyItems(list, objectsOf(level.desired, field));
  const current = keyItems(list, objectsOf(level.current, field));
  const written = level.written.map((body) => byKey(keyItems(list, objectsOf(body, field))));
  const base = byKey(level.base === undefined ? [] : keyItems(list, objectsOf(level.base, field)));
  const pairs = pairItems(matching, { desired, current, written, base });
  return current.map((keyed) => {
    const like = pairs.get(keyed);
    const inner = matchInside(matching, {
      desired: like?.item ?? {},
      current: keyed.item,
      written: written.flatMap((items): JsonObject[] => [items.get(like?.key ?? "")?.item ?? []].flat()),
      base: base.get(like?.key ?? "")?.item,
      fields,
    });
    return like === undefined ? setApart(matching, inner) : withIdentityOf(inner, like.item);
  });
}

/** What is the space's own is none of the template's, though it may have the id of one there. */
function setApart({ templates }: ItemMatching, item: JsonObject): JsonObject {
  const identity = identityOf(item);
  if (identity === undefined || !templates.has(identity)) return item;
  return { ...item, [identityField]: toOwnIdentity(identity) };
}

interface Sides {
  /** Of the package, and of what the base had and the package lost. */
  desired: KeyedItem[];
  current: KeyedItem[];
  written: Keyed[];
  base: Keyed;
}

type Keyed = ReadonlyMap<string, KeyedItem>;

/** Of two with one key the first. */
function byKey(items: readonly KeyedItem[]): Keyed {
  const keyed = new Map<string, KeyedItem>();
  for (const item of items) if (!keyed.has(item.key)) keyed.set(item.key, item);
  return keyed;
}

/** By item of the space, the template's. */
function pairItems(matching: ItemMatching, sides: Sides): Map<KeyedItem, KeyedItem> {
  const pairs = new Map<KeyedItem, KeyedItem>();
  const wanted = byKey(sides.desired);
  const gone = [...sides.base.values()].filter(({ key }) => !wanted.has(key));
  const templates = [...sides.desired, ...gone];
  const isFree = (own: KeyedItem): boolean => !pairs.has(own);
  const take = (own: KeyedItem | undefined, like: KeyedItem): void => void (own !== undefined && pairs.set(own, like));
  const present = byKey(sides.current);
  for (const like of templates) {
    const own = findRecorded(matching, present, like);
    if (own !== undefined && isFree(own)) take(own, like);
  }
  const taken = new Set(pairs.values());
  const spelled = new Set(sides.current.map(({ name }) => name));
  // What is spelled the same comes before what is the same but for case.
  const open = templates
    .filter((one) => !taken.has(one))
    .toSorted((a, b) => Number(spelled.has(b.name)) - Number(spelled.has(a.name)));
  for (const like of open) take(findAlike(matching, { ...sides, current: sides.current.filter(isFree) }, like), like);
  return pairs;
}

function findRecorded({ items }: ItemMatching, present: Keyed, { item }: KeyedItem): KeyedItem | undefined {
  const identity = identityOf(item);
  const own = identity === undefined ? undefined : items[identity];
  return own === undefined ? undefined : present.get(own);
}

/** Called the same, and written by a deployment, or of the very same content: then it is nobody's either. */
function findAlike(
  { isAdopting }: ItemMatching,
  { current, written, base }: Sides,
  like: KeyedItem,
): KeyedItem | undefined {
  const named = findNamed(current, like);
  if (named === undefined || isAdopting || identityOf(like.item) === undefined) return named;
  if (base.has(like.key)) return named;
  const deployed = written.flatMap((items) => items.get(like.key) ?? []);
  return [like, ...deployed].some(({ item }) => isSame(item, named.item)) ? named : undefined;
}

function findNamed(current: readonly KeyedItem[], { name, item }: KeyedItem): KeyedItem | undefined {
  const slug = textOf(item, "Slug");
  return (
    current.find((own) => slug !== "" && foldName(textOf(own.item, "Slug")) === foldName(slug)) ??
    current.find((own) => own.name === name) ??
    current.find((own) => foldName(own.name) === foldName(name))
  );
}

function withIdentityOf(item: JsonObject, like: JsonObject): JsonObject {
  const { [identityField]: _own, ...rest } = item;
  const identity = identityOf(like);
  return identity === undefined ? rest : { ...rest, [identityField]: identity };
}

/**
 * By identity of the space's items, that of the template's that they were matched with, which may be the same; "" for one that has none.
 * Items that were set apart have another one, too.
 */
export function listMatches(
  { kind, current, templates }: Pick<ItemMatching, "kind" | "current" | "templates">,
  matched: JsonObject,
): Map<string, string> {
  const found = new Map<string, string>();
  const visit = (own: JsonObject, like: JsonObject, fields: readonly string[]): void => {
    for (const field of Object.keys(like)) {
      const inner = [...fields, field];
      if (findItemList(kind, inner) === undefined) continue;
      const items = objectsOf(own, field);
      objectsOf(like, field).forEach((item, index) => {
        const [identity, template = ""] = [identityOf(items[index] ?? {}), identityOf(item)];
        const isMatched = template !== identity || templates.has(template);
        if (identity !== undefined && isMatched) found.set(identity, template);
        visit(items[index] ?? {}, item, inner);
      });
    }
  };
  visit(current, matched, []);
  return found;
}

/**
 * A snapshot of the template's with the identities that its items have now: an item that was made again under the same name is the
 * same to people, and a package of an earlier format knows names alone.
 */
export function alignItems(kind: ResourceKind, snapshot: JsonObject, desired: JsonObject): JsonObject {
  return alignInside(kind, { snapshot, desired, fields: [] });
}

function alignInside(
  kind: ResourceKind,
  { snapshot, desired, fields }: { snapshot: JsonObject; desired: JsonObject; fields: readonly string[] },
): JsonObject {
  const entries = Object.entries(snapshot).map(([field, value]) => {
    const inner = [...fields, field];
    const list = findItemList(kind, inner);
    if (list === undefined || !Array.isArray(value)) return [field, value] satisfies [string, JsonValue];
    const items = keyItems(list, value.filter(isJsonObject));
    const known = byKey(items);
    const wanted = byKey(keyItems(list, objectsOf(desired, field)));
    const unknown = [...wanted.values()].filter(({ key }) => !known.has(key));
    const aligned = items.map((keyed): JsonObject => {
      const like: KeyedItem | undefined = wanted.get(keyed.key) ?? findNamed(unknown, keyed);
      const item = alignInside(kind, { snapshot: keyed.item, desired: like?.item ?? {}, fields: inner });
      return like === undefined ? item : withIdentityOf(item, like.item);
    });
    return [field, aligned] satisfies [string, JsonValue];
  });
  return Object.fromEntries(entries);
}
