import type { JsonObject } from "../model/json.ts";
import type { ItemList } from "./resource-kind.ts";

/** The items by what tells them apart; of equal ones the second is `name #2`. Keeps the order. */
export function identifyItems(list: Pick<ItemList, "identify">, items: readonly JsonObject[]): Map<string, JsonObject> {
  const identified = new Map<string, JsonObject>();
  for (const item of items) {
    const identity = list.identify(item);
    let unique = identity;
    for (let count = 2; identified.has(unique); count += 1) unique = `${identity} #${count}`;
    identified.set(unique, item);
  }
  return identified;
}
