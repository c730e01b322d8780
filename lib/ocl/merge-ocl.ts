import { digestParts, splitOcl, type OclPart } from "./split-ocl.ts";

/** A file three times: what both sides began with, and what each has now. All lines end alike. */
export interface OclSides {
  base: string;
  into: string;
  from: string;
}

/**
 * The file of the receiving side with what the other one changed, item by item: where it wrote things, and how, stays. Undefined where both
 * changed one thing in two ways, or where the bringing side has steps in another order.
 * @throws {@link ParameterError} for a file that cannot be taken apart
 */
export function mergeOcl(sides: OclSides, fileName: string): string | undefined {
  const merging: Merging = { sides, edits: [] };
  const [base, into, from] = [sides.base, sides.into, sides.from].map((source) => splitOcl(source, fileName));
  const start = sides.into.startsWith("\uFEFF") ? 1 : 0;
  const isMerged = mergeParts(merging, { base: base ?? [], into: into ?? [], from: from ?? [] }, { start, depth: 0 });
  return isMerged ? applyEdits(sides.into, merging.edits) : undefined;
}

/** Whether two files say the same to Octopus. @throws {@link ParameterError} as `mergeOcl` */
export function isSameOcl(a: string, b: string, fileName: string): boolean {
  return digestParts(splitOcl(a, fileName)) === digestParts(splitOcl(b, fileName));
}

interface EditedText {
  start: number;
  end: number;
  text: string;
}

interface Merging {
  sides: OclSides;
  /** Of the receiving side's file. */
  edits: EditedText[];
}

interface Bodies {
  base: readonly OclPart[];
  into: readonly OclPart[];
  from: readonly OclPart[];
}

/** Where the body of the receiving side begins. */
interface Place {
  start: number;
  depth: number;
}

function mergeParts(merging: Merging, bodies: Bodies, place: Place): boolean {
  if (!keepsOrder(bodies)) return false;
  const keys = new Set([...bodies.into, ...bodies.from].map(({ key }) => key));
  return [...keys].every((key) => mergePart(merging, { key, bodies, place }));
}

function mergePart(merging: Merging, { key, bodies, place }: { key: string; bodies: Bodies; place: Place }): boolean {
  const [base, into, from] = [bodies.base, bodies.into, bodies.from].map((parts) =>
    parts.find((part) => part.key === key),
  );
  if (into?.digest === from?.digest || from?.digest === base?.digest) return true;
  if (into !== undefined && from !== undefined && isBody(into) && into.kind === from.kind)
    return mergeParts(
      merging,
      { base: base?.kind === into.kind ? base.parts : [], into: into.parts, from: from.parts },
      { start: into.inner, depth: place.depth + 1 },
    );
  if (into?.digest !== base?.digest) return false;
  if (from === undefined) merging.edits.push(toRemoval(merging.sides.into, into));
  else if (into === undefined) merging.edits.push(toInsertion(merging, { from, bodies, place }));
  else merging.edits.push({ start: into.start, end: into.end, text: sliceOf(merging.sides.from, from) });
  return true;
}

function isBody({ kind }: OclPart): boolean {
  return kind !== "attribute";
}

/** Whether nothing but the receiving side moved what has an order. */
function keepsOrder({ base, into, from }: Bodies): boolean {
  const ordered = [base, into, from].map((parts) => parts.filter(({ isFree }) => !isFree).map(({ key }) => key));
  const [before = [], here = [], there = []] = ordered.map((keys) =>
    JSON.stringify(keys.filter((key) => ordered.every((others) => others.includes(key)))),
  );
  return there === before || there === here;
}

function sliceOf(source: string, { start, end }: OclPart): string {
  return source.slice(start, end);
}

/** With the white space before it, so that no line is left empty. */
function toRemoval(source: string, part: OclPart | undefined): EditedText {
  const [start, end] = [part?.start ?? 0, part?.end ?? 0];
  return { start: start - (/\s*$/.exec(source.slice(0, start))?.[0] ?? "").length, end, text: "" };
}

