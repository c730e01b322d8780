import { foldName } from "../octopus/same-name.ts";
import { likeness } from "./common-text.ts";
import type { CopyEdit } from "./copy-edits.ts";
import { groupBy } from "./group-by.ts";
import { readQuantity } from "./read-quantity.ts";

/** A copy of a template, with what people changed in it. */
export interface EditedCopy {
  tenant: { id: string; name: string };
  /** The template's key. */
  template: string;
  edits: readonly CopyEdit[];
  /** What is the space's own by decision, a line each: names of things and fields, or patterns of them. */
  accepted?: readonly string[];
}

/** One edit, and whose it is. */
export interface OwnEdit {
  copy: EditedCopy;
  edit: CopyEdit;
}

/** Edits that are alike: those of at least two tenants. */
export interface EditCluster {
  template: string;
  /** What makes them alike. */
  by: "added" | "raised" | "lowered" | "quantity" | "lines" | "place" | "gone" | "secret";
  members: OwnEdit[];
}

/** So much of what people added has to be the same where it is called otherwise. */
const likeEnough = 0.6;

/** Every edit is in one cluster, or in none. In whatever order the copies are given, the same comes of it. */
export function clusterEdits(copies: readonly EditedCopy[]): EditCluster[] {
  const all = copies.flatMap((copy) => copy.edits.map((edit) => ({ copy, edit }))).toSorted(byContent);
  const clusters: EditCluster[] = [];
  for (const [, slot] of groupBy(all, slotOf)) {
    const template = slot[0]?.copy.template ?? "";
    for (const [by, members] of splitSlot(slot)) if (isShared(members)) clusters.push({ template, by, members });
  }
  return clusters.toSorted((a, b) => countTenants(b.members) - countTenants(a.members));
}

export function countTenants(members: readonly OwnEdit[]): number {
  return new Set(members.map(({ copy }) => copy.tenant.id)).size;
}

function isShared(members: readonly OwnEdit[]): boolean {
  return countTenants(members) > 1;
}

function byContent(a: OwnEdit, b: OwnEdit): number {
  const [left, right] = [contentOf(a), contentOf(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}

function contentOf({ copy, edit }: OwnEdit): string {
  return JSON.stringify([copy.template, edit.kind, edit.key, edit.place, edit.what, edit, copy.tenant.id]);
}

/** What may be alike at all: the same place of the same thing, or what was added to the same list. */
function slotOf({ copy, edit }: OwnEdit): string {
  const { kind, key, place, what, isWhole } = edit;
  const deed = isWhole ? what : what === "moved" ? "order" : "field";
  return JSON.stringify([copy.template, kind, key, place, deed]);
}

type Split = [EditCluster["by"], OwnEdit[]];

function splitSlot(slot: OwnEdit[]): Split[] {
  const [first] = slot;
  if (first === undefined) return [];
  if (first.edit.isWhole && first.edit.what === "added") return splitAdded(slot);
  if (slot.some(({ edit }) => edit.isSecret === true)) return [["secret", slot]];
  if (first.edit.isWhole) return [["place", slot]];
  const quantities = slot.filter(({ edit }) => sizeOf(edit) !== undefined);
  const texts = slot.filter(({ edit }) => sizeOf(edit) === undefined);
  return [...splitQuantities(quantities), ...splitTexts(texts)];
}

/** By name and type; then what is called otherwise, and is nearly the same. */
function splitAdded(slot: readonly OwnEdit[]): Split[] {
  const named = groupBy(slot, ({ edit }) => JSON.stringify([foldName(edit.item?.name ?? ""), edit.item?.type ?? ""]));
  const groups = [...named.values()].toSorted((a, b) => countTenants(b) - countTenants(a));
  const joined: OwnEdit[][] = [];
  for (const group of groups) {
    const like = joined.find((known) => isAlike(known[0], group[0]));
    if (like === undefined) joined.push([...group]);
    else like.push(...group);
  }
  return joined.map((members) => ["added", members]);
}

function isAlike(a: OwnEdit | undefined, b: OwnEdit | undefined): boolean {
  const [left, right] = [a?.edit.item, b?.edit.item];
  if (left === undefined || right === undefined || left.type !== right.type) return false;
  // What says little is like much else.
  if (Math.min(left.words.length, right.words.length) < 4) return false;
  return likeness(left.words, right.words) >= likeEnough;
}

function sizeOf({ here }: CopyEdit): ReturnType<typeof readQuantity> {
  return readQuantity(here ?? "");
}

/** Up and down are two things, where several did either. */
function splitQuantities(members: readonly OwnEdit[]): Split[] {
  const raised = members.filter(({ edit }) => directionOf(edit) === "raised");
  const lowered = members.filter(({ edit }) => directionOf(edit) === "lowered");
  const others = members.filter(({ edit }) => directionOf(edit) === undefined);
  const isClear = others.length === 0 && [raised, lowered].every((group) => group.length === 0 || isShared(group));
  if (!isClear) return [["quantity", [...members]]];
  return [
    ["raised", raised],
    ["lowered", lowered],
  ];
}

function directionOf(edit: CopyEdit): "raised" | "lowered" | undefined {
  const [had, here] = [readQuantity(edit.had ?? ""), sizeOf(edit)];
  if (had === undefined || here === undefined || had.family !== here.family) return undefined;
  return here.size > had.size ? "raised" : "lowered";
}

/** Texts of several lines by the lines that changed, then by those that are gone; all others by their place. */
function splitTexts(members: readonly OwnEdit[]): Split[] {
  const long = members.filter(({ edit }) => edit.lines !== undefined);
  const short = members.filter(({ edit }) => edit.lines === undefined);
  const same = groupBy(long, ({ edit }) => JSON.stringify(edit.lines));
  const alike = [...same.values()].filter(isShared);
  const rest = [...same.values()].filter((group) => !isShared(group)).flat();
  const gone = [...groupBy(rest, ({ edit }) => JSON.stringify(edit.lines?.gone)).values()];
  const shared = gone.filter((group) => isShared(group) && (group[0]?.edit.lines?.gone.length ?? 0) > 0);
  const left = gone.filter((group) => !shared.includes(group)).flat();
  return [
    ...alike.map((group): Split => ["lines", group]),
    ...shared.map((group): Split => ["gone", group]),
    ["place", left],
    ["place", short],
  ];
}
