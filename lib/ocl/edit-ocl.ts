import { ParameterError } from "../step/errors.ts";
import { findAttribute } from "./walk-ocl.ts";
import {
  startOfOcl,
  white,
  type OclAttribute,
  type OclBlock,
  type OclDictionary,
  type OclFile,
  type OclItem,
  type OclSpan,
  type OclText,
} from "./read-ocl.ts";
import {
  compareNames,
  oneStep,
  quoteOcl,
  saysText,
  writeAttribute,
  writeBlock,
  writeEntry,
  writeValue,
  type OclLayout,
  type OclNewBlock,
  type OclNewLiteral,
  type OclNewValue,
} from "./write-ocl.ts";

/** A part of a file, and what shall stand there. */
export interface OclEdit extends OclSpan {
  text: string;
}

/**
 * The file with edits that were made of it. All that they do not name stays as it is, to the last byte.
 * @throws {@link ParameterError} for edits of which one touches what another does
 */
export function applyEdits({ source, fileName }: OclFile, edits: readonly OclEdit[]): string {
  const parts: string[] = [];
  let position = 0;
  for (const { start, end, text } of edits.toSorted((a, b) => a.start - b.start || a.end - b.end)) {
    if (start < position)
      throw new ParameterError(
        `Failed to edit "${fileName}": two changes touch one place in line ${source.slice(0, start).split("\n").length}. Make one after the other.`,
      );
    parts.push(source.slice(position, start), text);
    position = end;
  }
  return [...parts, source.slice(position)].join("");
}

/**
 * Another text in the place of one: a label, an item of a list, a value. A heredoc stays one where it can.
 * @param written - what else stands there
 */
export function replaceText(
  file: OclFile,
  { start, end, value }: OclText,
  text: string,
  written = quoteOcl(text),
): OclEdit[] {
  if (value === text) return [];
  const heredoc = file.source.startsWith("<", start) ? editHeredoc(file, { start, end, value }, text) : undefined;
  return [{ start, end, text: heredoc ?? written }];
}

/** The last attribute of the name in a block, or in the file itself, gets the value; without one it is added where Octopus would write it. */
export function setAttribute(file: OclFile, block: OclBlock | undefined, name: string, value: OclNewValue): OclEdit[] {
  const place = placeOf(file, block);
  const found = findAttribute(place.items, name);
  if (found !== undefined) return setValue(file, found, value, layoutAt(file, found.start));
  const index = findIndex(place.items, name);
  return insert(file, place, {
    index,
    write: (layout) => writeAttribute(name, value, layout),
    isApart: false,
  });
}

/** Without its lines, and without an empty line that stands there because of it. */
export function removeItem(file: OclFile, block: OclBlock | undefined, item: OclItem): OclEdit[] {
  return remove(file, placeOf(file, block), item);
}

/** @param before - the item that it shall stand before; else it comes where Octopus would write it, behind all of its name */
export function addBlock(file: OclFile, block: OclBlock | undefined, added: OclNewBlock, before?: OclItem): OclEdit[] {
  const place = placeOf(file, block);
  const index = before === undefined ? findBlockIndex(place.items, added.name) : place.items.indexOf(before);
  return insert(file, place, { index, write: (layout) => writeBlock(added, layout), isApart: true });
}

/** Sets an entry of a dictionary, or adds it by the alphabet. */
export function setEntry(file: OclFile, dictionary: OclDictionary, key: string, value: OclNewLiteral): OclEdit[] {
  const found = dictionary.entries.find((entry) => entry.key === key);
  if (found !== undefined) return setValue(file, found, value, { ...layoutAt(file, found.start), heredoc: oneStep });
  const place = placeOfEntries(file, dictionary);
  const index = dictionary.entries.findIndex((entry) => compareNames(entry.key, key) > 0);
  return insert(file, place, {
    index: index === -1 ? dictionary.entries.length : index,
    write: (layout) => writeEntry(key, value, layout),
    isApart: false,
  });
}

export function removeEntry(file: OclFile, dictionary: OclDictionary, key: string): OclEdit[] {
  const found = dictionary.entries.find((entry) => entry.key === key);
  return found === undefined ? [] : remove(file, placeOfEntries(file, dictionary), found);
}

function setValue(
  file: OclFile,
  { value: old }: Pick<OclAttribute, "value">,
  value: OclNewValue,
  layout: OclLayout,
): OclEdit[] {
  const text = writeValue(value, layout);
  if (typeof value === "string" && old.kind === "text" && (value === old.value || value.includes("\n")))
    return replaceText(file, old, value, text);
  return file.source.slice(old.start, old.end) === text ? [] : [{ start: old.start, end: old.end, text }];
}

/**
 * A heredoc with another text: its tag and indentation stay, and so do its first and last lines as far as the text has them.
 * @returns undefined where Octopus would not read the text from it
 */
