import type { JsonValue } from "../model/json.ts";
import { isAccumulating } from "../resources/fields.ts";
import { elementKey, elementName, hasElement, sortElements, toElements } from "./elements.ts";
import { mergeOrder } from "./merge-order.ts";
import { change, describeChange, keep, type Place } from "./merge-place.ts";
import { nothing, type States } from "./merge-states.ts";

/** Sets merge element by element, as long as none of them is empty: an empty one may mean everything. */
export function mergeElements(place: Place, states: States<JsonValue | undefined>): JsonValue | undefined {
  const { desired, current, history } = states;
  const split = (value: JsonValue | undefined): JsonValue[] | undefined =>
    toElements(place.merge.kind, place.fields, value);
  const [wanted, present, said, had] = [desired, current, history.base?.template, history.base?.space].map(split);
  if (place.merge.overwrite || history.base === undefined || !wanted || !present || !said || !had) return undefined;
  const known = [...had, ...history.pending.flatMap((value) => split(value) ?? [])];
  const merged = mergeSets({ wanted, present, said, known });
  if (merged.length === 0 && !isAccumulating(place.merge.kind, place.fields)) return undefined;
  const sorted = sortElements(place.merge.kind, place.fields, merged);
  const value = typeof (desired ?? current) === "string" ? sorted.join(",") : sorted;
  tellElements(place, { wanted, present, said, known });
  if (hasSameElements(merged, present)) return current;
  change(place, states, describeChange(value, current));
  return value;
}

interface Sets {
  wanted: JsonValue[];
  present: JsonValue[];
  /** What the template said. */
  said: JsonValue[];
  /** What deployments wrote. */
  known: JsonValue[];
}

function mergeSets({ wanted, present, said, known }: Sets): JsonValue[] {
  const arriving = wanted.filter((item) => hasElement(present, item) || !hasElement(said, item));
  const theirs = present.filter((item) => !hasElement(wanted, item) && !hasElement(known, item));
  return mergeOrder({ order: arriving, others: present, members: [...arriving, ...theirs] }, elementKey);
}

function hasSameElements(a: readonly JsonValue[], b: readonly JsonValue[]): boolean {
  return a.length === b.length && a.every((item) => hasElement(b, item));
}

function tellElements(place: Place, { wanted, present, said, known }: Sets): void {
  const added = present.filter((item) => !hasElement(wanted, item) && !hasElement(known, item));
  const removed = said.filter((item) => hasElement(wanted, item) && !hasElement(present, item));
  const at = (item: JsonValue): Place => ({
    ...place,
    path: [...place.path, elementName(item)],
    keys: [...place.keys, elementKey(item)],
  });
  for (const item of added) keep(at(item), { desired: undefined, current: item, history: nothing }, "added", false);
  for (const item of removed) keep(at(item), { desired: item, current: undefined, history: nothing }, "removed", false);
}
