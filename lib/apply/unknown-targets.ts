import { forEachReference, targetId, type Target } from "../model/graph.ts";
import type { JsonObject } from "../model/json.ts";
import { describe, type Comparison, type NodePlan } from "../compare/comparison.ts";
import type { SpaceDirectory } from "../compare/space-directory.ts";
import { StepError } from "../step/errors.ts";
import { describeByKind } from "../resources/describe-by-kind.ts";

/** What the body points to and the space does not have. */
export function listUnknown(directory: SpaceDirectory, body: JsonObject): Target[] {
  const unknown: Target[] = [];
  forEachReference(body, (target) => void (directory.findId(target) === undefined && unknown.push(target)));
  return [...new Map(unknown.map((target) => [targetId(target), target])).values()];
}

/** For what cannot be written, since it points to nothing. */
export function brokenReference(comparison: Comparison, { node }: NodePlan, unknown: Target[]): StepError {
  const names = unknown.map((target) => describeByKind(target));
  return new StepError(
    `Failed to write ${describe(comparison, node)}: it refers to ${names.join(", ")}, which neither the package nor the space has, or which people removed in this space. Restore it there, or serialize the project again.`,
  );
}