function editHeredoc(
  { source }: OclFile,
  { start, end, value }: Pick<OclText, "start" | "end" | "value">,
  text: string,
): string | undefined {
  const [head = "", ...rest] = source.slice(start, end).split("\n");
  const closing = rest.at(-1) ?? "";
  const lines = rest.slice(0, -1);
  const [before, after] = [value.split("\n"), text.split("\n")];
  if (lines.length !== before.length) return undefined;
  const ahead = countSame(before, after);
  const behind = countSame(before.slice(ahead).toReversed(), after.slice(ahead).toReversed());
  const indent = findIndent(lines, before) ?? (head.startsWith("<<-") ? (/^\s*/.exec(closing)?.[0] ?? "") : "");
  const lineEnd = head.endsWith("\r") ? "\r" : "";
  const changed = after
    .slice(ahead, after.length - behind)
    .map((line) => indent + line + (line.endsWith("\r") ? "" : lineEnd));
  const kept = { ahead: lines.slice(0, ahead), behind: lines.slice(lines.length - behind) };
  const written = [head, ...kept.ahead, ...changed, ...kept.behind, closing].join("\n");
  return saysText(written, text) ? written : undefined;
}

/** What the lines of a heredoc have before those of its text; undefined where none has anything. */
function findIndent(lines: readonly string[], texts: readonly string[]): string | undefined {
  const index = texts.findIndex((text) => text.trim() !== "");
  const line = lines[index]?.replace(/\r+$/, "");
  return line?.slice(0, line.length - (texts[index] ?? "").replace(/\r+$/, "").length);
}

/** How many items two lists begin with alike. */
function countSame(a: readonly string[], b: readonly string[]): number {
  const most = Math.min(a.length, b.length);
  for (let index = 0; index < most; index++) if (a[index] !== b[index]) return index;
  return most;
}

/** Where items or entries stand one after the other. */
interface Place<Item extends OclSpan = OclSpan> {
  items: readonly Item[];
  /** Offsets behind the brace that opens it, and of the one that closes it: of the file itself, its ends. */
  open: number;
  close: number;
  isFile: boolean;
  /** What Octopus writes between the braces of nothing. */
  nothing: string;
  /** The white space before the line that has the closing brace. */
  outer: string;
  /** The white space before each item. */
  indent: string;
}

function placeOf(file: OclFile, block: OclBlock | undefined): Place<OclItem> {
  const { source, items } = file;
  if (block === undefined) {
    const open = startOfOcl(source);
    return toPlace(file, { items, open, close: source.length, isFile: true, nothing: "", outer: "" });
  }
  const { indent: outer } = layoutAt(file, block.start);
  const { open, end } = block;
  return toPlace(file, { items: block.items, open, close: end - 1, isFile: false, nothing: "", outer });
}

function placeOfEntries(file: OclFile, { entries, start, end }: OclDictionary): Place {
  const { indent: outer, lineEnd } = layoutAt(file, start);
  const nothing = lineEnd + outer;
  return toPlace(file, { items: entries, open: start + 1, close: end - 1, isFile: false, nothing, outer });
}

/** What is added stands as deep as what is there, else one step deeper than the brace. */
function toPlace<Item extends OclSpan>(file: OclFile, place: Omit<Place<Item>, "indent">): Place<Item> {
  const first = place.items.find(({ start }) => isFirstInLine(file, start));
  const indent = first === undefined ? place.outer + (place.isFile ? "" : oneStep) : layoutAt(file, first.start).indent;
  return { ...place, indent };
}

function layoutAt(file: OclFile, offset: number): OclLayout {
  const { source } = file;
  const start = startOfLine(file, offset);
  const end = source.indexOf("\n", offset);
  const lineEnd = end === -1 ? source.indexOf("\n") : end;
  return {
    indent: source.slice(start, start + countWhite(source, start)),
    lineEnd: source[lineEnd - 1] === "\r" ? "\r\n" : "\n",
  };
}

const whiteInLine = new RegExp(`(?:(?!\n)[${white}])*`, "y");

/** How many characters from here on are white space of this line. */
function countWhite(source: string, offset: number): number {
  whiteInLine.lastIndex = offset;
  return whiteInLine.exec(source)?.[0].length ?? 0;
}

function startOfLine({ source }: OclFile, offset: number): number {
  return (offset === 0 ? 0 : source.lastIndexOf("\n", offset - 1) + 1) || startOfOcl(source);
}

function isFirstInLine(file: OclFile, offset: number): boolean {
  const start = startOfLine(file, offset);
  return start + countWhite(file.source, start) >= offset;
}

/** Where the line ends that has nothing but white space from here on; undefined if it has something else. */
function findLineEnd({ source }: OclFile, offset: number): number | undefined {
  const end = offset + countWhite(source, offset);
  if (end < source.length && source[end] !== "\n") return undefined;
  return end > offset && end < source.length && source[end - 1] === "\r" ? end - 1 : end;
}

