import type { Key, Target } from "../model/graph.ts";
import type { JsonObject } from "../model/json.ts";
import type { ResourceKind } from "./resource-kind.ts";

interface Holder {
  kind: ResourceKind;
  key: Key;
  document: JsonObject;
}

/** Whether what one of them has takes any name for an item of its: a tag of free text is in no list. */
export function isOpenItem({ kind: itemKind, key }: Target, holders: readonly Holder[]): boolean {
  const holderKey = JSON.stringify(key.slice(0, -1));
  return holders.some(
    ({ kind, key: own, document }) =>
      (kind.items ?? []).some((items) => items.referencedAs === itemKind && items.isOpen?.(document) === true) &&
      JSON.stringify(own) === holderKey,
  );
}
