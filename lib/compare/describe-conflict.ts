import type { PlannedResource } from "./compare-graph.ts";
import type { KeptDifference } from "./difference.ts";
import { getKind } from "../resources/index.ts";
import { canBeTaken } from "./decision.ts";
import { placeInWords } from "./place-in-words.ts";
import { describeKept, describePlace, nameDifference } from "./report.ts";
import { describeValues } from "./describe-value.ts";

/** Where the template and the people of a space changed the same: what differs, in words, without a secret. */
export interface PlanConflict {
  /** One sentence. */
  text: string;
  /** The resource: `the variables of "Hello World"`. */
  thing: string;
  /** What of it, such as `Region › Value`; "" for the whole of it. */
  field: string;
  /** The same in people's words: `Say hello › Script`. */
  label?: string;
  /** Absent where there are no two values, such as for a name that the space has for its own. */
  sides?: ConflictSides;
  /** What a decision calls it. */
  name?: string;
  /** What the three sides had, for a decision. */
  seen?: string;
  /** Whether the template's can be taken. */
  canBeTaken?: boolean;
}

/** The values of a place; "" for none. */
export interface ConflictSides {
  /** What the template had when both were settled last; absent when nobody knows. */
  had?: string;
  /** What the template has now. */
  has: string;
  /** What the space has. */
  here: string;
}

export function describeConflicts(
  resource: Pick<PlannedResource, "description" | "kept"> & Partial<Pick<PlannedResource, "target">>,
  options: { isOverwritten?: boolean } = {},
): PlanConflict[] {
  const { description, kept, target } = resource;
  const conflicts = kept.filter(({ isConflict }) => isConflict);
  return describeKept({ description, kept: conflicts }, options).map(({ text }, index) => {
    const conflict = conflicts[index];
    const sides = conflict && describeSides(conflict);
    return {
      text,
      thing: description,
      field: describeField(conflict),
      ...(target && conflict && { label: labelField(target.kind, conflict) }),
      ...(sides && { sides }),
      ...(conflict?.seen !== undefined && {
        name: nameDifference(description, conflict),
        seen: conflict.seen,
        canBeTaken: canBeTaken(conflict),
      }),
    };
  });
}

function describeField(conflict: KeptDifference | undefined): string {
  const place = describePlace(conflict?.path ?? []);
  return conflict?.what === "reordered" ? `Order of ${place}` : place;
}

function labelField(kindId: string, { path, what }: KeptDifference): string {
  const { item, field } = placeInWords(getKind(kindId), path);
  const place = [item, field].filter((part) => part !== "").join(" › ");
  return what === "reordered" ? `Order of ${place}` : place;
}

function describeSides({ what, template, space, base, isBaseUnknown }: KeptDifference): ConflictSides | undefined {
  if (what === "taken" || what === "used" || what === "blocked") return undefined;
  const [had = "", has = "", here = ""] = describeValues([base, template, space]);
  return { ...(isBaseUnknown !== true && { had }), has, here };
}
