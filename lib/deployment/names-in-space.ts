import { nameItems } from "../graph/read-names.ts";
import { targetId, type LookUp, type Target } from "../model/graph.ts";
import type { OctopusSpace } from "../octopus/octopus-client.ts";
import { foldName } from "../octopus/same-name.ts";
import { listHolders, listOwners } from "../resources/holders.ts";
import { findKind } from "../resources/index.ts";
import type { ResourceKind } from "../resources/resource-kind.ts";

export interface NamesInSpace {
  /** Whether the space has what is called so. What belongs to a project or the like is taken to be there, and told when it is compared. */
  has(target: Target): boolean;
}

/** The names that a space has, of the kinds that are looked up. */
export async function findNamesInSpace(space: OctopusSpace, lookUps: readonly LookUp[]): Promise<NamesInSpace> {
  const kinds = new Set(lookUps.flatMap((lookUp) => [lookUp, ...listOwners(lookUp)]).flatMap(findTopKind));
  const lists = await Promise.all([...kinds].map((kind) => listNames(space, kind)));
  const known = new Set(lists.flat());
  return { has: (target) => !isListed(target, kinds) || known.has(toName(target)) };
}

function findTopKind({ kind: id }: Target): ResourceKind[] {
  const kind = findKind(id);
  return kind === undefined || kind.ownedBy !== undefined ? [] : [kind];
}

async function listNames(space: OctopusSpace, kind: ResourceKind): Promise<string[]> {
  return (await kind.list(space)).flatMap((document) => {
    const key = [kind.nameOf(document)];
    const items = (kind.items ?? []).flatMap((list) =>
      list.referencedAs === undefined
        ? []
        : nameItems(list, document).map(({ name }) => ({ kind: list.referencedAs ?? "", key: [...key, name] })),
    );
    return [{ kind: kind.id, key }, ...items].map(toName);
  });
}

/** What belongs to the space, or is an item of such a thing. */
function isListed(target: Target, kinds: ReadonlySet<ResourceKind>): boolean {
  const holders = findKind(target.kind) === undefined ? listHolders(target) : [target];
  return holders.some((holder) => [...kinds].some(({ id }) => id === holder.kind));
}

function toName({ kind, key }: Target): string {
  return foldName(targetId({ kind, key }));
}
