import type { JsonObject, JsonValue } from "../model/json.ts";
import { isMapField, isMapName } from "../resources/fields.ts";
import type { ResourceKind } from "../resources/resource-kind.ts";
import type { Difference, KeptDifference } from "./difference.ts";
import { isEmpty, isSame } from "./is-same.ts";
import type { NamedItems } from "./item-lists.ts";
import type { History, States } from "./merge-states.ts";
import { toPlace } from "./places.ts";

/** One merge of one resource, and what it found so far. */
export interface Merge {
  kind: ResourceKind;
  overwrite: boolean;
  /** Places at which what is desired wins although the rest does not overwrite. */
  takes: ReadonlySet<string>;
  /** Merges what is in an item: items are in fields, and fields in items. */
  mergeFields: (place: Place, states: States<JsonObject>) => JsonObject;
  changes: Difference[];
  kept: KeptDifference[];
  /** All items of lists in which no name may stand twice, whatever they are in, by the list's path. */
  namedOnce: ReadonlyMap<string, NamedItems>;
}

/** Where in the body. */
export interface Place {
  merge: Merge;
  /** Field and item names, for people. */
  path: string[];
  /** Field names and item keys. */
  keys: string[];
  /** Field names alone, as kinds name lists of items. */
  fields: string[];
}

/** A field of what is here. */
export function below(place: Place, field: string): Place {
  return {
    ...place,
    path: [...place.path, field],
    keys: [...place.keys, field],
    fields: [...place.fields, field],
  };
}

/** Whether what is desired wins here, whatever people changed. */
export function isTaken({ merge, keys }: Pick<Place, "merge" | "keys">): boolean {
  return merge.overwrite || merge.takes.has(toPlace(keys));
}

/** Whether people or steps name the field. */
export function isInMap({ merge, fields }: Place): boolean {
  return isMapName(fields.at(-2) ?? "") || isMapField(merge.kind, fields.slice(0, -1));
}

/** In a map of names an empty text is not the same as none. */
export function isSameAt(place: Place, a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  const field = place.fields.at(-1) ?? "";
  return (
    isSame({ [field]: a ?? null }, { [field]: b ?? null }) &&
    (!isInMap(place) || (a === undefined) === (b === undefined))
  );
}

/** Notes what is to be written. */
export function change(place: Place, states: States<JsonValue | undefined>, what: Difference["what"]): void {
  place.merge.changes.push({ ...toValues(place, states), what });
}

/** Notes what people keep; a conflict where upstream changed it too. */
export function keep(
  place: Place,
  states: States<JsonValue | undefined>,
  what: KeptDifference["what"],
  isConflict: boolean = isUpstreamChanged(place, states.desired, states.history),
): void {
  const isBaseUnknown = states.history.base === undefined;
  place.merge.kept.push({ ...toValues(place, states), what, isConflict, ...(isBaseUnknown && { isBaseUnknown }) });
}

/** Notes what is in a field of which neither the package nor the base says anything. */
export function keepUnsaid(place: Place, states: States<JsonValue | undefined>): void {
  place.merge.kept.push({ ...toValues(place, states), what: "added", isConflict: false, isUnsaid: true });
}

function isUpstreamChanged(place: Place, desired: JsonValue | undefined, { base }: History): boolean {
  return !isSameAt(place, base?.template, desired);
}

function toValues(
  { path, keys }: Place,
  { desired, current, history }: States<JsonValue | undefined>,
): Omit<Difference, "what"> {
  const values = { template: desired, space: current, base: history.base?.template };
  const known = Object.entries(values).filter(([, value]) => value !== undefined);
  return { path, place: toPlace(keys), ...Object.fromEntries(known) };
}

/** In one word. */
export function describeChange(to: JsonValue | undefined, from: JsonValue | undefined): Difference["what"] {
  if (isEmpty(from)) return "added";
  return isEmpty(to) ? "removed" : "changed";
}
