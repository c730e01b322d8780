import { identityOf } from "../model/identity.ts";
import type { JsonObject } from "../model/json.ts";
import { foldName } from "../octopus/same-name.ts";
import { identifyItems } from "../resources/identify-items.ts";
import type { ItemList, ResourceKind } from "../resources/resource-kind.ts";

/** An item of a list: what tells it from the others, and what people call it. */
export interface KeyedItem {
  key: string;
  name: string;
  item: JsonObject;
}

/** The items of a list, each by its identity, or by its name where it has none. */
export function keyItems(list: ItemList, items: readonly JsonObject[]): KeyedItem[] {
  const folded = new Set<string>();
  return [...identifyItems(list, items)].map(([name, item]) => {
    const key = identityOf(item) ?? `name ${foldName(name)}`;
    // Where two differ in case alone, the second goes by its spelling.
    const unique = folded.has(key) ? `spelled ${name}` : key;
    folded.add(key);
    return { key: unique, name, item };
  });
}

/** The declared list at that place of a kind's bodies; undefined for any other field. */
export function findItemList(kind: ResourceKind, fields: readonly string[]): ItemList | undefined {
  return kind.items?.find((list) => list.path.length === fields.length && list.path.join() === fields.join());
}
