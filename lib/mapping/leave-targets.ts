import { targetId, type Remark, type ResourceGraph } from "../model/graph.ts";
import { leaveBehind } from "./leave-behind.ts";
import { listLookUps } from "./list-targets.ts";
import { createRun } from "./mapping-run.ts";
import { createWays } from "./ways.ts";

/**
 * The graph without some of what it has; what stays behind takes along what was only for it.
 * @param left - {@link targetId} of each
 * @returns also what is to be said about that
 */
export function leaveTargets(
  graph: ResourceGraph,
  left: ReadonlySet<string>,
): { graph: ResourceGraph; remarks: Remark[] } {
  if (left.size === 0) return { graph, remarks: [] };
  const run = createRun({}, { readVariable: () => undefined });
  const nodes = leaveBehind(graph.nodes, run, {
    choices: {
      isLeftOut: () => false,
      isTargetLeftOut: (target) => left.has(targetId(target)),
      listUnused: () => [],
    },
    ways: createWays({}),
    isMissing: () => false,
  });
  return { graph: { ...graph, nodes, lookUps: listLookUps(nodes, graph.lookUps) }, remarks: [...run.remarks] };
}
