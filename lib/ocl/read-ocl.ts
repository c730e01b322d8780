import { ParameterError } from "../step/errors.ts";

/** Where something stands in a file, in UTF-16 code units: from `start` up to before `end`. */
export interface OclSpan {
  start: number;
  end: number;
}

/** Quoted, or a heredoc; the span has the quotes or the tags in it. */
export interface OclText extends OclSpan {
  kind: "text";
  value: string;
}

/** A number, `true`, `false` or `null`, as it stands: no decimal loses a digit. */
export interface OclWord extends OclSpan {
  kind: "word";
  word: string;
}

export interface OclList extends OclSpan {
  kind: "list";
  items: (OclText | OclWord)[];
}

export interface OclEntry extends OclSpan {
  key: string;
  value: OclText | OclWord | OclList;
}

export interface OclDictionary extends OclSpan {
  kind: "dictionary";
  entries: OclEntry[];
}

export type OclValue = OclText | OclWord | OclList | OclDictionary;

export interface OclAttribute extends OclSpan {
  kind: "attribute";
  name: string;
  value: OclValue;
}

export interface OclBlock extends OclSpan {
  kind: "block";
  name: string;
  labels: OclText[];
  /** The offset behind the brace that opens it. */
  open: number;
  items: OclItem[];
}

export type OclItem = OclAttribute | OclBlock;

/** A file as a tree. Every byte of it stays in `source`, where the tree's spans point to, so a file that nobody edits is written as it was. */
export interface OclFile {
  fileName: string;
  source: string;
  items: OclItem[];
}

/**
 * Reads an OCL file. Takes and refuses what Octopus's own reader does (https://github.com/OctopusDeploy/Ocl, `source/Ocl/Parsing`), which
 * knows no comments. A name may stand twice in a block: what Octopus makes of that depends on the name.
 * @throws {@link ParameterError} naming the file and the line for what Octopus could not read
 */
export function readOcl(source: string, fileName: string): OclFile {
  const reading: Reading = {
    source,
    fileName,
    position: startOfOcl(source),
    depth: 0,
    run: { end: -1, isKey: false },
  };
  const items = readItems(reading);
  if (reading.position < source.length) throw refuse(reading, "a brace closes nothing");
  return { fileName, source, items };
}

/** That Octopus passes over a byte order mark is assumed: .NET does where it reads a file as text. */
export function startOfOcl(source: string): number {
  return source.startsWith("\uFEFF") ? 1 : 0;
}

interface Reading {
  readonly source: string;
  readonly fileName: string;
  position: number;
  depth: number;
  /** What was found out about the characters around the last brace, up to white space or a quote: every brace among them asks the same. */
  run: { end: number; isKey: boolean };
}

/** .NET's white space, for a class of characters: JavaScript's own has the byte order mark in it, and not U+0085. */
export const white = String.raw`\t-\r \x85\xA0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000`;
const gap = new RegExp(`[${white}]*`, "y");
const gapInLine = new RegExp(`(?:(?!\n)[${white}])*`, "y");
const word = new RegExp(`[^${white}]*`, "y");
const nonWhite = new RegExp(`[^${white}]`);
const bareKey = new RegExp(`[^"${white}]*`, "y");
/** .NET asks of each UTF-16 code unit whether it is a letter, and no half of a pair is. */
const itemName = /(?:(?![\u{10000}-\u{10FFFF}])[\p{L}\p{Nd}_])+/uy;
const quoted = /"[^"\\\r\n]*(?:\\[rnt\\"][^"\\\r\n]*)*"/y;

/** More blocks in each other than any file has, and fewer than fill the stack. */
const deepest = 1000;

function readItems(reading: Reading): OclItem[] {
  if (reading.depth > deepest) throw refuse(reading, "too many blocks stand in each other");
  const items: OclItem[] = [];
  for (take(reading, gap); reading.position < reading.source.length && !isAt(reading, "}"); take(reading, gap))
    items.push(readItem(reading));
  return items;
}

