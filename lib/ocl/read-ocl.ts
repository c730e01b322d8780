import { ParameterError } from "../step/errors.ts";

/** One text that a file says, and where: enough to look at what it names, and to say it otherwise without touching the rest. */
export interface OclText {
  /** Names and labels of the blocks around it, then its own: `["step", "deploy", "action", "properties", "Octopus.Action.Template.Id"]`. */
  path: string[];
  /** The blocks and dictionaries around it by number, the innermost last: equal for what stands together. */
  blocks: number[];
  value: string;
  /** Whether it is the label of a block, which `blocks` then ends with, and whose name `path` ends with. */
  isLabel: boolean;
  /** Offsets of the text in the file, its quotes included. */
  start: number;
  end: number;
}

/**
 * The texts of an OCL file, items of lists one by one, in the file's order. Takes and refuses what Octopus's own reader does
 * (https://github.com/OctopusDeploy/Ocl, `source/Ocl/Parsing`), which knows no comments.
 * @throws {@link ParameterError} naming the file and the line for what Octopus could not read
 */
export function readOcl(source: string, fileName: string): OclText[] {
  // That Octopus passes over a byte order mark is assumed: .NET does where it reads a file as text.
  const reading: Reading = {
    source,
    fileName,
    position: source.startsWith("\uFEFF") ? 1 : 0,
    blockCount: 0,
    texts: [],
  };
  readItems(reading, { path: [], blocks: [0] });
  if (reading.position < source.length) throw refuse(reading, "a brace closes nothing");
  return reading.texts;
}

interface Reading {
  readonly source: string;
  readonly fileName: string;
  position: number;
  blockCount: number;
  readonly texts: OclText[];
}

type Place = Pick<OclText, "path" | "blocks">;

/** .NET's white space, for a class of characters: JavaScript's own has the byte order mark in it, and not U+0085. */
const white = String.raw`\t-\r \x85\xA0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000`;
const gap = new RegExp(`[${white}]*`, "y");
const gapInLine = new RegExp(`(?:(?!\n)[${white}])*`, "y");
const word = new RegExp(`[^${white}]*`, "y");
const nonWhite = new RegExp(`[^${white}]`);
const bareKey = new RegExp(`[^"${white}]*`, "y");
/** Closes a dictionary: is not, and does not begin, a key that has a value. */
const closingBrace = new RegExp(
  `\\}(?!${bareKey.source}(?![^"${white}])${gapInLine.source}=(?!${gap.source}\\{))`,
  "y",
);
/** .NET asks of each UTF-16 code unit whether it is a letter, and no half of a pair is. */
const itemName = /(?:(?![\u{10000}-\u{10FFFF}])[\p{L}\p{Nd}_])+/uy;
const quoted = /"[^"\\\r\n]*(?:\\[rnt\\"][^"\\\r\n]*)*"/y;

/** More blocks in each other than any file has, and fewer than fill the stack. */
const deepest = 1000;

function readItems(reading: Reading, place: Place): void {
  if (place.blocks.length > deepest) throw refuse(reading, "too many blocks stand in each other");
  for (take(reading, gap); reading.position < reading.source.length && !isAt(reading, "}"); take(reading, gap))
    readItem(reading, place);
}

