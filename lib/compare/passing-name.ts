import type { JsonObject } from "../model/json.ts";
import type { ResourceKind } from "../resources/resource-kind.ts";
import type { NodeHistory } from "./history.ts";

// Octopus refuses a name that something else has: of those that change names in a circle, one has another name for a moment.

const suffix = " (changing names)";

/** The name that a resource has while it waits for its own. */
export function passingName(name: string): string {
  return `${name}${suffix}`;
}

/** A run that was killed in that moment leaves it: no person gave it that name. */
export function withPassingName(
  history: NodeHistory,
  { kind, current }: { kind: ResourceKind; current: JsonObject | undefined },
): NodeHistory {
  const name = current === undefined ? "" : kind.nameOf(current);
  if (!name.endsWith(suffix)) return history;
  return { ...history, pending: [...history.pending, { ...history.base?.space, Name: name }] };
}
