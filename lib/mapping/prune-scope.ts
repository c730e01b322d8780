import { isReference, isText, type Target } from "../model/graph.ts";
import type { JsonValue } from "../model/json.ts";
import { fateOf, targetOf, type Fate } from "./fate.ts";
import type { Way } from "./mapping-schema.ts";
import type { Place, Pruned } from "./prune-node.ts";
import { labelOf } from "../resources/fields.ts";
import { ruleName, sectionOf } from "./sections.ts";
import { describeByKind } from "../resources/describe-by-kind.ts";

/** One of what a field names, and what becomes of it. */
interface Element {
  value: JsonValue;
  target: Target | undefined;
  fate: Fate | undefined;
}

/** What names others, and is limited to them or can do without them, without what does not come along. */
export function pruneScope(name: string, value: JsonValue, place: Place): Pruned {
  const elements = split(value, place).map((element) => toElement(element, place));
  if (elements.every(({ fate }) => fate === undefined)) return { value };
  if (!Array.isArray(value) && elements.length === 1) return pruneOne(name, value, elements, place);
  const pruned = pruneElements(name, elements, place);
  return pruned.value === undefined ? pruned : { ...pruned, value: join(value, pruned.value) };
}

/** Only lists with commas are lists: of a text with references in it, nothing can be taken away. */
function split(value: JsonValue, { field }: Place): JsonValue[] {
  if (Array.isArray(value)) return value;
  if (isText(value)) return field.isCommaList === true ? value.$text.filter(isReference) : [];
  if (typeof value === "string" && field.isCommaList === true) return value.split(",").map((part) => part.trim());
  return [value];
}

function join(before: JsonValue, after: JsonValue): JsonValue {
  if (Array.isArray(before) || !Array.isArray(after)) return after;
  if (typeof before === "string") return after.join(",");
  const [first = "", ...rest] = after;
  return rest.length === 0 ? first : { $text: [first, ...rest.flatMap((piece) => [",", piece])] };
}

function toElement(value: JsonValue, { field, key, pruning }: Place): Element {
  const target = targetOf(value, { text: field.text, resourceKey: key });
  return { value, target, fate: target === undefined ? undefined : fateOf(target, pruning) };
}

/** A single thing is there or not: there is nothing to ignore about it. */
function pruneOne(name: string, value: JsonValue, [element]: Element[], place: Place): Pruned {
  const { field, pruning, about } = place;
  const isBehind = element?.fate === "behind";
  const way = findWay(element?.target, place);
  if (!isBehind && (way === undefined || way.startsWith("error")))
    return refuseMissing(value, { missing: [element?.target], way }, place);
  const fate = isBehind ? "stays behind" : "is not in the space";
  if (field.whenGone === "leaveOut") return { loss: `its ${labelOf(field, name)} ${fate}` };
  if (field.whenGone !== "drop") return needIt(value, element, place);
  pruning.remark(about, `${name} is left out: it refers to something that ${fate}`);
  return {};
}

/** What the space lacks is told when it is compared. */
function needIt(value: JsonValue, element: Element | undefined, { about, pruning }: Place): Pruned {
  if (element?.fate === "behind") pruning.tell("needed", `${describe(about)} needs ${describe(element.target)}`);
  return { value };
}

function pruneElements(name: string, elements: Element[], place: Place): Pruned {
  const { field } = place;
  const label = labelOf(field, name);
  const coming = elements.filter(({ fate }) => fate !== "behind");
  if (coming.length === 0) return field.whenGone === "leaveOut" ? lose(label, "stay behind") : keep(coming);
  const matched = coming.filter(({ fate }) => fate === undefined);
  if (matched.length === coming.length) return keep(coming);
  return pruneMissing({ coming, matched, label }, place);
}

/** The six ways of SpaceCloner, by their names there. */
function pruneMissing({ coming, matched, label }: Matching, place: Place): Pruned {
  const missing = coming.flatMap(({ fate, target }) => (fate === "missing" ? [target] : []));
  const way = findWay(missing[0], place);
  const isOut = matched.length === 0;
  if (way === undefined) return keep(coming);
  if (way === "errorUnlessExactMatch" || (way === "errorUnlessPartialMatch" && isOut))
    return refuseMissing(toValues(coming), { missing, way }, place);
  if (place.field.whenGone !== "leaveOut") return keep(matched);
  if (way === "skipUnlessExactMatch" || (way === "skipUnlessPartialMatch" && isOut))
    return lose(label, "are not in the space");
  if (isOut) widen(label, place);
  return way === "ignoreMismatchOnNewLeaveExistingAlone" ? { ...keep(matched), isKept: true } : keep(matched);
}

interface Matching {
  coming: Element[];
  /** Those that the space has. */
  matched: Element[];
  label: string;
}

function keep(elements: Element[]): Pruned {
  return { value: toValues(elements) };
}

function toValues(elements: Element[]): JsonValue[] {
  return elements.map(({ value }) => value);
}

function lose(label: string, fate: string): Pruned {
  return { loss: `it is only for ${label} that ${fate}, and without them it would be for all` };
}

function widen(label: string, { about, section, pruning }: Place): void {
  if (!pruning.ways.mayWiden(section, about.key.at(-1) ?? "")) pruning.tell("widened", `${describe(about)} (${label})`);
}

function refuseMissing(
  value: JsonValue,
  { missing, way }: { missing: (Target | undefined)[]; way: Way | undefined },
  { about, pruning }: Place,
): Pruned {
  const names = missing.flatMap((target) => (target === undefined ? [] : `"${ruleName(target)}"`));
  if (way !== undefined) pruning.tell("mismatched", `${describe(about)} (${names.join(", ")})`);
  return { value };
}

function findWay(target: Target | undefined, { section, pruning }: Place): Way | undefined {
  return pruning.ways.find(section, target && sectionOf(target));
}

function describe(target: Target | undefined): string {
  return target === undefined ? "" : describeByKind(target);
}
