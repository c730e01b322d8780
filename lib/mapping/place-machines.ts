import { targetId, type GraphNode, type Remark, type ResourceGraph, type Target } from "../model/graph.ts";
import { getKind } from "../resources/index.ts";
import type { Manifest } from "../graph/manifest.ts";
import type { Choices } from "./choices.ts";
import { keepWay } from "./keep-way.ts";
import { leaveBehind } from "./leave-behind.ts";
import { listLookUps } from "./list-targets.ts";
import { createRun } from "./mapping-run.ts";
import { createWays } from "./ways.ts";

/** What becomes of deployment targets and workers: a copy has them, but out of use until somebody there enables them; has none; or has them as they are. */
export type MachinePlace = "disabled" | "leaveOut" | "asTheyAre";

export interface MachinePlaces {
  /** Whether those come along, too, that ask their server for work: two that have one would share what it does. */
  withPolling?: boolean;
}

/** {@link placeMachines} of a package, which is kept like a mapping: a later look at the copy places them again. */
export function placeInPackage(
  manifest: Manifest,
  place: MachinePlace,
  { withPolling = false }: MachinePlaces = {},
): { manifest: Manifest; remarks: Remark[] } {
  const { graph, remarks } = placeMachines(manifest.graph, place, { withPolling });
  const mapping = keepWay(manifest.mapping, { machines: place, withPolling });
  return { manifest: { ...manifest, graph, mapping }, remarks };
}

/**
 * The graph with its targets and workers as one space is to have them; what stays behind takes along what was only for it.
 * @returns also what is to be said about it
 */
export function placeMachines(
  graph: ResourceGraph,
  place: MachinePlace,
  { withPolling = false }: MachinePlaces = {},
): { graph: ResourceGraph; remarks: Remark[] } {
  const polling = place === "leaveOut" || withPolling ? [] : graph.nodes.filter(isPolling);
  const left = new Set([...polling, ...(place === "leaveOut" ? graph.nodes.filter(isMachine) : [])].map(targetId));
  const nodes = place === "disabled" ? graph.nodes.map(disable) : graph.nodes;
  const remarks = polling.map(({ kind, key }) => ({ about: { kind, key }, text: whyPollingStays }));
  if (left.size === 0) return { graph: { ...graph, nodes: [...nodes] }, remarks };
  const run = createRun({}, { readVariable: () => undefined });
  const kept = leaveBehind(nodes, run, {
    choices: choose((target) => left.has(targetId(target))),
    ways: createWays({}),
    isMissing: () => false,
  });
  const placed = { ...graph, nodes: kept, lookUps: listLookUps(kept, graph.lookUps) };
  return { graph: placed, remarks: [...remarks, ...run.remarks] };
}

const whyPollingStays =
  "left out: it polls its server, and another one that has it too would take its work. Register it there, or choose that polling ones come along";

function isMachine({ kind }: GraphNode): boolean {
  return getKind(kind).isPolling !== undefined;
}

function isPolling({ kind, body }: GraphNode): boolean {
  return getKind(kind).isPolling?.(body) === true;
}

function disable(node: GraphNode): GraphNode {
  return isMachine(node) ? { ...node, body: { ...node.body, IsDisabled: true } } : node;
}

function choose(isTargetLeftOut: (target: Target) => boolean): Choices {
  return { isLeftOut: () => false, isTargetLeftOut, listUnused: () => [] };
}
