import { setImmediate as turn } from "node:timers/promises";
import type { Key, Target } from "../model/graph.ts";
import type { OctopusDocument, OctopusSpace } from "../octopus/octopus-client.ts";
import { pluralOf } from "../resources/describe-by-kind.ts";
import { resourceKinds } from "../resources/index.ts";
import { listOwned } from "../resources/list-owned.ts";
import type { ResourceKind } from "../resources/resource-kind.ts";
import { readAhead } from "../step/read-ahead.ts";
import { isExcluded, type Exclusions, type ReadResource } from "./leave-out.ts";
import { mergeMet } from "./read-body.ts";
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
  learnAll(roots, reading.names);
  const resources = [...roots, ...(await readOwned(space, roots, reading))];
  const excluded = resources.filter((one) => isExcluded(one, reading.exclude));
  if (excluded.length > 0 && hasUnknownActions(resources, reading.names)) await learnOwned(space, excluded, reading);
  return resources.toSorted(compareResources);
}

/** What belongs to the resources, down to the last. Of what is excluded, nothing further is read. */
async function readOwned(
  space: OctopusSpace,
  roots: readonly ReadResource[],
  reading: Reading,
): Promise<ReadResource[]> {
  const all: ReadResource[] = [];
  // What they refer to and nothing below them is, is asked for meanwhile.
  const naming: Promise<void>[] = [readAhead(resolveNames(roots, reading, ({ ownedBy }) => ownedBy === undefined))];
  let owners = roots;
  for (let parts = startParts(space, roots, reading); parts.length > 0;) {
    const read = await Promise.all(parts);
    const owned = read.flatMap((part) => part.owned);
    all.push(...owned);
    naming.push(readAhead(resolveNames([...owners, ...owned], reading)));
    owners = owned;
    parts = read.flatMap((part) => part.below);
  }
  await Promise.all(naming);
  return all;
}

interface ReadPart {
  owned: ReadResource[];
  /** What belongs to these, as it is being read. */
  below: Promise<ReadPart>[];
}

/** Each kind side by side, and what is below it as soon as it is known. */
function startParts(space: OctopusSpace, owners: readonly ReadResource[], reading: Reading): Promise<ReadPart>[] {
  const parts = resourceKinds.map((kind) => ({ kind, owners: owners.filter((owner) => mayOwn(owner, kind)) }));
  const wanted = parts.filter((part) => part.owners.length > 0);
  const progress = countParts(wanted.length, reading);
  return wanted.map((part) =>
    readAhead(
      progress(part, readPart(space, part)).then((owned) => {
        learnAll(owned, reading.names);
        const kept = owned.filter((resource) => !isExcluded(resource, reading.exclude));
        const below = startParts(space, kept, reading);
        readAhead(meetAll(owned, reading));
        return { owned, below };
      }),
    ),
  );
}

function learnAll(resources: readonly ReadResource[], names: NameIndex): void {
  for (const resource of resources) names.learn(resource.kind, resource.document, ownerKeyOf(resource));
}

/** One level at a time: what that points to besides is mostly known by then. @param isAsked - which kinds the names are asked of; all */
async function resolveNames(
  resources: readonly ReadResource[],
  reading: Reading,
  isAsked?: (kind: ResourceKind) => boolean,
): Promise<void> {
  await meetAll(resources, reading);
  const { names } = reading;
  await names.resolve(mergeMet(resources.map(({ kind, document }) => names.meet(kind, document))), isAsked);
}

/** Milliseconds that nothing else happens: what others answered waits as long, and what is to be asked next. */
const longestTurn = 5;

/** Works out what each points to, which takes a while, and lets others be read meanwhile. */
async function meetAll(resources: readonly ReadResource[], { names }: Reading): Promise<void> {
  let begun = performance.now();
  for (const { kind, document } of resources) {
    names.meet(kind, document);
    if (performance.now() - begun < longestTurn) continue;
    await turn();
    begun = performance.now();
  }
}

/** All of one kind that belongs to some resources. */
interface Part {
  kind: ResourceKind;
  owners: readonly ReadResource[];
}

function mayOwn(owner: ReadResource, { ownedBy = [], isPartOf }: ResourceKind): boolean {
  return ownedBy.includes(owner.kind.id) && (isPartOf?.(owner.document) ?? true);
}

async function readPart(space: OctopusSpace, { kind, owners }: Part): Promise<ReadResource[]> {
  const listed = await listOwned(
    space,
    kind,
    owners.map(({ document }) => document),
  );
  return owners.flatMap((owner) =>
    (listed.get(owner.document.Id) ?? []).map((document) => toResource(kind, document, owner)),
  );
}

/** Tells of each part that has been read. */
function countParts(all: number, { onProgress }: Reading): <T>(part: Part, read: Promise<T>) => Promise<T> {
  let count = 0;
  return async ({ kind, owners }, read) => {
    const result = await read;
    count += 1;
    onProgress(10 + (60 * count) / all, `${describeOwners(owners)}: ${kind.label} read`);
    return result;
  };
}

function describeOwners(owners: readonly ReadResource[]): string {
  const [first] = owners;
  if (first !== undefined && owners.length === 1) return `${first.kind.label} "${first.key.at(-1) ?? ""}"`;
  const isOneKind = owners.every(({ kind }) => kind === first?.kind);
  return `${owners.length} ${pluralOf(isOneKind ? (first?.kind.label ?? "") : "resource")}`;
}

/** Variables may be scoped to steps of what stays behind: only then those are read, for the names of the steps. */
function hasUnknownActions(resources: ReadResource[], names: NameIndex): boolean {
  const { ids } = mergeMet(resources.map(({ kind, document }) => names.meet(kind, document)));
  return [...ids].some((id) => isGuid(id) && names.find(id) === undefined);
}

async function learnOwned(space: OctopusSpace, excluded: ReadResource[], reading: Reading): Promise<void> {
  for (const { kind, document, key } of await readOwned(space, excluded, reading))
    reading.names.learn(kind, document, key);
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
