/** A piece of Terraform's language that is written as it stands: `var.octopus_server`. */
export interface HclExpression {
  expression: string;
}

/** Text with expressions in it. */
export interface HclTemplate {
  template: readonly (string | HclExpression)[];
}

/** An object or a map; its keys are written as texts unless they are identifiers. */
export interface HclObject {
  entries: Readonly<Record<string, HclValue>>;
}

export type HclValue = string | number | boolean | HclExpression | HclTemplate | HclObject | readonly HclValue[];

/** `resource "type" "label" { … }`: attributes first, nested blocks after them, both in the order given. */
export interface HclBlock {
  type: string;
  labels?: readonly string[];
  /** Those that are undefined are not written. */
  attributes?: Readonly<Record<string, HclValue | undefined>>;
  blocks?: readonly HclBlock[];
}

/** Marks text as a piece of the language. */
export function expression(text: string): HclExpression {
  return { expression: text };
}

/** An object of what is defined. */
export function object(attributes: Readonly<Record<string, HclValue | undefined>>): HclObject {
  const entries = Object.entries(attributes).flatMap(([name, value]): [string, HclValue][] =>
    value === undefined ? [] : [[name, value]],
  );
  return { entries: Object.fromEntries(entries) };
}

/** A list that is not written when it is empty. */
export function unlessEmpty(values: readonly HclValue[]): readonly HclValue[] | undefined {
  return values.length === 0 ? undefined : values;
}

/** Blocks as `terraform fmt` would leave them. */
export function renderBlocks(blocks: readonly HclBlock[]): string {
  return `${blocks.map((block) => renderBlock(block).join("\n")).join("\n\n")}\n`;
}

/** A quoted string that stands for exactly this text, wherever Terraform would see an expression or an escape in it. */
export function quote(text: string): string {
  return `"${escapeText(text)}"`;
}

function renderBlock({ type, labels = [], attributes = {}, blocks = [] }: HclBlock): string[] {
  const head = [type, ...labels.map(quote)].join(" ");
  const lines = alignEntries(
    Object.entries(attributes).flatMap(([name, value]) =>
      value === undefined ? [] : [{ name, lines: renderValue(value) }],
    ),
  );
  const inner = blocks
    .map((block, index) => [...(index > 0 || lines.length > 0 ? [""] : []), ...renderBlock(block)])
    .flat();
  return lines.length + inner.length === 0 ? [`${head} {}`] : [`${head} {`, ...indent([...lines, ...inner]), "}"];
}

/** The first line stands behind the name, the others below. */
function renderValue(value: HclValue): string[] {
  if (typeof value === "string") return [quote(value)];
  if (typeof value === "number" || typeof value === "boolean") return [String(value)];
  if (isList(value)) return renderList(value);
  if ("expression" in value) return value.expression.split("\n");
  if ("template" in value) return [`"${value.template.map(renderPiece).join("")}"`];
  return renderObject(value);
}

function renderList(values: readonly HclValue[]): string[] {
  const items = values.map(renderValue);
  const line = `[${items.map((item) => item.join("\n")).join(", ")}]`;
  if (items.every((item) => item.length === 1) && line.length <= 100) return [line];
  return ["[", ...indent(items.flatMap((item) => [...item.slice(0, -1), `${item.at(-1) ?? ""},`])), "]"];
}

function renderObject({ entries }: HclObject): string[] {
  const lines = alignEntries(
    Object.entries(entries).map(([name, value]) => ({
      name: isIdentifier(name) ? name : quote(name),
      lines: renderValue(value),
    })),
  );
  return lines.length === 0 ? ["{}"] : ["{", ...indent(lines), "}"];
}

function renderPiece(piece: string | HclExpression): string {
  return typeof piece === "string" ? escapeText(piece).replace(/[$%]$/, escapeSign) : `\${${piece.expression}}`;
}

interface Entry {
  name: string;
  lines: string[];
}

/** `terraform fmt` lines up the equals signs of neighbors that take one line each. */
function alignEntries(entries: Entry[]): string[] {
  const lines: string[] = [];
  for (let start = 0; start < entries.length;) {
    const end = findEndOfRun(entries, start);
    const run = entries.slice(start, end);
    const width = Math.max(...run.map(({ name }) => countColumns(name)));
    for (const {
      name,
      lines: [first = "", ...rest],
    } of run)
      lines.push(`${name}${" ".repeat(width - countColumns(name))} = ${first}`, ...rest);
    start = end;
  }
  return lines;
}

function findEndOfRun(entries: Entry[], start: number): number {
  if ((entries[start]?.lines.length ?? 0) > 1) return start + 1;
  const end = entries.findIndex(({ lines }, index) => index > start && lines.length > 1);
  return end === -1 ? entries.length : end;
}

const segmenter = new Intl.Segmenter("en", { granularity: "grapheme" });

function countColumns(text: string): number {
  return [...segmenter.segment(text)].length;
}

function indent(lines: string[]): string[] {
  return lines.map((line) => (line === "" ? "" : `  ${line}`));
}

/** Inside a quoted string a backslash escape is never taken for the start of an expression, so it is sure where doubling is not. */
function escapeText(text: string): string {
  return text
    .replace(/[\\"\p{Cc}\u2028\u2029\ufeff]/gu, escapeCharacter)
    .replace(/([$%]+)\{/g, (_match, signs: string) =>
      signs.length === 1 ? `${signs}${signs}{` : `${signs.slice(0, -1)}${escapeSign(signs.at(-1) ?? "")}{`,
    );
}

/** A sign that ends a text would join the expression behind it. */
function escapeSign(sign: string): string {
  return `\\u${(sign.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`;
}

const shortEscapes: Readonly<Record<string, string>> = {
  "\\": "\\\\",
  '"': '\\"',
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
};

function escapeCharacter(character: string): string {
  return shortEscapes[character] ?? escapeSign(character);
}

function isIdentifier(name: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name);
}

function isList(value: HclValue): value is readonly HclValue[] {
  return Array.isArray(value);
}
