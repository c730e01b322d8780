import type { JsonObject } from "../model/json.ts";
import type { ItemLists, Keyed } from "./item-lists.ts";
import { isSameOrder, mergeOrder } from "./merge-order.ts";
import { change, isTaken, keep, type Place } from "./merge-place.ts";
import { nothing, type History } from "./merge-states.ts";
import { orderKey, toPlace } from "./places.ts";

/** Upstream's order, with what people added behind its neighbor in the space; theirs where they changed the order. */
export function orderItems(place: Place, merged: ReadonlyMap<string, JsonObject>, lists: ItemLists): string[] {
  const own = (keys: Iterable<string>): string[] => [...keys].filter((key) => merged.has(key));
  const [wanted, present] = [own(lists.desired.keys()), own(lists.current.keys())];
  const members = [...merged.keys()];
  const { base, pending } = lists.history;
  if (isSameOrder(wanted, present)) return mergeOrder({ order: wanted, others: present, members });
  const known = [...(base === undefined ? [] : [base.space]), ...pending];
  const order = { ...place, keys: [...place.keys, orderKey] };
  // Whose the order is was so before anything was taken: what comes or goes by a decision decides nothing about the rest.
  const undecided = (keys: Iterable<string>): string[] =>
    [...keys].filter((key) => merged.has(key) !== place.merge.takes.has(toPlace([...place.keys, key])));
  const [asked, had] = [undecided(lists.desired.keys()), undecided(lists.current.keys())];
  const isTheirs = !isTaken(order) && !known.some((keyed) => isSameOrder([...keyed.keys()], had));
  const states = {
    desired: namesOf(lists.desired, wanted),
    current: namesOf(lists.current, present),
    history: namesOfBase(lists.history),
  };
  if (!isTheirs) {
    change(order, states, "reordered");
    return mergeOrder({ order: wanted, others: present, members });
  }
  const isConflict = base === undefined || !isSameOrder([...base.template.keys()], asked);
  keep(order, states, "reordered", isConflict);
  return mergeOrder({ order: present, others: wanted, members });
}

function namesOfBase({ base }: ItemLists["history"]): History {
  if (base === undefined) return nothing;
  const { template, space } = base;
  return {
    base: { template: namesOf(template, [...template.keys()]), space: namesOf(space, [...space.keys()]) },
    pending: [],
  };
}

function namesOf(keyed: Keyed, keys: readonly string[]): string[] {
  return keys.map((key) => keyed.get(key)?.name ?? key);
}
