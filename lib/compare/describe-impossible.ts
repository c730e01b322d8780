import { isSameJson } from "../model/json.ts";
import { isSameName } from "../octopus/same-name.ts";
import { describeByKind } from "../resources/describe-by-kind.ts";
import { getKind } from "../resources/index.ts";
import { describe, type Comparison, type NodePlan } from "./comparison.ts";

/** What of the graph the space or its server cannot have, since the server is older or lacks something, or the name is taken by another thing. */
export async function describeImpossible(comparison: Comparison, plans: readonly NodePlan[]): Promise<string[]> {
  const created = plans.filter(({ action, node }) => action === "create" && node.owner === undefined);
  const { unknownKinds } = comparison.finder;
  const unknown = created.filter(({ kind }) => unknownKinds.has(kind.id));
  const possible = created.filter(({ kind }) => !unknownKinds.has(kind.id));
  const kinds = [...new Set(possible.map(({ kind }) => kind.id))];
  return [
    ...unknown.map((plan) => describeOldServer(comparison, plan)),
    ...(await Promise.all(kinds.map((id) => listUnknown(comparison, { id, created: possible })))).flat(),
    ...(await Promise.all(possible.map((plan) => describeOther(comparison, plan)))).flat(),
  ];
}

function describeOldServer(comparison: Comparison, { node }: NodePlan): string {
  return `${nameServer(comparison)} is too old for ${describe(comparison, node)}: it has no such kind of resource`;
}

async function listUnknown(
  comparison: Comparison,
  { id, created }: { id: string; created: readonly NodePlan[] },
): Promise<string[]> {
  const bodies = created.filter(({ kind }) => kind.id === id).map(({ node }) => node.body);
  const unknown = (await getKind(id).describeUnknown?.(comparison.space, bodies)) ?? [];
  return unknown.map((what) => `${nameServer(comparison)} has no ${what}`);
}

/** An account of one type does not become one of another. */
async function describeOther({ finder, space }: Comparison, { node, kind }: NodePlan): Promise<string[]> {
  if (kind.detailsOf === undefined) return [];
  const wanted = kind.detailsOf(node.body);
  const named = (await finder.list(kind, undefined)).filter((one) =>
    isSameName(kind.nameOf(one), kind.nameOf(node.body)),
  );
  const others = named.map(kind.detailsOf).filter((details) => !isSameJson(details, wanted));
  return others.map(
    (details) =>
      `the space "${space.name}" has something else by the name of ${describeByKind(node)}: ${Object.values(wanted).join()} is wanted, and ${Object.values(details).join()} is there`,
  );
}

function nameServer({ space }: Comparison): string {
  return `the server of the space "${space.name}"`;
}
