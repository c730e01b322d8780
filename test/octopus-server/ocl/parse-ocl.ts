import type { OclItem, OclValue } from "./items.ts";

/** A file that is no OCL: says what is wrong in which line. */
export class OclError extends Error {
  readonly position: number;
  constructor(text: string, position: number, reason: string) {
    super(`Line ${text.slice(0, position).split("\n").length}: ${reason}`);
    this.position = position;
  }
}

/**
 * Reads an OCL file as Octopus does: no comments, no names with a hyphen, commas in lists alone, a block's first item in a line of its own;
 * but braces may stand in the next line, and nothing needs to stand between two items. Source of each rule: the grammar in `source/Ocl/Parsing` of
 * https://github.com/OctopusDeploy/Ocl. That a byte order mark is passed over is assumed.
 * @throws OclError
 */
export function parseOcl(text: string): OclItem[] {
  const reader = createReader(text.replace(/^\uFEFF/, ""));
  const items = readItems(reader);
  if (!reader.isAtEnd()) throw reader.error(`"${reader.peek()}" is not expected here.`);
  return items;
}

interface Reader {
  isAtEnd(): boolean;
  peek(): string;
  /** What the expression matches here, moving past it; the expression is sticky. */
  take(expression: RegExp): string | undefined;
  /** @throws OclError where it does not match */
  need(expression: RegExp, reason: string): string;
  /** Moves past white space, by default with its line ends. */
  skip(where?: "here" | "anywhere"): void;
  /** What `read` reads, or the error that it ended in, with everything as it was before. */
  attempt<Read>(read: () => Read): { value: Read } | { error: OclError };
  error(reason: string): OclError;
}

// .NET's `char.IsWhiteSpace` and `char.IsLetterOrDigit`, which look at one UTF-16 code unit.
const space = String.raw`\u0009-\u000D\u0020\u0085\u00A0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000`;
const anySpace = new RegExp(`[${space}]*`, "y");
const spaceInLine = new RegExp(`[${space.replace("\\u0009-\\u000D", "\\u0009\\u000B-\\u000D")}]*`, "y");
const identifier = /(?:(?=[\0-\uFFFF])[\p{L}\p{Nd}_])+/uy;
const bareKey = new RegExp(`[^${space}"]*`, "y");
const bareTag = new RegExp(`[^${space}]*`, "y");
const firstOfText = new RegExp(`[^${space}]`);

function createReader(text: string): Reader {
  let position = 0;
  function take(expression: RegExp): string | undefined {
    expression.lastIndex = position;
    const found = expression.exec(text)?.[0];
    if (found !== undefined) position += found.length;
    return found;
  }
  const error = (reason: string): OclError => new OclError(text, position, reason);
  return {
    isAtEnd: () => position >= text.length,
    peek: () => text.charAt(position),
    take,
    need(expression, reason) {
      const found = take(expression);
      if (found === undefined) throw error(reason);
      return found;
    },
    skip: (where = "anywhere") => void take(where === "here" ? spaceInLine : anySpace),
    attempt(read) {
      const start = position;
      try {
        return { value: read() };
      } catch (caught) {
        if (!(caught instanceof OclError)) throw caught;
        position = start;
        return { error: caught };
      }
    },
    error,
  };
}

function readItems(reader: Reader): OclItem[] {
  const items: OclItem[] = [];
  for (reader.skip(); !reader.isAtEnd() && reader.peek() !== "}"; reader.skip()) items.push(readItem(reader));
  return items;
}

function readItem(reader: Reader): OclItem {
  const name = reader.need(identifier, `A name is expected, not "${reader.peek()}".`);
  reader.skip("here");
  if (reader.take(/=/y) !== undefined) return { kind: "attribute", name, value: readAttributeValue(reader) };
  const labels: string[] = [];
  for (; reader.peek() === '"'; reader.skip("here")) labels.push(readQuoted(reader));
  return { kind: "block", name, labels, items: readBlockBody(reader, name) };
}

function readBlockBody(reader: Reader, name: string): OclItem[] {
  reader.skip();
  reader.need(/\{/y, `"${name}" is neither an attribute nor a block.`);
  reader.skip("here");
  const isLineEnd = reader.peek() === "\n";
  const items = readItems(reader);
  if (items.length > 0 && !isLineEnd)
    throw reader.error(`The items of the block "${name}" begin in the line of its brace.`);
  reader.need(/\}/y, `The block "${name}" is not closed.`);
  return items;
}

function readAttributeValue(reader: Reader): OclValue {
  const dictionary = reader.attempt(() => {
    reader.skip();
    return reader.need(/\{/y, "A dictionary begins with a brace.");
  });
  if ("value" in dictionary) return readEntries(reader);
  reader.skip("here");
  return readLiteral(reader);
}

/** An unquoted key may be or begin with a brace: what closes a dictionary is a brace that begins no entry. */
function readEntries(reader: Reader): { [key: string]: OclValue } {
  const entries = new Map<string, OclValue>();
  for (;;) {
    const entry = reader.attempt(() => readEntry(reader));
    if ("error" in entry) {
      reader.skip();
      if (reader.take(/\}/y) === undefined) throw entry.error;
      return Object.fromEntries(entries);
    }
    const [key, value] = entry.value;
    if (entries.has(key)) throw reader.error(`An item with the key "${key}" has already been added.`);
    entries.set(key, value);
  }
}

