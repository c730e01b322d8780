import type { HclBlock, HclExpression, HclObject, HclValue } from "./hcl.ts";
import { escapeSign, escapeText, quote } from "./quote.ts";

/** Blocks as `terraform fmt` would leave them. */
export function renderBlocks(blocks: readonly HclBlock[]): string {
  const lines: string[] = [];
  for (const [index, block] of blocks.entries()) {
    if (index > 0) lines.push("");
    renderBlock(block, "", lines);
  }
  return `${lines.join("\n")}\n`;
}

function renderBlock(
  { type, labels = [], attributes = {}, blocks = [] }: HclBlock,
  margin: string,
  to: string[],
): void {
  const head = `${margin}${[type, ...labels.map(quote)].join(" ")}`;
  const entries: Entry[] = [];
  for (const [name, value] of Object.entries(attributes))
    if (value !== undefined) entries.push({ name, lines: renderValue(value) });
  if (entries.length + blocks.length === 0) return void to.push(`${head} {}`);
  to.push(`${head} {`);
  for (const line of alignEntries(entries)) to.push(line === "" ? "" : `${margin}  ${line}`);
  for (const [index, block] of blocks.entries()) {
    if (index > 0 || entries.length > 0) to.push("");
    renderBlock(block, `${margin}  `, to);
  }
  to.push(`${margin}}`);
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

function countColumns(text: string): number {
  // Nearly every name is such: segmenting them takes longer than all else.
  if (/^[ -~]*$/.test(text)) return text.length;
  return [...new Intl.Segmenter("en", { granularity: "grapheme" }).segment(text)].length;
}

function indent(lines: string[]): string[] {
  return lines.map((line) => (line === "" ? "" : `  ${line}`));
}

function isIdentifier(name: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name);
}

function isList(value: HclValue): value is readonly HclValue[] {
  return Array.isArray(value);
}
