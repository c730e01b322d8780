import { getKind } from "../resources/index.ts";
import { describe, type Comparison, type NodePlan } from "./comparison.ts";

/** What of the graph the space's server cannot have, since it is an older one or lacks something: a phrase each. */
export async function describeUnknown(comparison: Comparison, plans: readonly NodePlan[]): Promise<string[]> {
  const created = plans.filter(({ action }) => action === "create");
  const { unknownKinds } = comparison.finder;
  const problems = created
    .filter(({ kind }) => unknownKinds.has(kind.id))
    .map(({ node }) => `${nameServer(comparison)} is older than ${describe(comparison, node)}: it has no ${node.kind}`);
  for (const id of new Set(created.map(({ kind }) => kind.id).filter((kind) => !unknownKinds.has(kind))))
    problems.push(...(await listUnknown(comparison, { id, created })));
  return problems;
}

async function listUnknown(
  comparison: Comparison,
  { id, created }: { id: string; created: readonly NodePlan[] },
): Promise<string[]> {
  const bodies = created.filter(({ kind }) => kind.id === id).map(({ node }) => node.body);
  const unknown = (await getKind(id).describeUnknown?.(comparison.space, bodies)) ?? [];
  return unknown.map((what) => `${nameServer(comparison)} has no ${what}`);
}

function nameServer({ space }: Comparison): string {
  return `the server of the space "${space.name}"`;
}
