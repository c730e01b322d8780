import { targetId, type Key, type Remark, type Target } from "../model/graph.ts";
import type { OctopusDocument } from "../octopus/octopus-client.ts";
import { listOwners } from "../resources/holders.ts";
import { findKind } from "../resources/index.ts";
import type { Exclusion, ResourceKind } from "../resources/resource-kind.ts";
import type { NameFilter } from "./name-patterns.ts";
import { pruneDocument, type Pruning } from "./prune.ts";
import type { Names } from "./read-body.ts";

/** A document that was read, and where it stands in the graph. */
export interface ReadResource {
  kind: ResourceKind;
  key: Key;
  owner?: Target;
  document: OctopusDocument;
}

/** What stays behind, by name. */
export type Exclusions = Readonly<Record<Exclusion, NameFilter>>;

interface LeavingOut {
  names: Names;
  remarks: Remark[];
}

/**
 * The resources without what is excluded or missing in the space, nor what only made sense with it: a variable whose scope would lose
 * its last environment would apply everywhere, so it stays behind too. Every such case is a remark.
 */
export function leaveOut(
  resources: ReadResource[],
  exclude: Exclusions,
  { names, remarks }: LeavingOut,
): ReadResource[] {
  const included = resources.filter((resource) => !isExcluded(resource, exclude));
  const gone = new Set(resources.filter((resource) => isExcluded(resource, exclude)).map(targetOf));
  // What is left out may be the last thing that something else was for.
  for (;;) {
    const before = gone.size;
    const found: Remark[] = [];
    const kept = included.flatMap(
      (resource) => pruneResource(resource, { exclude, names, gone, remarks: found }) ?? [],
    );
    if (gone.size > before) continue;
    remarks.push(...new Map(found.map((remark) => [`${targetId(remark.about)} ${remark.text}`, remark])).values());
    return kept;
  }
}

/** Whether people asked to leave it out. */
export function isExcluded({ kind, key }: Pick<ReadResource, "kind" | "key">, exclude: Exclusions): boolean {
  return kind.excludedBy !== undefined && exclude[kind.excludedBy](key.at(-1) ?? "");
}

function targetOf({ kind, key }: ReadResource): string {
  return targetId({ kind: kind.id, key });
}

interface LeavingOutOne extends LeavingOut {
  exclude: Exclusions;
  gone: Set<string>;
}

function pruneResource(resource: ReadResource, leaving: LeavingOutOne): ReadResource | undefined {
  const { owner, kind, key } = resource;
  if (owner !== undefined && leaving.gone.has(targetId(owner))) return undefined;
  const pruning = toPruning(leaving);
  const { document, loss } = pruneDocument(resource, pruning);
  if (loss === undefined) return { ...resource, document };
  // What must be there cannot be left out: reading it will say what is missing.
  if (kind.isSingleton === true || kind.isDefault?.(resource.document) === true) return resource;
  pruning.leave({ kind: kind.id, key }, { about: { kind: kind.id, key }, text: `left out: ${loss}` });
  return undefined;
}

function toPruning({ exclude, names, gone, remarks }: LeavingOutOne): Pruning {
  return {
    names,
    isExcluded: (by, name) => by !== undefined && exclude[by](name),
    isLeftOut: (target) =>
      isExcludedTarget(target, exclude) || [target, ...listOwners(target)].some((one) => gone.has(targetId(one))),
    leave(target, remark) {
      gone.add(targetId(target));
      if (remark !== undefined) remarks.push(remark);
    },
    remark: (about, text) => void remarks.push({ about, text }),
  };
}

function isExcludedTarget({ kind, key }: Target, exclude: Exclusions): boolean {
  const by = findKind(kind)?.excludedBy;
  return by !== undefined && exclude[by](key.at(-1) ?? "");
}
