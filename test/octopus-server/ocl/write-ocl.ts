import type { OclItem, OclValue } from "./items.ts";

/** What no OCL file can hold. */
export class OclWriteError extends Error {}

/**
 * An OCL file as Octopus writes it (`OclWriter` of https://github.com/OctopusDeploy/Ocl): four spaces, an empty line around blocks,
 * dictionaries sorted by key, text of several lines as an indented heredoc, no line end after the last line. Octopus cannot read back
 * all that it writes: a text that has a line with the heredoc's tag ends there, and lists have no heredocs.
 * @throws OclWriteError for a key with a control character
 */
export function writeOcl(items: readonly OclItem[]): string {
  return linesOf(items, 0).join("\n");
}

const heredocTag = "EOT";

function linesOf(items: readonly OclItem[], depth: number): string[] {
  return items.flatMap((item, index) => {
    const previous = items[index - 1];
    const isApart = previous !== undefined && (item.kind === "block" || previous.kind === "block");
    const lines = item.kind === "block" ? blockLines(item, depth) : attributeLines(item, depth);
    return isApart ? ["", ...lines] : lines;
  });
}

function blockLines({ name, labels, items }: OclItem & { kind: "block" }, depth: number): string[] {
  const head = `${indent(depth)}${[toIdentifier(name), ...labels.map(quote)].join(" ")} {`;
  if (items.length === 0) return [`${head}}`];
  return [head, ...linesOf(items, depth + 1), `${indent(depth)}}`];
}

function attributeLines({ name, value }: OclItem & { kind: "attribute" }, depth: number): string[] {
  return assigned(`${indent(depth)}${toIdentifier(name)} = `, value, depth);
}

function assigned(head: string, value: OclValue, depth: number): string[] {
  if (typeof value === "string" && value.includes("\n")) return heredocLines(head, value, depth);
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return dictionaryLines(head, value, depth);
  return [head + inline(value, depth)];
}

function dictionaryLines(head: string, dictionary: { [key: string]: OclValue }, depth: number): string[] {
  const keys = Object.keys(dictionary).toSorted(compareKeys);
  const entries = keys.flatMap((key) =>
    assigned(`${indent(depth + 1)}${toKey(key)} = `, dictionary[key] ?? null, depth),
  );
  return [`${head}{`, ...entries, `${indent(depth)}}`];
}

/** The text stands two steps deeper than the block that it is in, and so does the closing tag; empty lines are indented, too. */
function heredocLines(head: string, text: string, depth: number): string[] {
  return [
    `${head}<<-${heredocTag}`,
    ...text.split("\n").map((line) => indent(depth + 2) + line),
    indent(depth + 2) + heredocTag,
  ];
}

function inline(value: OclValue, depth: number): string {
  if (typeof value === "string") return value.includes("\n") ? heredocLines("", value, depth).join("\n") : quote(value);
  if (Array.isArray(value)) return `[${value.map((item) => inline(item, depth)).join(", ")}]`;
  return String(value);
}

function quote(text: string): string {
  const escaped = text
    .replaceAll("\\", "\\\\")
    .replaceAll("\r", "\\r")
    .replaceAll("\n", "\\n")
    .replaceAll("\t", "\\t")
    .replaceAll('"', '\\"');
  return `"${escaped}"`;
}

function toKey(key: string): string {
  if (/\p{Cc}/u.test(key))
    throw new OclWriteError("Control characters such as new lines are not allowed in dictionary key values");
  return /["\p{Z}]/u.test(key) ? quote(key) : key;
}

function toIdentifier(name: string): string {
  return name.replace(/^(?=\p{Nd})/u, "_").replaceAll(/[^\p{L}\p{Nd}_-]/gu, "_");
}

function indent(depth: number): string {
  return "    ".repeat(depth);
}

/** Culture order, as .NET sorts text: punctuation before letters, case last. */
function compareKeys(a: string, b: string): number {
  return a.localeCompare(b, "en");
}
