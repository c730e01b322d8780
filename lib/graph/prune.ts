import type { Remark, Target } from "../model/graph.ts";
import { isJsonObject, setField, textOf, type JsonObject, type JsonValue } from "../model/json.ts";
import type { OctopusDocument } from "../octopus/octopus-client.ts";
import type { Field } from "../resources/field.ts";
import { bodyField, fieldIn, valueField } from "../resources/fields.ts";
import type { Exclusion, ItemList } from "../resources/resource-kind.ts";
import { templateUse } from "../resources/process-fields.ts";
import { describeLoss, findLost } from "./find-lost.ts";
import type { ReadResource } from "./leave-out.ts";
import type { Names } from "./read-body.ts";
import { pruneTexts } from "./prune-texts.ts";
import { nameItems } from "./read-names.ts";
import { leadsTo, type Trail } from "./trail.ts";

/** What is known about what stays behind, and who is told. */
export interface Pruning {
  names: Names;
  isExcluded(by: Exclusion | undefined, name: string): boolean;
  isLeftOut(target: Target): boolean;
  /** Takes note that something stays behind; without a remark it was asked for, or is told elsewhere. */
  leave(target: Target, remark?: Remark): void;
  remark(about: Target, text: string): void;
}

/** A value without what stays behind, or why nothing is left of the item or resource that it is in. */
export interface Pruned {
  value?: JsonValue;
  loss?: string;
}

/** Where in a document a value is. */
export interface Place {
  pruning: Pruning;
  resource: ReadResource;
  field: Field;
  trail: Trail | undefined;
  /** What sentences are about: the item, or the resource. */
  about: Target;
  /** What the items of the document are called. */
  itemNames: ReadonlyMap<JsonObject, string>;
}

/** The document as far as what it points to comes along, or why it must stay behind. */
export function pruneDocument(resource: ReadResource, pruning: Pruning): { document: OctopusDocument; loss?: string } {
  const { kind, key, document } = resource;
  const named = (kind.items ?? []).flatMap((list) =>
    nameItems(list, document).map(({ item, name }) => [item, name] as const),
  );
  const { value, loss } = pruneObject(document, {
    pruning,
    resource,
    field: bodyField(kind),
    trail: undefined,
    about: { kind: kind.id, key },
    itemNames: new Map(named),
  });
  if (loss !== undefined || !isJsonObject(value)) return { document, loss: loss ?? "" };
  return { document: { ...value, Id: document.Id } };
}

function pruneObject(object: JsonObject, place: Place): Pruned {
  const detached = withoutLostTemplate(object, place);
  const { pruning, resource, about, itemNames } = place;
  // Most of a document stays as it was, and is not held twice.
  let kept = detached;
  const dropped = new Set<string>();
  for (const name of Object.keys(detached)) {
    const value = detached[name] ?? null;
    const declared = fieldIn(place.field, name);
    const field = declared.text === "value" ? valueField(object) : declared;
    if (isPlain(value) && canDoWithout(field)) continue;
    const pruned = pruneField(name, value, {
      pruning,
      resource,
      field,
      trail: { above: place.trail, name, isItem: false },
      about,
      itemNames,
    });
    if (pruned.loss !== undefined) return pruned;
    if (pruned.value === undefined) [name, ...(field.takesAlong ?? [])].forEach((gone) => dropped.add(gone));
    else if (pruned.value !== value) {
      if (kept === detached) kept = { ...detached };
      setField(kept, name, pruned.value);
    }
  }
  if (dropped.size === 0) return { value: kept };
  return { value: Object.fromEntries(Object.entries(kept).filter(([name]) => !dropped.has(name))) };
}

function isPlain(value: JsonValue): boolean {
  return typeof value !== "object" || value === null;
}

/** Whether it makes no difference to the field what becomes of what it points to: reading it will say what is missing. */
function canDoWithout({ whenGone, isWhole }: Field): boolean {
  return whenGone === undefined && isWhole !== true;
}

function pruneField(name: string, value: JsonValue, place: Place): Pruned {
  const { field, pruning, about } = place;
  if (field.isServerMade === true) return { value };
  if (field.staysBehind !== undefined && Array.isArray(value) && value.length > 0) {
    pruning.remark(about, field.staysBehind(value.filter(isJsonObject), nameIn(pruning.names)));
    return {};
  }
  const lost = field.isWhole === true ? findLost(value, place) : [];
  if (lost.length === 0) return pruneValue(name, value, place);
  pruning.remark(about, `${name} is left out: it refers to something that ${describeLoss(lost, { isPlural: false })}`);
  return {};
}

function pruneValue(name: string, value: JsonValue, place: Place): Pruned {
  if (isJsonObject(value)) return pruneObject(value, place);
  if (Array.isArray(value) && value.some(isJsonObject)) return pruneObjects(value, place);
  return pruneTexts(name, value, place);
}

function pruneObjects(list: JsonValue[], place: Place): Pruned {
  const declared = place.resource.kind.items?.find(({ path }) => leadsTo(place.trail, path));
  const kept: JsonValue[] = [];
  for (const item of list) {
    if (!isJsonObject(item)) continue;
    const pruned = declared === undefined ? pruneObject(item, place) : pruneItem(item, declared, place);
    if (pruned.loss !== undefined) return pruned;
    if (pruned.value !== undefined) kept.push(pruned.value);
  }
  const isEmptied = kept.length === 0 && place.field.isNeeded === true;
  if (isEmptied) return { loss: "" };
  return { value: kept.length === list.length && kept.every((item, index) => item === list[index]) ? list : kept };
}

/** An item that must stay behind does so alone; what stays behind because nothing of it is left was told already. */
function pruneItem(item: JsonObject, list: ItemList, place: Place): Pruned {
  const { pruning, resource } = place;
  if (pruning.isExcluded(list.excludedBy, textOf(item, "Name"))) return {};
  const kind = list.referencedAs ?? list.label ?? resource.kind.id;
  const isNamed = textOf(item, "Name") !== "";
  const own: Target = { kind, key: [...resource.key, nameOf(item, list, place)] };
  const about = isNamed ? own : place.about;
  const pruned = pruneObject(item, { ...place, about });
  if (pruned.loss === undefined) return pruned;
  const text = isNamed ? `left out: ${pruned.loss}` : `a ${list.label ?? "part"} is left out: ${pruned.loss}`;
  pruning.leave(own, pruned.loss === "" ? undefined : { about, text });
  return {};
}

function nameOf(item: JsonObject, list: ItemList, { itemNames }: Place): string {
  return list.referencedAs === undefined ? textOf(item, "Name") : (itemNames.get(item) ?? textOf(item, "Name"));
}

/** What people call what has the id; the id where nothing is known by it. */
function nameIn(names: Names): (id: string) => string {
  return (id) => names.find(id)?.key.at(-1) ?? id;
}

/** A step has all that its step template gave it, and can go on without. */
function withoutLostTemplate(object: JsonObject, { pruning, about }: Place): JsonObject {
  const id = textOf(object, templateUse.id);
  if (id === "" || pruning.names.findStepTemplate(id, textOf(object, templateUse.version)) !== undefined) return object;
  const { [templateUse.id]: _id, [templateUse.version]: _version, ...rest } = object;
  pruning.remark(about, `it no longer refers to its step template, which is missing in the space (${id})`);
  return rest;
}