function readItem(reading: Reading, place: Place): void {
  const isComment = /^(#|\/[/*])/.test(reading.source.slice(reading.position, reading.position + 2));
  const name = expectMatch(reading, itemName, isComment ? "a comment stands, which OCL has not" : "a name is missing");
  const path = [...place.path, name];
  take(reading, gapInLine);
  if (take(reading, /=/y) !== undefined) return readAttribute(reading, { ...place, path });
  const inner = openBlock(reading, { ...place, path });
  const labels: string[] = [];
  for (; isAt(reading, '"'); take(reading, gapInLine)) labels.push(readText(reading, inner, true));
  take(reading, gap);
  expectMatch(reading, /\{/y, `"${name}" is neither an attribute nor a block`);
  take(reading, gapInLine);
  const isLineEnd = isAt(reading, "\n");
  take(reading, gap);
  if (!isLineEnd && !isAt(reading, "}")) throw refuse(reading, `the block "${name}" goes on in the line of its brace`);
  readItems(reading, { ...inner, path: [...path, ...labels] });
  expectMatch(reading, /\}/y, `the block "${name}" is not closed`);
}

function openBlock(reading: Reading, { path, blocks }: Place): Place {
  reading.blockCount += 1;
  return { path, blocks: [...blocks, reading.blockCount] };
}

function readAttribute(reading: Reading, place: Place): void {
  if (isNext(reading, "{")) return readDictionary(reading, openBlock(reading, place));
  readLiteral(reading, place);
}

function readDictionary(reading: Reading, place: Place): void {
  take(reading, /\{/y);
  const keys = new Set<string>();
  for (take(reading, gap); take(reading, closingBrace) === undefined; take(reading, gap)) {
    const key = isAt(reading, '"') ? readQuoted(reading) : (take(reading, bareKey) ?? "");
    take(reading, gapInLine);
    expectMatch(reading, /=/y, key === "" ? "a dictionary is not closed" : `the key "${key}" has no value`);
    if (keys.has(key)) throw refuse(reading, `the key "${key}" stands a second time`);
    keys.add(key);
    isNext(reading, "[");
    readLiteral(reading, { ...place, path: [...place.path, key] });
  }
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

/** Numbers, flags and null are no texts. */
function readLiteral(reading: Reading, place: Place): void {
  if (isAt(reading, "[")) readList(reading, place);
  else if (isAt(reading, '"') || isAt(reading, "<")) readText(reading, place, false);
  else if (take(reading, /null|true|false/y) === undefined) readNumber(reading);
}

/** Texts, integers or decimals: no list has two of these. */
function readList(reading: Reading, place: Place): void {
  take(reading, /\[/y);
  take(reading, gap);
  if (take(reading, /\]/y) !== undefined) return;
  const kinds = new Set<string>();
  do {
    take(reading, gap);
    const isText = isAt(reading, '"');
    if (isText) readText(reading, place, false);
    kinds.add(isText ? "text" : readNumber(reading));
    take(reading, gap);
  } while (take(reading, /,/y) !== undefined);
  if (kinds.size > 1) throw refuse(reading, "a list has items of several kinds");
  expectMatch(reading, /\]/y, "a list lacks a comma, or is not closed");
}

/** Octopus reads digits as .NET's Int32 or Decimal, then the sign. @returns which of both */
function readNumber(reading: Reading): "integer" | "decimal" {
  const text = expectMatch(reading, /-?(?:\p{Nd}+\.\p{Nd}+|\p{N}+)/uy, "a value is missing, or is none that OCL has");
  const [whole = "", fraction] = text.replace("-", "").split(".");
  const largest = fraction === undefined ? 2_147_483_647n : 79_228_162_514_264_337_593_543_950_335n;
  if (/[^-.\d]/.test(text) || BigInt(whole) + (/^[5-9]/.test(fraction ?? "") ? 1n : 0n) > largest)
    throw refuse(reading, `${text} is no number that Octopus can hold`);
  return fraction === undefined ? "integer" : "decimal";
}

function readText(reading: Reading, place: Place, isLabel: boolean): string {
  const start = reading.position;
  const value = isAt(reading, "<") ? readHeredoc(reading) : readQuoted(reading);
  reading.texts.push({ ...place, value, isLabel, start, end: reading.position });
  return value;
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
      reading.position += tag.length;
      take(reading, gapInLine);
      if (isAt(reading, "\n") || reading.position === reading.source.length)
        return joinLines(lines, isIndented && tag === "" ? Infinity : width);
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

/** A text as a file says it. */
export function quoteOcl(text: string): string {
  const escaped = text
    .replaceAll(/[\\"]/g, "\\$&")
    .replaceAll("\n", "\\n")
    .replaceAll("\r", "\\r")
    .replaceAll("\t", "\\t");
  return `"${escaped}"`;
}

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
