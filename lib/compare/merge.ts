import { identityField } from "../model/identity.ts";
import { keptField, keptFieldsOf } from "../model/kept.ts";
import type { JsonObject, JsonValue } from "../model/json.ts";
import type { ResourceKind } from "../resources/resource-kind.ts";
import type { Difference, KeptDifference } from "./difference.ts";
import { findItemList } from "./keyed-items.ts";
import { mergeElements } from "./merge-elements.ts";
import { mergeItems } from "./merge-items.ts";
import { below, isSameAt, type Merge, type Place } from "./merge-place.ts";
import {
  historyOf,
  isMergeable,
  isOtherType,
  isUnnamedStrategy,
  toObjects,
  type History,
  type States,
} from "./merge-states.ts";
import { isUnknown, keepUnknown, mergeValue } from "./merge-value.ts";
import { listNamedOnce } from "./named-once.ts";

/** The states of one resource, all in graph form, with items that are the same known by one identity. */
export interface MergeInput {
  kind: ResourceKind;
  /** What the package or the baseline says. */
  desired: JsonObject;
  /** What is in the space. */
  current: JsonObject;
  /** What the template said when it was settled last, and what the space had then; absent when nobody knows. */
  base?: Base | undefined;
  /** What runs that did not finish were deploying: their writes are no person's either. */
  pending?: readonly JsonObject[] | undefined;
  /** Takes what is desired where a person changed the same field. What a person added stays all the same. */
  overwrite: boolean;
  /** Places of conflicts at which what is desired is taken all the same. */
  takes?: ReadonlySet<string>;
}

export interface Base {
  template: JsonObject;
  /** The same as `template`, but for what the server answered otherwise. */
  space: JsonObject;
}

export interface MergeResult {
  /** What is to be in the space. */
  body: JsonObject;
  /** Where `body` differs from what is there; empty when nothing is to be written. */
  changes: Difference[];
  /** What people changed in the space and keep. */
  kept: KeptDifference[];
}

/**
 * Three-way merge, field by field; lists of items by item, sets by element, other lists as one value. A field that equals what the
 * server answered last, or what an unfinished run was deploying, was touched by nobody and takes what is desired, if the template
 * changed; any other is a person's and stays.
 */
export function mergeBody(input: MergeInput): MergeResult {
  const history = toHistory(input);
  const namedOnce = listNamedOnce(input.kind, { ...input, history });
  const merge: Merge = { takes: new Set(), ...input, mergeFields, namedOnce, changes: [], kept: [] };
  const place = { merge, path: [], fields: [], keys: [] };
  const body = mergeFields(place, { desired: input.desired, current: input.current, history });
  return { body, changes: merge.changes, kept: merge.kept };
}

function toHistory({ base, pending = [] }: MergeInput): History {
  return { ...(base && { base }), pending: [...pending] };
}

function mergeFields(place: Place, { desired, current, history }: States<JsonObject>): JsonObject {
  const merged: JsonObject = {};
  const left = keptFieldsOf(desired);
  for (const field of new Set([...Object.keys(current), ...Object.keys(desired)])) {
    if (field === identityField || field === keptField) continue;
    const inner = below(place, field);
    const states = { desired: desired[field], current: current[field], history: historyOf(history, field) };
    const value = left.includes(field) || isLeftToPeople(inner) ? states.current : mergeField(inner, states);
    if (value !== undefined) merged[field] = value;
  }
  const identity = current[identityField] ?? desired[identityField];
  return identity === undefined ? merged : { ...merged, [identityField]: identity };
}

function isLeftToPeople({ merge, fields }: Place): boolean {
  return fields.length === 1 && merge.kind.createOnly?.includes(fields[0] ?? "") === true;
}

function mergeField(place: Place, states: States<JsonValue | undefined>): JsonValue | undefined {
  const { desired, current, history } = states;
  if (isSameAt(place, desired, current) || isUnnamedStrategy(place.fields.at(-1), current)) return current;
  if (desired === undefined && isUnknown(place, history)) return keepUnknown(place, states);
  const items = findItemList(place.merge.kind, place.fields);
  if (items !== undefined)
    return mergeItems(place, { items, desired: toObjects(desired), current: toObjects(current), history });
  if (isMergeable(desired) && isMergeable(current) && !isOtherType(desired, current))
    return mergeFields(place, { desired, current, history });
  return mergeElements(place, states) ?? mergeValue(place, states);
}
