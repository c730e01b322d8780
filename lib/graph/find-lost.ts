import type { Target } from "../model/graph.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../model/json.ts";
import type { Field } from "../resources/field.ts";
import { fieldIn } from "../resources/fields.ts";
import type { ReadResource } from "./leave-out.ts";
import { isId } from "./ids.ts";
import type { Names } from "./read-body.ts";
import { isGuid } from "./read-text.ts";

/** An id, tag or name of what does not come along. */
export interface Lost {
  text: string;
  /** Whether the space no longer has it: the portal says "Missing Resource". */
  isMissing: boolean;
}

export interface Search {
  pruning: { names: Names; isLeftOut(target: Target): boolean };
  resource: ReadResource;
  field: Field;
}

/** What the value points to that does not come along. */
export function findLost(value: JsonValue, search: Search): Lost[] {
  if (typeof value === "string") return splitText(value, search.field).flatMap((text) => findLostText(text, search));
  if (Array.isArray(value)) return value.flatMap((item) => findLost(item, search));
  return isJsonObject(value) ? findLostInside(value, search) : [];
}

/** The text, or what is between the commas of a list. */
export function splitText(text: string, { isCommaList }: Field): string[] {
  return isCommaList === true ? text.split(",").map((part) => part.trim()) : [text];
}

/** What became of what the sentence speaks of: `stay behind`. */
export function describeLoss(lost: readonly Lost[], { isPlural }: { isPlural: boolean }): string {
  const missing = new Set(lost.filter(({ isMissing }) => isMissing).map(({ text }) => text));
  if (missing.size === 0) return isPlural ? "stay behind" : "stays behind";
  return `${isPlural ? "are" : "is"} missing in the space (${[...missing].join(", ")})`;
}

function findLostInside(object: JsonObject, search: Search): Lost[] {
  return Object.entries(object).flatMap(([name, value]) =>
    findLost(value, { ...search, field: fieldIn(search.field, name) }),
  );
}

function findLostText(text: string, { field, resource, pruning }: Search): Lost[] {
  const { names, isLeftOut } = pruning;
  if (field.text === "actionName") {
    const action = { kind: "action", key: [...resource.key.slice(0, 1), text] };
    return isLeftOut(action) ? [{ text, isMissing: false }] : [];
  }
  if (!canPoint(text, field) || text === names.spaceId) return [];
  const target = field.text === "tag" ? names.findTag(text) : names.find(text);
  if (target === undefined) return isKnowable(text, field) ? [{ text, isMissing: true }] : [];
  return isLeftOut(target) ? [{ text, isMissing: false }] : [];
}

function canPoint(text: string, field: Field): boolean {
  return text !== "" && (field.text === "id" || field.text === "action" || field.text === "tag");
}

/** Whether the text can be nothing else than what it should be: no expression, say. */
function isKnowable(text: string, field: Field): boolean {
  if (field.text === "tag") return true;
  return field.text === "action" ? isGuid(text) : isId(text);
}
