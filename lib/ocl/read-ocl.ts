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
 * The texts of an OCL file (https://octopus.com/docs/projects/version-control/ocl-file-format), items of lists one by one, in the file's order.
 * @throws {@link ParameterError} naming the file and the line for what is no OCL
 */
export function readOcl(source: string, fileName: string): OclText[] {
  const texts: OclText[] = [];
  const reading: Reading = { source, fileName, position: 0, blockCount: 0, texts };
  readItems(reading, { path: [], blocks: [0] });
  if (reading.position < source.length) throw refuse(reading, "a brace closes nothing");
  return texts;
}

interface Reading {
  readonly source: string;
  readonly fileName: string;
  position: number;
  blockCount: number;
  readonly texts: OclText[];
}

type Place = Pick<OclText, "path" | "blocks">;

function readItems(reading: Reading, place: Place): void {
  for (skip(reading); reading.position < reading.source.length && !isAt(reading, "}"); skip(reading))
    readItem(reading, place);
}

function readItem(reading: Reading, place: Place): void {
  const name = readName(reading);
  const path = [...place.path, name];
  skipSpaces(reading);
  if (take(reading, /=/y) !== undefined) return readValue(reading, { ...place, path });
  const inner = openBlock(reading, { ...place, path });
  const labels: string[] = [];
  while (isAt(reading, '"')) labels.push(readLabel(reading, inner));
  expectMatch(reading, /\{/y, `"${name}" is neither an attribute nor a block`);
  readItems(reading, { ...inner, path: [...path, ...labels] });
  expectMatch(reading, /\}/y, `the block "${name}" is not closed`);
}

function readLabel(reading: Reading, place: Place): string {
  const start = reading.position;
  const value = unquote(expectMatch(reading, quoted, "a text is not closed"));
  reading.texts.push({ ...place, value, isLabel: true, start, end: reading.position });
  skipSpaces(reading);
  return value;
}

function readName(reading: Reading): string {
  if (isAt(reading, '"')) return unquote(expectMatch(reading, quoted, "a text is not closed"));
  return expectMatch(reading, /[^\s={}"[\],]+/y, "a name is missing");
}

function openBlock(reading: Reading, { path, blocks }: Place): Place {
  reading.blockCount += 1;
  return { path, blocks: [...blocks, reading.blockCount] };
}

function readValue(reading: Reading, place: Place): void {
  skipSpaces(reading);
  const start = reading.position;
  if (isAt(reading, "[")) return readList(reading, place);
  if (isAt(reading, "{")) return readDictionary(reading, openBlock(reading, place));
  const value = isAt(reading, '"')
    ? unquote(expectMatch(reading, quoted, "a text is not closed"))
    : isAt(reading, "<")
      ? readHeredoc(reading)
      : readWord(reading);
  if (value !== undefined) reading.texts.push({ ...place, value, isLabel: false, start, end: reading.position });
}

/** Numbers, flags and null are no texts. */
function readWord(reading: Reading): undefined {
  const word = expectMatch(reading, /[^\s,\]}]+/y, "a value is missing");
  if (!/^(true|false|null|-?\d+(\.\d+)?)$/.test(word)) throw refuse(reading, `"${word}" is no value`);
  return undefined;
}

function readList(reading: Reading, place: Place): void {
  take(reading, /\[/y);
  for (skip(reading); take(reading, /\]/y) === undefined; skip(reading)) {
    if (reading.position >= reading.source.length) throw refuse(reading, "a list is not closed");
    readValue(reading, place);
    skip(reading);
    if (take(reading, /,/y) === undefined && !isAt(reading, "]")) throw refuse(reading, "a comma is missing in a list");
  }
}

function readDictionary(reading: Reading, place: Place): void {
  take(reading, /\{/y);
  for (skip(reading); take(reading, /\}/y) === undefined; skip(reading)) {
    const name = readName(reading);
    skipSpaces(reading);
    expectMatch(reading, /=/y, `"${name}" has no value`);
    readValue(reading, { ...place, path: [...place.path, name] });
    take(reading, /[^\S\n]*,/y);
  }
}

/** What a heredoc says is nobody's reference; where it ends is all that matters. */
function readHeredoc(reading: Reading): string {
  const opening = expectMatch(reading, /<<-?\S+[^\S\n]*\r?\n/y, "a heredoc has no tag");
  const tag = opening.replace(/^<<-?/, "").trim();
  const lines: string[] = [];
  for (;;) {
    if (reading.position >= reading.source.length) throw refuse(reading, `the heredoc ${tag} is not closed`);
    const line = take(reading, /[^\n]*/y) ?? "";
    if (line.trim() === tag) return lines.join("\n");
    lines.push(line);
    take(reading, /\n/y);
  }
}

const quoted = /"(?:\\.|[^"\\\r\n])*"/y;
const escapes = new Map([
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
]);

function unquote(text: string): string {
  return text.slice(1, -1).replaceAll(/\\(.)/g, (_, character: string) => escapes.get(character) ?? character);
}

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

function skip(reading: Reading): void {
  take(reading, /(?:[\s\uFEFF]+|\/\/[^\n]*|#[^\n]*|\/\*[\s\S]*?\*\/)*/y);
}

function skipSpaces(reading: Reading): void {
  take(reading, /[^\S\n]*/y);
}

function refuse({ source, position, fileName }: Reading, problem: string): ParameterError {
  const line = source.slice(0, position).split("\n").length;
  return new ParameterError(
    `Failed to read "${fileName}": it is no OCL in line ${line}, where ${problem}. Correct the file in the repository.`,
  );
}
