import { describeTarget, type Target } from "../model/graph.ts";
import { findKind } from "./index.ts";

/** How a sentence names a target in the words of its kind: `the runbook "Restart" of "Web"`. What tells contents apart in a key tells people nothing. */
export function describeByKind({ kind: id, key }: Target): string {
  const { label, isVersioned } = findKind(id) ?? {};
  return describeTarget({ kind: id, key: isVersioned === true ? key.slice(0, 1) : key }, label);
}
