import { nameItems } from "../graph/read-names.ts";
import { forEachReference, targetId, type GraphNode, type Target } from "../model/graph.ts";
import { identityOf } from "../model/identity.ts";
import { objectsOf, textOf, type JsonObject, type JsonValue } from "../model/json.ts";
import type { OctopusDocument } from "../octopus/octopus-client.ts";
import { resourceKinds } from "../resources/index.ts";
import type { ItemList, ResourceKind } from "../resources/resource-kind.ts";
import type { Comparison, Merging, NodePlan } from "./comparison.ts";
import type { KeptDifference } from "./difference.ts";
import { findItemList, keyItems } from "./keyed-items.ts";
import { toPlace } from "./places.ts";

/** Steps of the template that stay away are as gone as resources that do, for all that points to them. */
export function noteAbsentItems(comparison: Comparison, plan: NodePlan): NodePlan {
  if (plan.action === "skip") return plan;
  for (const list of plan.kind.items ?? []) {
    const { referencedAs } = list;
    if (referencedAs === undefined) continue;
    const present = new Set(nameItems(list, plan.merge.body).map(({ item, name }) => identityOf(item) ?? name));
    for (const { item, name } of nameItems(list, plan.node.body))
      if (!present.has(identityOf(item) ?? name))
        comparison.absent.add(targetId({ kind: referencedAs, key: [...plan.node.key, name] }));
  }
  return plan;
}

/** Gone by a person's hand, or new and of no use without something that is. */
export function isStayingAway(
  { absent }: Comparison,
  { node, current }: Merging,
  dropped: readonly KeptDifference[],
): boolean {
  return current === undefined && (absent.has(targetId(node)) || dropped.some(({ path }) => path.length === 1));
}

/** The plan of what stays away, and why. */
export function toSkipped(
  { absent }: Comparison,
  node: GraphNode,
  rival: OctopusDocument | undefined,
): Pick<NodePlan, "action" | "merge" | "secrets"> {
  const isBelowAbsent = node.owner !== undefined && absent.has(targetId(node.owner));
  const what = rival !== undefined ? "taken" : absent.has(targetId(node)) ? "removed" : "blocked";
  const own = rival === undefined ? {} : { space: { Id: rival.Id, Name: textOf(rival, "Name") } };
  const removal = { path: [], place: toPlace([]), what, isConflict: what === "taken", ...own } satisfies KeptDifference;
  return {
    action: "skip",
    merge: { body: {}, changes: [], kept: isBelowAbsent ? [] : [removal] },
    secrets: { toSend: new Map(), digests: {} },
  };
}

/** What points to something that stays away stays away, or as it is: a variable that is scoped to a runbook, say. */
export function dropAbsent(
  { absent }: Comparison,
  kind: ResourceKind,
  { desired, currentBody }: Pick<Merging, "desired" | "currentBody">,
): { desired: JsonObject; kept: KeptDifference[] } {
  const kept: KeptDifference[] = [];
  const result = { ...desired };
  for (const [field, value] of Object.entries(absent.size === 0 ? {} : desired)) {
    if (!pointsToAbsent(absent, value)) continue;
    const list = findItemList(kind, [field]);
    const dropped =
      list === undefined
        ? { value: currentBody[field], kept: [toBlocked([field], [field])] }
        : dropItems(absent, list, { field, desired, currentBody });
    result[field] = dropped.value ?? null;
    kept.push(...dropped.kept);
  }
  return { desired: result, kept };
}

function dropItems(
  absent: ReadonlySet<string>,
  list: ItemList,
  { field, desired, currentBody }: { field: string; desired: JsonObject; currentBody: JsonObject },
): { value: JsonValue; kept: KeptDifference[] } {
  const current = keyItems(list, objectsOf(currentBody, field));
  const kept: KeptDifference[] = [];
  const value = keyItems(list, objectsOf(desired, field)).flatMap(({ key, name, item }) => {
    if (!pointsToAbsent(absent, item)) return [item];
    kept.push(toBlocked([field, name], [field, key]));
    return current.filter((own) => own.key === key).map((own) => own.item);
  });
  return { value, kept };
}

function toBlocked(path: string[], keys: string[]): KeptDifference {
  return { path, place: toPlace(keys), what: "blocked", isConflict: false };
}

function pointsToAbsent(absent: ReadonlySet<string>, value: JsonValue): boolean {
  let isPointing = false;
  forEachReference(value, (target) => void (isPointing ||= isAbsent(absent, target)));
  return isPointing;
}

/** A step is gone with the runbook whose process has it. */
function isAbsent(absent: ReadonlySet<string>, { kind, key }: Target): boolean {
  const isGone = (holder: string): boolean => absent.has(targetId({ kind: holder, key: key.slice(0, -1) }));
  return absent.has(targetId({ kind, key })) || listHolders(kind).some(isGone);
}

/** Kinds of what holds items of that kind, and what there is one of such for. */
function listHolders(itemKind: string): string[] {
  const holders = resourceKinds.filter(({ items }) => items?.some(({ referencedAs }) => referencedAs === itemKind));
  return holders.flatMap(({ id, isSingleton, ownedBy }) => [id, ...(isSingleton === true ? (ownedBy ?? []) : [])]);
}
