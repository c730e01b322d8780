import type { Target } from "../model/graph.ts";
import { getKind } from "./index.ts";

/** Whether an empty space has such a one, too: its server makes one, all spaces share it, or nobody can make one. */
export function isInAnySpace(target: Target): boolean {
  const { create, isSingleton, isVersioned } = getKind(target.kind);
  return (create === undefined && isSingleton !== true && isVersioned !== true) || isInEverySpace(target);
}

/** Whether a server makes one in every space, or it is of the whole server: for a second space nobody could make it again. */
export function isInEverySpace({ kind: id, key }: Target): boolean {
  const kind = getKind(id);
  return kind.isServerWide === true || kind.isInEverySpace?.(key[0] ?? "") === true;
}
