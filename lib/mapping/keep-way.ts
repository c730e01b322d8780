import type { KeptMapping, KeptPlaces } from "./kept-mapping.ts";

/** What a package went through on its way into a space, as text that a receipt can keep: a line each. */
export function keepWay(known: string | undefined, next: KeptMapping | KeptPlaces): string {
  const line = JSON.stringify(next);
  return known === undefined ? line : `${known}\n${line}`;
}
