import { collectIds, type MetIds } from "../graph/read-body.ts";
import { collectTextIds } from "../graph/recognize-ids.ts";
import { targetId, type GraphNode } from "../model/graph.ts";
import type { OctopusDocument } from "../octopus/octopus-client.ts";
import { isSameName } from "../octopus/same-name.ts";
import { getKind } from "../resources/index.ts";
import type { Comparison } from "./comparison.ts";
import type { Found } from "./find-current.ts";

/** A node, and what the space has for it. */
export interface Located extends Found {
  node: GraphNode;
}

/** Finds it, and notes what stays away and what has its name. */
export async function locate(comparison: Comparison, node: GraphNode): Promise<Located> {
  const { finder, directory, absent } = comparison;
  const found = await finder.find(node);
  if (found.current !== undefined) {
    directory.learn(getKind(node.kind), found.current, node.key);
    await noteNamesake(comparison, node, found.current);
  } else if (found.rival !== undefined || isRemovedByPerson(comparison, node)) absent.add(targetId(node));
  return { node, ...found };
}

/** Something else in the space may have the name that the resource is to get. */
async function noteNamesake(comparison: Comparison, node: GraphNode, current: OctopusDocument): Promise<void> {
  const kind = getKind(node.kind);
  const wanted = kind.nameOf(node.body);
  if (kind.isSingleton === true || isSameName(wanted, kind.nameOf(current))) return;
  const namesake = await comparison.finder.findNamesake(node, wanted);
  if (namesake !== undefined) comparison.namesakes.set(targetId(node), namesake);
}

/** What was deployed and is gone was removed by a person, unless its whole owner is new. */
function isRemovedByPerson(comparison: Comparison, node: GraphNode): boolean {
  const { absent, directory, histories, overwrite } = comparison;
  if (node.owner === undefined) return false;
  if (absent.has(targetId(node.owner))) return true;
  const isOwnerThere = directory.findDocument(node.owner) !== undefined;
  return !overwrite && isOwnerThere && histories.knows(node) && getKind(node.kind).isSingleton !== true;
}

/** What both sides of it point to. */
export function collectOwnIds({ node, current }: Located): MetIds[] {
  const kind = getKind(node.kind);
  const inTexts = collectTextIds(kind, node.body);
  return current === undefined ? [inTexts] : [inTexts, collectIds(kind, current)];
}
