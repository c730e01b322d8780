import type { GraphNode, Remark, Target } from "../model/graph.ts";
import { isReference, isSecretMark, isText } from "../model/graph.ts";
import { isJsonObject, textOf, type JsonObject, type JsonValue } from "../model/json.ts";
import { keptField, keptFieldsOf } from "../model/kept.ts";
import { nameItems } from "../graph/read-names.ts";
import type { Field } from "../resources/field.ts";
import { bodyField, fieldIn, valueField } from "../resources/fields.ts";
import { getKind } from "../resources/index.ts";
import type { ItemList, ResourceKind } from "../resources/resource-kind.ts";
import { fateOf, targetOf, type Fates } from "./fate.ts";
import type { PlaceProblem } from "./mapping-run.ts";
import { pruneScope } from "./prune-scope.ts";
import { itemSectionOf, sectionOf } from "./sections.ts";
import type { Ways } from "./ways.ts";

/** What is known about what stays behind, and who is told. */
export interface Pruning extends Fates {
  ways: Ways;
  /** Takes note that something stays behind; without a remark it was asked for. */
  leave(target: Target, remark?: Remark): void;
  remark(about: Target, text: string): void;
  tell(problem: PlaceProblem, place: string): void;
}

/** A value without what stays behind, or why nothing is left of the item or resource that it is in. */
export interface Pruned {
  value?: JsonValue;
  loss?: string;
  /** Whether the field is the space's own once it is there. */
  isKept?: boolean;
}

/** Where in a body a value is. */
export interface Place {
  pruning: Pruning;
  kind: ResourceKind;
  key: string[];
  field: Field;
  /** Field names alone. */
  fields: string[];
  /** What sentences are about: the item, or the resource. */
  about: Target;
  /** What a mapping calls all of that sort. */
  section: string | undefined;
  itemNames: ReadonlyMap<JsonObject, string>;
}

/** The body as far as what it points to comes along, or why it stays behind. */
export function pruneNode({ kind: id, key, body }: GraphNode, pruning: Pruning): { body: JsonObject; loss?: string } {
  const kind = getKind(id);
  const named = (kind.items ?? []).flatMap((list) =>
    nameItems(list, body).map(({ item, name }) => [item, name] as const),
  );
  const about = { kind: id, key };
  const { value, loss } = pruneObject(body, {
    pruning,
    kind,
    key,
    field: bodyField(kind),
    fields: [],
    about,
    section: sectionOf(about),
    itemNames: new Map(named),
  });
  return { body: isJsonObject(value) ? value : body, ...(loss !== undefined && { loss }) };
}

function pruneObject(object: JsonObject, place: Place): Pruned {
  const kept: [string, JsonValue][] = [];
  const dropped = new Set<string>();
  const left: string[] = [];
  for (const [name, value] of Object.entries(object)) {
    const declared = fieldIn(place.field, name);
    const field = declared.text === "value" ? valueField(object) : declared;
    const pruned = pruneField(name, value, { ...place, field, fields: [...place.fields, name] });
    if (pruned.loss !== undefined) return pruned;
    if (pruned.isKept === true) left.push(name);
    if (pruned.value === undefined) [name, ...(field.takesAlong ?? [])].forEach((gone) => dropped.add(gone));
    else kept.push([name, pruned.value]);
  }
  const value = Object.fromEntries(kept.filter(([name]) => !dropped.has(name)));
  return left.length === 0 ? { value } : { value: withKept(value, left) };
}

function pruneField(name: string, value: JsonValue, place: Place): Pruned {
  const { field, pruning, about } = place;
  if (field.isWhole !== true || !pointsToGone(value, place)) return pruneValue(name, value, place);
  pruning.remark(about, `${name} is left out: it refers to something that stays behind`);
  return {};
}

function pruneValue(name: string, value: JsonValue, place: Place): Pruned {
  if (isSecretMark(value)) return { value };
  if (isReference(value) || typeof value === "string" || isText(value)) return pruneScope(name, value, place);
  if (Array.isArray(value)) return value.some(isItem) ? pruneItems(value, place) : pruneScope(name, value, place);
  return isJsonObject(value) ? pruneObject(value, place) : { value };
}

function pointsToGone(value: JsonValue, place: Place): boolean {
  const target = targetOf(value, { text: place.field.text, resourceKey: place.key });
  if (target !== undefined) return fateOf(target, place.pruning) === "behind";
  if (Array.isArray(value)) return value.some((item) => pointsToGone(item, place));
  if (!isItem(value)) return false;
  return Object.entries(value).some(([name, inner]) =>
    pointsToGone(inner, { ...place, field: fieldIn(place.field, name) }),
  );
}

function isItem(value: JsonValue): value is JsonObject {
  return isJsonObject(value) && !isReference(value) && !isText(value) && !isSecretMark(value);
}

function pruneItems(list: JsonValue[], place: Place): Pruned {
  const declared = place.kind.items?.find(({ path }) => path.join() === place.fields.join());
  const kept: JsonValue[] = [];
  for (const item of list) {
    if (!isItem(item)) continue;
    const pruned = declared === undefined ? pruneObject(item, place) : pruneItem(item, declared, place);
    if (pruned.loss !== undefined) return pruned;
    if (pruned.value !== undefined) kept.push(pruned.value);
  }
  const isEmptied = kept.length === 0 && list.length > 0 && place.field.isNeeded === true;
  return isEmptied ? { loss: "" } : { value: kept };
}

/** An item that must stay behind does so alone. */
function pruneItem(item: JsonObject, list: ItemList, place: Place): Pruned {
  const { pruning, key } = place;
  const section = itemSectionOf(list) ?? place.section;
  const isNamed = textOf(item, "Name") !== "";
  const own: Target = {
    kind: list.referencedAs ?? list.label ?? place.kind.id,
    key: [...key, nameOf(item, list, place)],
  };
  if (pruning.choices.isLeftOut(itemSectionOf(list), textOf(item, "Name"))) return leave(item, own, place);
  const about = isNamed ? own : place.about;
  const pruned = pruneObject(item, { ...place, about, section });
  if (pruned.loss === undefined) return pruned;
  const text = isNamed ? `left out: ${pruned.loss}` : `a ${list.label ?? "part"} is left out: ${pruned.loss}`;
  return leave(item, own, place, pruned.loss === "" ? undefined : { about, text });
}

/** What is in it stays behind with it. */
function leave(item: JsonObject, own: Target, { pruning, kind, key, itemNames }: Place, remark?: Remark): Pruned {
  pruning.leave(own, remark);
  for (const { path, referencedAs } of kind.items ?? []) {
    const inside = item[path.at(-1) ?? ""];
    if (referencedAs === undefined || !Array.isArray(inside)) continue;
    for (const one of inside.filter(isItem))
      if (itemNames.has(one)) pruning.leave({ kind: referencedAs, key: [...key, itemNames.get(one) ?? ""] });
  }
  return {};
}

function nameOf(item: JsonObject, list: ItemList, { itemNames }: Place): string {
  return list.referencedAs === undefined ? textOf(item, "Name") : (itemNames.get(item) ?? textOf(item, "Name"));
}

function withKept(object: JsonObject, fields: string[]): JsonObject {
  return { ...object, [keptField]: [...new Set([...keptFieldsOf(object), ...fields])].toSorted() };
}
