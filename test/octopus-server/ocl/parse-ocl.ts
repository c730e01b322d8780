import type { OclItem, OclValue } from "./items.ts";

/** A file that is no OCL: says what is wrong in which line. */
export class OclError extends Error {
  readonly line: number;
  constructor(line: number, reason: string) {
    super(`Line ${line}: ${reason}`);
    this.line = line;
  }
}

/** Reads an OCL file, also one that people wrote: comments, other indentation and other heredoc tags. @throws OclError */
export function parseOcl(text: string): OclItem[] {
  const reader = createReader(text.replace(/^\uFEFF/, ""));
  const items = readItems(reader);
  reader.skip();
  if (!reader.isAtEnd()) throw reader.error(`"${reader.peek()}" is not expected here.`);
  return items;
}

interface Reader {
  isAtEnd(): boolean;
  peek(): string;
  /** What the expression matches here, moving past it; the expression is sticky. */
  take(expression: RegExp): string | undefined;
  /** Moves past white space, line ends and comments. */
  skip(): void;
  error(reason: string): OclError;
}

function createReader(text: string): Reader {
  let position = 0;
  function take(expression: RegExp): string | undefined {
    const sticky = new RegExp(expression.source, `${expression.flags.replaceAll(/[gy]/g, "")}y`);
    sticky.lastIndex = position;
    const found = sticky.exec(text)?.[0];
    if (found !== undefined) position += found.length;
    return found;
  }
  return {
    isAtEnd: () => position >= text.length,
    peek: () => text.charAt(position),
    take,
    skip: () => void take(/(?:\s+|\/\/[^\n]*|#[^\n]*|\/\*[\s\S]*?\*\/)*/),
    error: (reason) => new OclError(text.slice(0, position).split("\n").length, reason),
  };
}

function readItems(reader: Reader): OclItem[] {
  const items: OclItem[] = [];
  for (;;) {
    reader.skip();
    if (reader.isAtEnd() || reader.peek() === "}") return items;
    items.push(readItem(reader));
  }
}

function readItem(reader: Reader): OclItem {
  const name = readName(reader);
  reader.take(/[^\S\n]*/);
  if (reader.take(/=/) !== undefined) return { kind: "attribute", name, value: readValue(reader) };
  const labels: string[] = [];
  while (reader.peek() === '"') {
    labels.push(readQuoted(reader));
    reader.take(/[^\S\n]*/);
  }
  if (reader.take(/\{/) === undefined) throw reader.error(`"${name}" is neither an attribute nor a block.`);
  const items = readItems(reader);
  if (reader.take(/\}/) === undefined) throw reader.error(`The block "${name}" is not closed.`);
  return { kind: "block", name, labels, items };
}

function readName(reader: Reader): string {
  if (reader.peek() === '"') return readQuoted(reader);
  const name = reader.take(/[^\s={}"[\],]+/);
  if (name === undefined) throw reader.error(`A name is expected, not "${reader.peek()}".`);
  return name;
}

function readValue(reader: Reader): OclValue {
  reader.take(/[^\S\n]*/);
  const start = reader.peek();
  if (start === '"') return readQuoted(reader);
  if (start === "[") return readList(reader);
  if (start === "{") return readDictionary(reader);
  if (start === "<") return readHeredoc(reader);
  return readWord(reader);
}

function readWord(reader: Reader): OclValue {
  const word = reader.take(/[^\s,\]}]+/) ?? "";
  if (word === "true" || word === "false") return word === "true";
  if (word === "null") return null;
  if (/^-?\d+(\.\d+)?$/.test(word)) return Number(word);
  throw reader.error(word === "" ? "A value is missing." : `"${word}" is not a value.`);
}

function readQuoted(reader: Reader): string {
  const quoted = reader.take(/"(?:\\.|[^"\\\r\n])*"/);
  if (quoted === undefined) throw reader.error("A text is not closed.");
  return quoted.slice(1, -1).replaceAll(/\\(.)/g, (_, character: string) => {
    const meant = { r: "\r", n: "\n", t: "\t", "\\": "\\", '"': '"' }[character];
    if (meant === undefined) throw reader.error(`"\\${character}" is not an escape.`);
    return meant;
  });
}

function readList(reader: Reader): OclValue[] {
  reader.take(/\[/);
  const values: OclValue[] = [];
  for (;;) {
    reader.skip();
    if (reader.take(/\]/) !== undefined) return values;
    if (reader.isAtEnd()) throw reader.error("A list is not closed.");
    values.push(readValue(reader));
    reader.skip();
    if (reader.take(/,/) === undefined && reader.peek() !== "]")
      throw reader.error("The items of a list are separated by commas.");
  }
}

function readDictionary(reader: Reader): { [key: string]: OclValue } {
  reader.take(/\{/);
  const entries: [string, OclValue][] = [];
  for (;;) {
    reader.skip();
    if (reader.take(/\}/) !== undefined) return Object.fromEntries(entries);
    if (reader.isAtEnd()) throw reader.error("A dictionary is not closed.");
    const key = reader.peek() === '"' ? readQuoted(reader) : reader.take(/[^\s="]+/);
    if (key === undefined) throw reader.error(`A name is expected, not "${reader.peek()}".`);
    reader.take(/[^\S\n]*/);
    if (reader.take(/=/) === undefined) throw reader.error(`"${key}" has no value.`);
    entries.push([key, readValue(reader)]);
    reader.take(/[^\S\n]*,/);
  }
}

/** `<<-TAG` takes off what the least indented line, or the closing tag, is indented by; `<<TAG` keeps lines as they are. */
function readHeredoc(reader: Reader): string {
  const [, dash = "", tag = ""] = /^<<(-?)(\S+)/.exec(reader.take(/<<-?\S+[^\S\n]*\r?\n/) ?? "") ?? [];
  if (tag === "") throw reader.error("A heredoc begins with << and a tag.");
  const lines: string[] = [];
  for (;;) {
    if (reader.isAtEnd()) throw reader.error(`The heredoc has no closing ${tag}.`);
    const line = reader.take(/[^\n]*\n?/) ?? "";
    const content = line.replace(/\r?\n$/, "");
    if (content.trim() === tag) return unindent(lines, { end: content, isIndented: dash === "-" }).join("\n");
    lines.push(content);
  }
}

function unindent(lines: readonly string[], { end, isIndented }: { end: string; isIndented: boolean }): string[] {
  if (!isIndented) return [...lines];
  const widths = [...lines.filter((line) => line.trim() !== ""), end].map((line) => line.search(/\S/));
  const width = Math.min(...widths);
  return lines.map((line) => line.slice(width));
}