/** Behind what it stands behind on the other side. */
function toInsertion(
  { sides }: Merging,
  { from, bodies, place }: { from: OclPart; bodies: Bodies; place: Place },
): EditedText {
  const own = new Map(bodies.into.map((part) => [part.key, part]));
  const before = bodies.from.slice(0, bodies.from.indexOf(from)).findLast(({ key }) => own.has(key));
  const at = (before && own.get(before.key)?.end) ?? place.start;
  const indent = /[^\S\n]*$/.exec(sides.from.slice(0, from.start))?.[0] ?? "";
  const text = `${indent}${sliceOf(sides.from, from)}`;
  if (before === undefined && place.depth === 0)
    return { start: at, end: at, text: `${text}\n${from.kind === "block" ? "\n" : ""}` };
  const gap = before !== undefined && from.kind === "block" ? "\n\n" : "\n";
  return { start: at, end: at, text: `${gap}${text}` };
}

function applyEdits(source: string, edits: readonly EditedText[]): string {
  return edits
    .map((edit, index) => ({ ...edit, index }))
    .toSorted((a, b) => b.start - a.start || b.index - a.index)
    .reduce((text, { start, end, text: inner }) => `${text.slice(0, start)}${inner}${text.slice(end)}`, source);
}

/**
 * The lines of a file as they would be were they written like those of another one: things in its order, white space always the same. What lines
 * of three such texts differ in, Octopus would notice.
 * @throws {@link ParameterError} for a file that cannot be taken apart
 */
export function renderLike(source: string, like: string, fileName: string): string {
  return `${renderParts(splitOcl(source, fileName), splitOcl(like, fileName)).join("\n")}\n`;
}

function renderParts(parts: readonly OclPart[], like: readonly OclPart[]): string[] {
  return arrange(parts, like).flatMap((part) => {
    const known = like.find(({ key }) => key === part.key);
    if (part.kind === "attribute") return renderAttribute(part);
    const inner = renderParts(part.parts, known?.parts ?? []);
    const head = part.kind === "block" ? ["", `${part.key} {`] : [`${part.key} = {`];
    return [...head, ...inner, "}"];
  });
}

/** Lines of a script stay lines. */
function renderAttribute({ key, value }: OclPart): string[] {
  const lines = value.startsWith('"') ? value.split("\\n") : [value];
  return lines.length === 1 ? [`${key} = ${value}`] : [`${key} =`, ...lines.map((line) => `| ${line}`)];
}

/** What may stand anywhere as the other one has it, then what has an order. */
function arrange(parts: readonly OclPart[], like: readonly OclPart[]): OclPart[] {
  const free = parts.filter(({ isFree }) => isFree);
  const arranged = like.flatMap(({ key }) => free.filter((part) => part.key === key));
  free.forEach((part, index) => {
    if (arranged.includes(part)) return;
    const before = free[index - 1];
    arranged.splice(before === undefined ? 0 : arranged.indexOf(before) + 1, 0, part);
  });
  return [...arranged, ...parts.filter(({ isFree }) => !isFree)];
}

/** Whether two files have the same things in another order. @throws {@link ParameterError} as `renderLike` */
export function isReordered(source: string, like: string, fileName: string): boolean {
  const parts = splitOcl(source, fileName);
  return hasOtherOrder(parts, splitOcl(like, fileName));
}

function hasOtherOrder(parts: readonly OclPart[], like: readonly OclPart[]): boolean {
  const common = (some: readonly OclPart[], others: readonly OclPart[]): string[] =>
    some.map(({ key }) => key).filter((key) => others.some((other) => other.key === key));
  if (JSON.stringify(common(parts, like)) !== JSON.stringify(common(like, parts))) return true;
  return parts.some((part) => hasOtherOrder(part.parts, like.find(({ key }) => key === part.key)?.parts ?? []));
}
