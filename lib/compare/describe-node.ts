import { describeTarget, type Target } from "../model/graph.ts";
import type { ResourceKind } from "../resources/resource-kind.ts";

/** How a sentence names a resource: `the runbook "Restart" of "Hello World"`, `the variables of "Hello World"`. */
export function describeNode(
  target: Target,
  { label, isSingleton, isVersioned }: Pick<ResourceKind, "label" | "isSingleton" | "isVersioned">,
): string {
  if (isSingleton !== true)
    return describeTarget(isVersioned === true ? { ...target, key: target.key.slice(0, 1) } : target, label);
  return `the ${label} of ${target.key
    .toReversed()
    .map((name) => `"${name}"`)
    .join(" of ")}`;
}
