import type { Key, Target } from "../model/graph.ts";
import type { OctopusDocument, OctopusSpace } from "../octopus/octopus-client.ts";
import { resourceKinds } from "../resources/index.ts";
import type { ResourceKind } from "../resources/resource-kind.ts";
import { isExcluded, type Exclusions, type ReadResource } from "./leave-out.ts";
import { collectIds, mergeMet } from "./read-body.ts";
import { isGuid } from "./read-text.ts";
import type { NameIndex } from "./read-names.ts";

export interface Reading {
  names: NameIndex;
  exclude: Exclusions;
  onProgress: (percent: number, doing: string) => void;
}

/** The roots and all that belongs to them, in the order of {@link resourceKinds}, each learned by name. */
export async function readResources(
  space: OctopusSpace,
  roots: readonly ReadResource[],
  reading: Reading,
): Promise<ReadResource[]> {
  const resources = [...roots];
  for (const root of roots) resources.push(...(await readOwned(space, root, reading)));
  for (const resource of resources) reading.names.learn(resource.kind, resource.document, ownerKeyOf(resource));
  if (hasUnknownActions(resources, reading.names)) await learnExcluded(space, resources, reading);
  return resources.toSorted(compareResources);
}

/** What belongs to the resource, down to the last. Of what is excluded, nothing further is read. */
async function readOwned(space: OctopusSpace, owner: ReadResource, reading: Reading): Promise<ReadResource[]> {
  const owned: ReadResource[] = [];
  for (const kind of listOwnedKinds(owner))
    owned.push(...(await kind.list(space, owner.document)).map((document) => toResource(kind, document, owner)));
  const kept = owned.filter(
    (resource) => listOwnedKinds(resource).length > 0 && !isExcluded(resource, reading.exclude),
  );
  for (const [index, resource] of kept.entries()) {
    const { kind, key } = resource;
    reading.onProgress(10 + (60 * index) / kept.length, `reading the ${kind.label} "${key.at(-1) ?? ""}"`);
    owned.push(...(await readOwned(space, resource, reading)));
  }
  return owned;
}

function listOwnedKinds({ kind, document }: ReadResource): ResourceKind[] {
  return resourceKinds.filter(
    ({ ownedBy = [], isPartOf }) => ownedBy.includes(kind.id) && (isPartOf?.(document) ?? true),
  );
}

/** Variables may be scoped to steps of what stays behind: only then those are read, for the names of the steps. */
function hasUnknownActions(resources: ReadResource[], names: NameIndex): boolean {
  const { ids } = mergeMet(resources.map(({ kind, document }) => collectIds(kind, document)));
  return [...ids].some((id) => isGuid(id) && names.find(id) === undefined);
}

async function learnExcluded(space: OctopusSpace, resources: ReadResource[], reading: Reading): Promise<void> {
  for (const resource of resources.filter((one) => isExcluded(one, reading.exclude))) {
    for (const { kind, document, key } of await readOwned(space, resource, reading))
      reading.names.learn(kind, document, key);
  }
}

function toResource(kind: ResourceKind, document: OctopusDocument, owner: ReadResource): ReadResource {
  const key = kind.isSingleton === true ? owner.key : [...owner.key, kind.nameOf(document)];
  const target: Target = { kind: owner.kind.id, key: owner.key };
  return { kind, key, document, owner: target };
}

function ownerKeyOf({ kind, key }: ReadResource): Key {
  return kind.isSingleton === true ? key : key.slice(0, -1);
}

function compareResources(a: ReadResource, b: ReadResource): number {
  const [first, second] = [a, b].map(({ kind, key }) => ({
    order: resourceKinds.indexOf(kind),
    key: JSON.stringify(key),
  }));
  if (first === undefined || second === undefined) return 0;
  return first.order - second.order || (first.key < second.key ? -1 : first.key > second.key ? 1 : 0);
}
