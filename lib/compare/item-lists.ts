import type { JsonObject, JsonValue } from "../model/json.ts";
import type { KeyedItem } from "./keyed-items.ts";
import { toObjects, type History } from "./merge-states.ts";

/** Items by what tells one from another. */
export type Keyed = ReadonlyMap<string, KeyedItem>;

/** Items in all their states. */
export interface NamedItems {
  desired: Keyed;
  current: Keyed;
  history: { base?: { template: Keyed; space: Keyed }; pending: Keyed[] };
}

/** One list in all its states. */
export interface ItemLists extends NamedItems {
  /** What the space is to have, as far as it is merged: what is there comes before what arrives. */
  merged: ReadonlyMap<string, JsonObject>;
  /** What people have of their own and the merge leaves. */
  own: readonly JsonObject[];
}

/** What a list was, by item. */
export function mapHistory({ base, pending }: History, toMap: (list: JsonObject[]) => Keyed): NamedItems["history"] {
  const map = (value: JsonValue | undefined): Keyed => toMap(toObjects(value));
  return {
    ...(base && { base: { template: map(base.template), space: map(base.space) } }),
    pending: pending.map(map),
  };
}
