import type { JsonObject } from "../json.ts";
import type { ItemList } from "./resource-kind.ts";

/** The items by what tells them apart; of equal ones the second is `name #2`. Keeps the order. */
export function identifyItems(list: Pick<ItemList, "identify">, items: readonly JsonObject[]): Map<string, JsonObject> {
  const counts = new Map<string, number>();
  return new Map(
    items.map((item) => {
      const identity = list.identify(item);
      const count = (counts.get(identity) ?? 0) + 1;
      counts.set(identity, count);
      return [count === 1 ? identity : `${identity} #${count}`, item];
    }),
  );
}
