import { targetId, type Target } from "../model/graph.ts";
import { findKind, resourceKinds } from "./index.ts";
import type { ResourceKind } from "./resource-kind.ts";

/** What has to be read for the target to be known: its owner, or the documents that it may be an item of. */
export function listHolders({ kind: kindId, key }: Target): Target[] {
  const ownerKey = key.slice(0, -1);
  const kind = findKind(kindId);
  if (kind === undefined)
    return listItemHolders(kindId)
      .filter((holder) => depthOf(holder) === ownerKey.length)
      .map((holder) => ({ kind: holder.id, key: ownerKey }));
  return (kind.ownedBy ?? []).map((owner) => ({ kind: owner, key: kind.isSingleton === true ? key : ownerKey }));
}

/** All that the target is gone with: what it belongs to or is an item of, and so on up to the space. */
export function listOwners(target: Target): Target[] {
  const above = listHolders(target);
  return [...new Map([...above, ...above.flatMap(listOwners)].map((owner) => [targetId(owner), owner])).values()];
}

/** The kinds that have items which others point to as this. */
export function listItemHolders(itemKind: string): readonly ResourceKind[] {
  return resourceKinds.filter(({ items = [] }) => items.some((list) => list.referencedAs === itemKind));
}

/** How many names the key of a resource of the kind has. */
function depthOf({ ownedBy: [owner] = [], isSingleton }: ResourceKind): number {
  const above = owner === undefined ? undefined : findKind(owner);
  return (above === undefined ? 0 : depthOf(above)) + (isSingleton === true ? 0 : 1);
}
