import type { Difference } from "../compare/difference.ts";
import { describeValues } from "../compare/describe-value.ts";
import { elementName } from "../compare/elements.ts";
import { isEmpty, isSame } from "../compare/is-same.ts";
import { findItemList, keyItems } from "../compare/keyed-items.ts";
import { isMergeable } from "../compare/merge-states.ts";
import { placeInWords } from "../compare/place-in-words.ts";
import { isReference, isSecretMark } from "../model/graph.ts";
import { identityField } from "../model/identity.ts";
import { isJsonObject, parseJson, type JsonObject, type JsonValue } from "../model/json.ts";
import { keptField } from "../model/kept.ts";
import { getKind } from "../resources/index.ts";
import type { ResourceKind } from "../resources/resource-kind.ts";

/** What becomes of one field, in words. */
export interface FieldChange {
  /** The list and the item that the field is in: `Variables` and `Region (Environment: Test)`; "" for the resource itself. */
  list: string;
  item: string;
  /** `Script`; "" for the whole of the item. */
  field: string;
  what: ChangedValue;
}

export type ChangedValue =
  | { kind: "text"; old: string; now: string }
  | { kind: "list"; added: string[]; removed: string[] }
  | { kind: "order"; old: string[]; now: string[] }
  | { kind: "secret"; isNew: boolean };

interface Pair {
  old: JsonValue | undefined;
  now: JsonValue | undefined;
  /** What is a secret in it is shown in none. */
  base: JsonValue | undefined;
}

interface At {
  kind: ResourceKind;
  path: readonly string[];
  /** Field names alone. */
  fields: readonly string[];
}

/** The fields that differ, those of what is new or gone one by one. @param kindId - of the resource that it is in */
export function listFieldChanges(
  kindId: string,
  { path, what, base }: Pick<Difference, "path" | "base"> & { what: string },
  values: Omit<Pair, "base">,
): FieldChange[] {
  const kind = getKind(kindId);
  const pair = { ...values, base };
  if (what === "reordered") return [{ ...toPlace({ kind, path, fields: [] }), what: toOrder(pair) }];
  return listInside({ kind, path, fields: listFields(kind, path) }, pair);
}

/** The path without names of items. */
function listFields(kind: ResourceKind, path: readonly string[]): string[] {
  const fields: string[] = [];
  let isName = false;
  for (const part of path) {
    if (isName) isName = false;
    else {
      fields.push(part);
      isName = findItemList(kind, fields) !== undefined;
    }
  }
  return fields;
}

function listInside(at: At, pair: Pair): FieldChange[] {
  const { old, now, base } = pair;
  if (isSame(old, now)) return [];
  const list = findItemList(at.kind, at.fields);
  if (list !== undefined && (Array.isArray(old) || Array.isArray(now))) {
    const [was, is, had] = [old, now, base].map(
      (value) => new Map(keyItems(list, toObjects(value)).map((one) => [one.key, one])),
    );
    return [...new Set([...(was?.keys() ?? []), ...(is?.keys() ?? [])])].flatMap((key) => {
      const [before, after] = [was?.get(key), is?.get(key)];
      const name = (after ?? before)?.name ?? key;
      return listInside(
        { ...at, path: [...at.path, name] },
        {
          old: before?.item,
          now: after?.item,
          base: had?.get(key)?.item,
        },
      );
    });
  }
  if ((isMergeable(old) || isMergeable(now)) && [old, now].every((value) => isMergeable(value) || isEmpty(value)))
    return listFieldsOf(at, pair);
  const what = toChange(at, pair);
  return what === undefined ? [] : [{ ...toPlace(at), what }];
}

/** What a new or a gone item is called stands above it, and what is off in it is not told. */
function listFieldsOf(at: At, { old, now, base }: Pair): FieldChange[] {
  const isWhole = !isMergeable(old) || !isMergeable(now);
  const names = new Set([old, now].flatMap((value) => (isMergeable(value) ? Object.keys(value) : [])));
  return [...names].flatMap((field) => {
    if (field === identityField || field === keptField) return [];
    const pair = { old: fieldOf(old, field), now: fieldOf(now, field), base: fieldOf(base, field) };
    if (isWhole && isUntold(field, pair)) return [];
    return listInside({ ...at, path: [...at.path, field], fields: [...at.fields, field] }, pair);
  });
}

function isUntold(field: string, { old, now }: Omit<Pair, "base">): boolean {
  const value = now ?? old;
  return ["Name", "Slug", "Type", "IsEditable"].includes(field) || value === false || value === "False";
}

function toPlace({ kind, path }: At): Omit<FieldChange, "what"> {
  return placeInWords(kind, path);
}

function toChange({ path }: At, { old, now, base }: Pair): ChangedValue | undefined {
  if (isSecretMark(now)) return { kind: "secret", isNew: isEmpty(old) };
  if (isList(old) && isList(now)) {
    const [was, is] = [toList(old), toList(now)];
    return {
      kind: "list",
      added: is.filter((one) => !was.includes(one)),
      removed: was.filter((one) => !is.includes(one)),
    };
  }
  const [before = "", after = ""] = describeValues([old, now, base]);
  const isProperty = path.includes("Properties") || typeof now === "boolean" || typeof old === "boolean";
  const say = (text: string): string => (isProperty ? sayYes(text) : text);
  return { kind: "text", old: say(spread(before)), now: say(spread(after)) };
}

function toOrder({ old, now }: Omit<Pair, "base">): ChangedValue {
  return { kind: "order", old: toList(old), now: toList(now) };
}

/** Names; an empty list is one, too. */
function isList(value: JsonValue | undefined): boolean {
  if (isEmpty(value)) return true;
  return Array.isArray(value) && value.every((one) => typeof one === "string" || isReference(one));
}

function toList(value: JsonValue | undefined): string[] {
  return Array.isArray(value) ? value.map((one) => (isReference(one) ? nameOf(one) : elementName(one))) : [];
}

function nameOf(value: JsonValue): string {
  if (!isReference(value)) return "";
  const { kind, key } = value.$ref;
  return kind === "tag" ? key.join("/") : (key.at(-1) ?? "");
}

function sayYes(text: string): string {
  return /^true$/i.test(text) ? "yes" : /^false$/i.test(text) ? "no" : text;
}

/** JSON in a property is read line by line. */
function spread(text: string): string {
  if (!/^\s*[[{]/.test(text)) return text;
  const parsed = parseJson(text);
  return typeof parsed === "object" && parsed !== null ? JSON.stringify(parsed, undefined, 2) : text;
}

function fieldOf(value: JsonValue | undefined, field: string): JsonValue | undefined {
  return isMergeable(value) ? value[field] : undefined;
}

function toObjects(value: JsonValue | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}