/** Attributes come by the alphabet before all blocks; the name of a runbook comes first in its file, which nobody adds. */
function findIndex(items: readonly OclItem[], name: string): number {
  const found = items.findIndex(
    (item, index) =>
      item.kind === "block" ||
      (compareNames(item.name, name) > 0 && (index > 0 || item.name !== "name" || !isOutOfOrder(items))),
  );
  return found === -1 ? items.length : found;
}

function isOutOfOrder([first, second]: readonly OclItem[]): boolean {
  return second?.kind === "attribute" && first !== undefined && compareNames(first.name, second.name) > 0;
}

/** Steps are one list, whatever each of them is. */
const steps: readonly string[] = ["step", "process_template"];
/** What Octopus writes after the others. */
const last: readonly string[] = ["inputs", "process"];

function findBlockIndex(items: readonly OclItem[], name: string): number {
  const isAlike = (item: OclItem) =>
    item.kind === "block" && (item.name === name || (steps.includes(name) && steps.includes(item.name)));
  const alike = items.findLastIndex(isAlike);
  if (alike !== -1) return alike + 1;
  const isLater = ({ kind, name: other }: OclItem) =>
    kind === "block" && !last.includes(name) && (last.includes(other) || compareNames(other, name) > 0);
  const later = items.findIndex(isLater);
  return later === -1 ? items.length : later;
}

interface Insertion {
  index: number;
  write(layout: OclLayout): string;
  /** Whether an empty line stands around it, as around every block. */
  isApart: boolean;
}

function insert(file: OclFile, place: Place, { index, write, isApart }: Insertion): OclEdit[] {
  const { source } = file;
  const { items, open, close, isFile, indent, outer } = place;
  const [previous, next] = [items[index - 1], items[index]];
  const at = previous?.end ?? open;
  // Some files have line ends of both sorts: that of the line before leaves it as it is.
  const { lineEnd } = layoutAt(file, at);
  const text = write({ indent, lineEnd });
  const isNextApart = next !== undefined && (isApart || isBlock(next));
  if (items.length === 0 && !isFile)
    return [{ start: open, end: close, text: `${lineEnd}${indent}${text}${lineEnd}${outer}` }];
  if (previous === undefined && isFile) {
    const gap = isNextApart && !source.slice(open, next.start).includes("\n") ? lineEnd : "";
    return [{ start: open, end: open, text: text + (open === close ? "" : lineEnd) + gap }];
  }
  const before = lineEnd + (previous !== undefined && (isApart || isBlock(previous)) ? lineEnd : "") + indent;
  const start = findLineEnd(file, at);
  if (start === undefined) {
    const after = lineEnd + (isNextApart ? lineEnd : "") + (next === undefined ? outer : indent);
    return [{ start: at, end: at + countWhite(source, at), text: before + text + after }];
  }
  const gap = isNextApart && !hasEmptyLine(source, start, next.start) ? lineEnd : "";
  return [{ start, end: start, text: before + text + gap }];
}

function isBlock(item: OclSpan): boolean {
  return "kind" in item && item.kind === "block";
}

function hasEmptyLine(source: string, start: number, end: number): boolean {
  return source.slice(start, end).split("\n").length > 2;
}

function remove(file: OclFile, place: Place, item: OclSpan): OclEdit[] {
  const { source } = file;
  const { items, open, close, isFile, nothing } = place;
  if (items.length === 1 && !isFile) return [{ start: open, end: close, text: nothing }];
  const index = items.indexOf(item);
  const [previous, next] = [items[index - 1], items[index + 1]];
  const lineEnd = findLineEnd(file, item.end);
  if (lineEnd === undefined || !isFirstInLine(file, item.start)) return [removeInLine(file, place, item)];
  const behind = { start: startOfLine(file, item.start), end: lineEnd, text: "" };
  if (next === undefined && previous === undefined) return [behind];
  const start = findLineEnd(file, previous?.end ?? open) ?? behind.start;
  if (next === undefined) return [{ start, end: lineEnd, text: "" }];
  const isGapWanted = previous !== undefined && (isBlock(previous) || isBlock(next));
  const isGapAhead = hasEmptyLine(source, start, item.start);
  return previous === undefined || isGapWanted === isGapAhead
    ? [{ ...behind, end: startOfLine(file, next.start) }]
    : [{ start, end: lineEnd, text: "" }];
}

/** Where others stand in its lines. Nothing may come to stand behind a heredoc. */
function removeInLine(file: OclFile, { items, open }: Place, item: OclSpan): OclEdit {
  const index = items.indexOf(item);
  const [previous, next] = [items[index - 1], items[index + 1]];
  const lineEnd = findLineEnd(file, item.end);
  const start = previous?.end ?? open;
  if (lineEnd !== undefined) return { start, end: lineEnd, text: "" };
  if (next !== undefined) return { start: item.start, end: next.start, text: "" };
  return isFirstInLine(file, item.start)
    ? { start: item.start, end: item.end + countWhite(file.source, item.end), text: "" }
    : { start, end: item.end, text: "" };
}
