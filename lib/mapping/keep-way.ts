import type { KeptMapping, KeptPlace } from "./kept-mapping.ts";

/** What a package went through on its way into a space, as text that a receipt can keep: a line each. */
export function keepWay(known: string | undefined, next: KeptMapping | KeptPlace): string {
  const line = JSON.stringify(next);
  return known === undefined ? line : `${known}\n${line}`;
}