function readEntry(reader: Reader): [string, OclValue] {
  reader.skip();
  const key = reader.peek() === '"' ? readQuoted(reader) : (reader.take(bareKey) ?? "");
  reader.skip("here");
  reader.need(/=/y, key === "" ? "A dictionary is not closed." : `"${key}" has no value.`);
  const list = reader.attempt(() => readList(reader));
  if ("value" in list) return [key, list.value];
  reader.skip("here");
  return [key, readLiteral(reader)];
}

function readLiteral(reader: Reader): OclValue {
  const start = reader.peek();
  if (start === '"') return readQuoted(reader);
  if (start === "<") return readHeredoc(reader);
  if (start === "[") return readList(reader);
  const word = reader.take(/null|true|false/y);
  if (word !== undefined) return word === "null" ? null : word === "true";
  return readNumber(reader, reader.take(/(?=-?\p{Nd}+\.\p{Nd})/uy) === undefined ? "integer" : "decimal");
}

function readNumber(reader: Reader, kind: "integer" | "decimal"): number {
  const digits = reader.need(
    kind === "integer" ? /-?\p{N}+/uy : /-?\p{Nd}+\.\p{Nd}+/uy,
    reader.isAtEnd() || reader.peek() === "\n" ? "A value is missing." : `"${reader.peek()}" begins no value.`,
  );
  const isAscii = Number.isFinite(Number(digits));
  // `int.Parse` and `decimal.Parse`, both before the sign is looked at; a Decimal is below 2^96, once it is rounded.
  const [whole = "", fraction = ""] = digits.replace("-", "").split(".");
  const limit = 2n ** (kind === "integer" ? 31n : 96n);
  if (!isAscii || BigInt(whole) + (/^[5-9]/.test(fraction) ? 1n : 0n) >= limit)
    throw reader.error(`The number ${digits} is too large.`);
  return Number(digits);
}

function readQuoted(reader: Reader): string {
  const quoted = reader.need(/"[^"\\\r\n]*(?:\\.[^"\\\r\n]*)*"/sy, "A text is not closed.");
  return quoted.slice(1, -1).replaceAll(/\\(.)/gs, (_, character: string) => {
    const meant = { r: "\r", n: "\n", t: "\t", "\\": "\\", '"': '"' }[character];
    if (meant === undefined) throw reader.error(`Unrecognised character escape: \\${character}`);
    return meant;
  });
}

/** Texts, whole numbers, or numbers with a point: all of one kind, none of them a heredoc. */
function readList(reader: Reader): OclValue[] {
  reader.skip();
  reader.need(/\[/y, "A list begins with a bracket.");
  reader.skip();
  if (reader.take(/\]/y) !== undefined) return [];
  const kind = reader.take(/(?=-?\p{Nd}+\.)/uy) === undefined ? "integer" : "decimal";
  const readOne = reader.peek() === '"' ? readQuoted : (one: Reader) => readNumber(one, kind);
  const values: OclValue[] = [readOne(reader)];
  for (reader.skip(); reader.take(/,/y) !== undefined; reader.skip()) {
    reader.skip();
    values.push(readOne(reader));
  }
  reader.need(/\]/y, reader.isAtEnd() ? "A list is not closed." : "The items of a list are separated by commas.");
  reader.skip();
  return values;
}

/** `<<-TAG` takes off what the least indented line, or the closing tag, is indented by; `<<TAG` keeps lines as they are. */
function readHeredoc(reader: Reader): string {
  reader.need(/<</y, "A heredoc begins with << and a tag.");
  const isIndented = reader.take(/-/y) !== undefined;
  const tag = reader.take(bareTag) ?? "";
  reader.skip("here");
  reader.need(/\n/y, "A heredoc has its text in the next lines.");
  const lines: string[] = [];
  for (;;) {
    const line = reader.take(/[^\n]*/y) ?? "";
    if (isTagLine(line, tag)) return joinLines(lines, isIndented ? indentationOf(line) : 0);
    lines.push(line);
    reader.need(/\n/y, `The heredoc has no closing ${tag}.`);
  }
}

function isTagLine(line: string, tag: string): boolean {
  const start = line.slice(indentationOf(line));
  return start.startsWith(tag) && indentationOf(start.slice(tag.length)) === Infinity;
}

/** Nothing but white space is indented by no number. */
function indentationOf(line: string): number {
  const width = line.search(firstOfText);
  return width < 0 ? Infinity : width;
}

/** What the last line ends with, before the closing tag, says nothing about the others. @param width - the most that a line loses */
function joinLines(lines: readonly string[], width: number): string {
  const lineEnd = lines.slice(0, -1).some((line) => line.endsWith("\r")) ? "\r\n" : "\n";
  const texts = lines.map((line) => line.replace(/(?<!\r)\r+$/, ""));
  const least = texts.map(indentationOf).reduce((one, other) => Math.min(one, other), width);
  return texts.map((text) => text.slice(least)).join(lineEnd);
}
