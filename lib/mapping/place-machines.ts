import { targetId, type GraphNode, type Remark, type ResourceGraph } from "../model/graph.ts";
import { getKind } from "../resources/index.ts";
import { leaveTargets } from "./leave-targets.ts";

/** What becomes of deployment targets and workers: a copy has them, but out of use until somebody there enables them; has none; or has them as they are. */
export type MachinePlace = "disabled" | "leaveOut" | "asTheyAre";

export interface MachinePlaces {
  /** Whether those come along, too, that ask their server for work: two that have one would share what it does. */
  withPolling?: boolean;
  /** Those that stay as they are, since nobody makes them. */
  isLookedUp?: (node: GraphNode) => boolean;
}

/**
 * The graph with its targets and workers as one space is to have them; what stays behind takes along what was only for it.
 * @returns also what is to be said about it
 */
export function placeMachines(
  graph: ResourceGraph,
  place: MachinePlace,
  { withPolling = false, isLookedUp = () => false }: MachinePlaces = {},
): { graph: ResourceGraph; remarks: Remark[] } {
  const mayPoll = place === "leaveOut" || withPolling;
  const polling = mayPoll ? [] : graph.nodes.filter((node) => isPolling(node) && !isLookedUp(node));
  const left = new Set([...polling, ...(place === "leaveOut" ? graph.nodes.filter(isMachine) : [])].map(targetId));
  const nodes = place === "disabled" ? graph.nodes.map(disable) : graph.nodes;
  const placed = leaveTargets({ ...graph, nodes: [...nodes] }, left);
  const told = polling.map(({ kind, key }) => ({ about: { kind, key }, text: whyPollingStays }));
  return { ...placed, remarks: [...told, ...placed.remarks] };
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