function readItem(reading: Reading): OclItem {
  const start = reading.position;
  const isComment = /^(#|\/[/*])/.test(reading.source.slice(start, start + 2));
  const name = expectMatch(reading, itemName, isComment ? "a comment stands, which OCL has not" : "a name is missing");
  take(reading, gapInLine);
  if (take(reading, /=/y) !== undefined) {
    const value = isNext(reading, "{") ? readDictionary(reading) : readLiteral(reading);
    return { kind: "attribute", name, value, start, end: reading.position };
  }
  const labels: OclText[] = [];
  for (; isAt(reading, '"'); take(reading, gapInLine)) labels.push(readText(reading));
  take(reading, gap);
  expectMatch(reading, /\{/y, `"${name}" is neither an attribute nor a block`);
  const open = reading.position;
  take(reading, gapInLine);
  const isLineEnd = isAt(reading, "\n");
  take(reading, gap);
  if (!isLineEnd && !isAt(reading, "}")) throw refuse(reading, `the block "${name}" goes on in the line of its brace`);
  reading.depth += 1;
  const items = readItems(reading);
  reading.depth -= 1;
  expectMatch(reading, /\}/y, `the block "${name}" is not closed`);
  return { kind: "block", name, labels, open, items, start, end: reading.position };
}

function readDictionary(reading: Reading): OclDictionary {
  const start = reading.position;
  take(reading, /\{/y);
  const entries = new Map<string, OclEntry>();
  for (take(reading, gap); !isClosing(reading); take(reading, gap)) {
    const entry = readEntry(reading, entries);
    entries.set(entry.key, entry);
  }
  take(reading, /\}/y);
  return { kind: "dictionary", entries: [...entries.values()], start, end: reading.position };
}

function readEntry(reading: Reading, before: ReadonlyMap<string, OclEntry>): OclEntry {
  const start = reading.position;
  const key = isAt(reading, '"') ? readQuoted(reading) : (take(reading, bareKey) ?? "");
  take(reading, gapInLine);
  expectMatch(reading, /=/y, key === "" ? "a dictionary is not closed" : `the key "${key}" has no value`);
  if (before.has(key)) throw refuse(reading, `the key "${key}" stands a second time`);
  isNext(reading, "[");
  const value = readLiteral(reading);
  return { key, value, start, end: reading.position };
}

/** A brace closes a dictionary unless it is, or begins, a key that has a value. */
function isClosing(reading: Reading): boolean {
  const { position } = reading;
  if (!isAt(reading, "}")) return false;
  if (position >= reading.run.end) {
    take(reading, bareKey);
    const end = reading.position;
    take(reading, gapInLine);
    const isKey = take(reading, /=/y) !== undefined && !isNext(reading, "{");
    reading.run = { end, isKey };
    reading.position = position;
  }
  return !reading.run.isKey;
}

/** Whether the value begins with this bracket, maybe in a later line, as no other value may; moves to where the value begins. */
function isNext(reading: Reading, bracket: string): boolean {
  take(reading, gapInLine);
  const start = reading.position;
  take(reading, gap);
  if (isAt(reading, bracket)) return true;
  reading.position = start;
  return false;
}

function readLiteral(reading: Reading): OclText | OclWord | OclList {
  if (isAt(reading, "[")) return readList(reading);
  if (isAt(reading, '"') || isAt(reading, "<")) return readText(reading);
  const start = reading.position;
  if (take(reading, /null|true|false/y) === undefined) readNumber(reading);
  return toWord(reading, start);
}

function toWord({ source, position }: Reading, start: number): OclWord {
  return { kind: "word", word: source.slice(start, position), start, end: position };
}

/** Texts, integers or decimals: no list has two of these. */
function readList(reading: Reading): OclList {
  const start = reading.position;
  take(reading, /\[/y);
  take(reading, gap);
  const items: (OclText | OclWord)[] = [];
  const kinds = new Set<string>();
  if (!isAt(reading, "]"))
    do {
      take(reading, gap);
      const item = readListItem(reading);
      items.push(item.read);
      kinds.add(item.kind);
      take(reading, gap);
    } while (take(reading, /,/y) !== undefined);
  if (kinds.size > 1) throw refuse(reading, "a list has items of several kinds");
  expectMatch(reading, /\]/y, "a list lacks a comma, or is not closed");
  return { kind: "list", items, start, end: reading.position };
}

function readListItem(reading: Reading): { read: OclText | OclWord; kind: string } {
  if (isAt(reading, '"')) return { read: readText(reading), kind: "text" };
  const start = reading.position;
  const kind = readNumber(reading);
  return { read: toWord(reading, start), kind };
}

/** More digits than any number of .NET's has. */
const mostDigits = 40;

/** Octopus reads digits as .NET's Int32 or Decimal, then the sign. @returns which of both */
function readNumber(reading: Reading): "integer" | "decimal" {
  const text = expectMatch(reading, /-?(?:\p{Nd}+\.\p{Nd}+|\p{N}+)/uy, "a value is missing, or is none that OCL has");
  const [whole = "", fraction] = text.replace("-", "").split(".");
  const digits = whole.replace(/^0+(?=.)/, "");
  const largest = fraction === undefined ? 2_147_483_647n : 79_228_162_514_264_337_593_543_950_335n;
  if (
    /[^-.\d]/.test(text) ||
    digits.length > mostDigits ||
    BigInt(digits) + (/^[5-9]/.test(fraction ?? "") ? 1n : 0n) > largest
  )
    throw refuse(reading, `${text.slice(0, mostDigits)} is no number that Octopus can hold`);
  return fraction === undefined ? "integer" : "decimal";
}

function readText(reading: Reading): OclText {
  const start = reading.position;
  const value = isAt(reading, "<") ? readHeredoc(reading) : readQuoted(reading);
  return { kind: "text", value, start, end: reading.position };
}

function readQuoted(reading: Reading): string {
  const text = expectMatch(
    reading,
    quoted,
    'a text is not closed, or has a "\\" before another character than r, n, t, \\ or "',
  );
  return text.slice(1, -1).replaceAll(/\\(.)/g, (_, character: string) => escapes.get(character) ?? character);
}

/** `<<-` takes off what the least indented line is indented by, or the closing tag; `<<` keeps the lines as they are. */
function readHeredoc(reading: Reading): string {
  const isIndented = expectMatch(reading, /<<-?/y, "a value is missing").endsWith("-");
  const tag = take(reading, word) ?? "";
  take(reading, gapInLine);
  expectMatch(reading, /\n/y, "a heredoc has text behind its tag");
  const lines: string[] = [];
  for (;;) {
    const start = reading.position;
    const width = isIndented ? (take(reading, gapInLine) ?? "").length : 0;
    take(reading, gapInLine);
    if (reading.source.startsWith(tag, reading.position)) {
      const end = tag === "" ? start : reading.position + tag.length;
      reading.position += tag.length;
      take(reading, gapInLine);
      if (isAt(reading, "\n") || reading.position === reading.source.length) {
        // White space behind the tag, such as half of a line end, is not the text's.
        reading.position = end;
        return joinLines(lines, isIndented && tag === "" ? Infinity : width);
      }
    }
    reading.position = start;
    lines.push(expectMatch(reading, /[^\n]*\n/y, `the heredoc ${tag} is not closed`).slice(0, -1));
  }
}

/** @param width - how much of its indentation each line loses at most */
function joinLines(lines: readonly string[], width: number): string {
  const lineEnd = lines.slice(0, -1).some((line) => line.endsWith("\r")) ? "\r\n" : "\n";
  const texts = lines.map((line) => line.replace(/(?<!\r)\r+$/, ""));
  const widths = texts.map((text) => text.search(nonWhite)).filter((found) => found >= 0);
  const least = widths.reduce((a, b) => Math.min(a, b), width);
  return texts.map((text) => text.slice(least)).join(lineEnd);
}

const escapes = new Map([
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
]);

function isAt({ source, position }: Reading, character: string): boolean {
  return source.startsWith(character, position);
}

/** @param expression - sticky */
function take(reading: Reading, expression: RegExp): string | undefined {
  expression.lastIndex = reading.position;
  const found = expression.exec(reading.source)?.[0];
  reading.position += found?.length ?? 0;
  return found;
}

function expectMatch(reading: Reading, expression: RegExp, problem: string): string {
  const found = take(reading, expression);
  if (found === undefined) throw refuse(reading, problem);
  return found;
}

function refuse({ source, position, fileName }: Reading, problem: string): ParameterError {
  const line = source.slice(0, position).split("\n").length;
  return new ParameterError(
    `Failed to read "${fileName}": it is no OCL in line ${line}, where ${problem}. Correct the file in the repository.`,
  );
}
