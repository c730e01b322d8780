import type { JsonObject } from "../model/json.ts";
import type { OctopusDocument } from "../octopus/octopus-client.ts";
import type { ResourceKind } from "../resources/resource-kind.ts";
import type { NodeHistory } from "./history.ts";
import { isMergeable } from "./merge-states.ts";

interface Meeting {
  kind: ResourceKind;
  desired: JsonObject;
  current: OctopusDocument | undefined;
}

/**
 * What a server makes with every space is nobody's, as far as nobody has changed it. Once it was deployed, what was answered then says
 * more: somebody may have put it back.
 */
export function withNewSpace(history: NodeHistory, { kind, desired, current }: Meeting): NodeHistory {
  if (current === undefined || history.base !== undefined) return history;
  const made = kind.inNewSpace?.(current);
  return made === undefined ? history : { ...history, pending: [...history.pending, keepNamed(made, desired)] };
}

/** Of what is not wanted otherwise nothing was anything. */
function keepNamed(made: JsonObject, desired: JsonObject): JsonObject {
  const kept = Object.entries(made).flatMap(([field, value]) => {
    const wanted = desired[field];
    if (wanted === undefined) return [];
    return [[field, isMergeable(value) && isMergeable(wanted) ? keepNamed(value, wanted) : value] as const];
  });
  return Object.fromEntries(kept);
}
