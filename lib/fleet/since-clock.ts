import type { Known } from "./known.ts";
import type { FleetTenant } from "./list-tenants.ts";
import type { FleetState } from "./states.ts";

/** Since when what is so. */
export interface SinceClock {
  /** @param place - a tenant's id, that and a receipt's name, or an instance's address */
  sinceOf(place: string, state: FleetState): string;
  /** Whether it was not so at the look before; false when there was none. */
  isNew(place: string, state: FleetState): boolean;
  /** What the next look is to know: what is so no more is forgotten. */
  used(): Record<string, string>;
}

/** @param isWhole - whether all tenants are looked at; what is known of others stays as it is */
export function createSinceClock(
  before: Known,
  { tenants, isWhole, now }: { tenants: readonly FleetTenant[]; isWhole: boolean; now: Date },
): SinceClock {
  const used = new Map<string, string>();
  const places = new Set(tenants.flatMap(({ id, url }) => [id, url]));
  const keyOf = (place: string, state: FleetState): string => `${place} ${state}`;
  const isOther = ([key]: [string, string]): boolean => !isWhole && !places.has(key.split(" ")[0] ?? "");
  return {
    sinceOf(place, state) {
      const key = keyOf(place, state);
      const since = before.since[key] ?? now.toISOString();
      used.set(key, since);
      return since;
    },
    isNew: (place, state) => before.readAt !== "" && before.since[keyOf(place, state)] === undefined,
    used: () => ({
      ...Object.fromEntries(Object.entries(before.since).filter(isOther)),
      ...Object.fromEntries(used),
    }),
  };
}
