import { listTargets } from "../baseline/baseline-to-graph.ts";
import type { Obstacle } from "../compare/obstacle.ts";
import type { Manifest } from "../graph/manifest.ts";
import { targetId, type Target } from "../model/graph.ts";
import type { RememberingSpace } from "../octopus/remember-reads.ts";
import { foldName } from "../octopus/same-name.ts";
import { planCopies, type CopyPlan, type CopyPlanOptions, type RefusedCopy } from "./plan-copy.ts";

/** What the baseline that a template's package brings would do in a space, before the package is deployed there. */
export async function planOwnBaseline(
  space: RememberingSpace,
  options: CopyPlanOptions,
  manifest: Manifest,
): Promise<CopyPlan | RefusedCopy | undefined> {
  // Populate Space is asked nothing of what Deploy Project is.
  const asPopulated = {
    ...options,
    manifest,
    isPartial: true,
    isPlaced: false,
    projectName: undefined,
    mapping: undefined,
  };
  const [plan] = await planCopies(space, asPopulated);
  return plan;
}

/** What is in the way of a deployment even so: what the baseline brings is there by then. */
export function withoutBrought(obstacles: readonly Obstacle[], { graph }: Manifest): Obstacle[] {
  const brought = new Set(listTargets(graph).map(toName));
  return obstacles.filter(({ lookUp }) => lookUp === undefined || !brought.has(toName(lookUp)));
}

/** As Octopus compares names. */
function toName({ kind, key }: Target): string {
  return foldName(targetId({ kind, key }));
}
