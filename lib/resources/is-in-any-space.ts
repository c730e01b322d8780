import type { Target } from "../model/graph.ts";
import { getKind } from "./index.ts";

/** Whether an empty space has such a one, too: its server makes one, or all spaces share it. */
export function isInAnySpace({ kind: id, key }: Target): boolean {
  const kind = getKind(id);
  const isNeverMade = kind.create === undefined && kind.isSingleton !== true && kind.isVersioned !== true;
  return isNeverMade || kind.isServerWide === true || kind.isInEverySpace?.(key[0] ?? "") === true;
}
