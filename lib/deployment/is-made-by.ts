import { isAsMade } from "../compare/is-as-made.ts";
import type { OctopusDocument } from "../octopus/octopus-client.ts";
import type { Memory } from "../receipts/memory.ts";
import { getKind } from "../resources/index.ts";

/** Whether the project is just what a run that was killed was making: else somebody made it since, and it is theirs. */
export function isMadeBy({ pending }: Memory, project: OctopusDocument): boolean {
  const roots = pending.flatMap(({ nodes }) => nodes.filter(({ owner, kind }) => owner === undefined && isRoot(kind)));
  return roots.some(({ kind, body }) => isAsMade(getKind(kind), body, project));
}

function isRoot(kind: string): boolean {
  return getKind(kind).isRenamable === true;
}
