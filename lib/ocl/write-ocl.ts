import { ParameterError } from "../step/errors.ts";
import { readOcl, white, type OclItem, type OclValue } from "./read-ocl.ts";

/** What can be written as a value: a dictionary holds no other. */
export type OclNewValue = OclNewLiteral | { readonly [key: string]: OclNewLiteral };
export type OclNewLiteral = string | number | boolean | null | readonly string[] | readonly number[];

export interface OclNewBlock {
  name: string;
  labels?: readonly string[];
  attributes?: Readonly<Record<string, OclNewValue>>;
  blocks?: readonly OclNewBlock[];
}

/** How the lines of a place look. */
export interface OclLayout {
  /** The white space before the line that the value begins in. */
  indent: string;
  lineEnd: string;
  /** How much deeper than this line a heredoc's lines are: two steps below an attribute, one below an entry of a dictionary. */
  heredoc?: string;
}

export const oneStep = "    ";

/** A text as a file says it in one line. */
export function quoteOcl(text: string): string {
  const escaped = text
    .replaceAll(/[\\"]/g, "\\$&")
    .replaceAll("\n", "\\n")
    .replaceAll("\r", "\\r")
    .replaceAll("\t", "\\t");
  return `"${escaped}"`;
}

/**
 * A value as Octopus writes it (`OclWriter` of https://github.com/OctopusDeploy/Ocl): several lines as an indented heredoc, keys by the
 * alphabet. Where Octopus could not read back what it would write itself, such as a heredoc with its own tag in a line, a text is quoted.
 * @throws {@link ParameterError} for what OCL has not: a number beyond Octopus's, a control character in a key
 */
export function writeValue(value: OclNewValue, layout: OclLayout): string {
  if (typeof value === "string") return writeText(value, layout);
  if (isList(value)) return checked(`[${value.map((item) => writeLiteral(item)).join(", ")}]`);
  if (typeof value === "object" && value !== null) return writeDictionary(value, layout);
  return checked(writeLiteral(value));
}

function isList(value: OclNewValue): value is readonly string[] | readonly number[] {
  return Array.isArray(value);
}

function writeLiteral(value: string | number | boolean | null): string {
  return typeof value === "string" ? quoteOcl(value) : String(value);
}

function writeText(text: string, { indent, lineEnd, heredoc = oneStep + oneStep }: OclLayout): string {
  if (!text.includes("\n")) return quoteOcl(text);
  const deeper = indent + heredoc;
  const lines = text.split("\n").map((line) => deeper + line);
  const written = `<<-EOT${lineEnd}${lines.join("\n")}${lineEnd}${deeper}EOT`;
  return saysText(written, text) ? written : quoteOcl(text);
}

/** Whether Octopus reads the text from what was written. */
export function saysText(written: string, text: string): boolean {
  const value = readValue(written);
  return value?.kind === "text" && value.value === text;
}

function writeDictionary(
  dictionary: { readonly [key: string]: OclNewLiteral },
  { indent, lineEnd }: OclLayout,
): string {
  const layout = { indent: indent + oneStep, lineEnd };
  const entries = Object.entries(dictionary)
    .toSorted(([a], [b]) => compareNames(a, b))
    .map(([key, value]) => layout.indent + writeEntry(key, value, layout) + lineEnd);
  return `{${lineEnd}${entries.join("")}${indent}}`;
}

const bareKey = new RegExp(`^[^"${white}]+$`);

export function writeEntry(key: string, value: OclNewLiteral, layout: OclLayout): string {
  if (/\p{Cc}/u.test(key))
    throw new ParameterError(
      `Failed to write the key ${JSON.stringify(key)}: it has a control character, which no key of a dictionary in OCL may have. Take it out.`,
    );
  return `${bareKey.test(key) ? key : quoteOcl(key)} = ${writeValue(value, { ...layout, heredoc: oneStep })}`;
}

/** @throws {@link ParameterError} for a name that Octopus could not read */
export function writeAttribute(name: string, value: OclNewValue, layout: OclLayout): string {
  return `${checkedName(name)} = ${writeValue(value, layout)}`;
}

/** Attributes come first, by the alphabet, and an empty line stands around each block. */
export function writeBlock(block: OclNewBlock, layout: OclLayout): string {
  const { indent, lineEnd } = layout;
  const inner = { indent: indent + oneStep, lineEnd };
  const attributes = Object.entries(block.attributes ?? {})
    .toSorted(([a], [b]) => compareNames(a, b))
    .map(([name, value]) => inner.indent + writeAttribute(name, value, inner));
  const blocks = (block.blocks ?? []).map((one) => inner.indent + writeBlock(one, inner));
  const parts = [...(attributes.length === 0 ? [] : [attributes.join(lineEnd)]), ...blocks];
  const head = [checkedName(block.name), ...(block.labels ?? []).map(quoteOcl)].join(" ");
  return parts.length === 0 ? `${head} {}` : `${head} {${lineEnd}${parts.join(lineEnd + lineEnd)}${lineEnd}${indent}}`;
}

/** As .NET compares texts: punctuation before letters, the case last. All dictionaries of the public files that were read go by it. */
export function compareNames(a: string, b: string): number {
  return a.localeCompare(b, "en");
}

function checkedName(name: string): string {
  const [item, ...more] = tryToRead(`${name} = 1`) ?? [];
  if (item?.kind === "attribute" && item.name === name && more.length === 0) return name;
  throw new ParameterError(
    `Failed to write the name ${JSON.stringify(name)}: names in OCL have letters, digits and "_" only. Take another.`,
  );
}

function checked(written: string): string {
  if (readValue(written) !== undefined) return written;
  throw new ParameterError(
    `Failed to write ${written.slice(0, 100)}: OCL has no such value. It has texts, flags, whole numbers of 32 bits, decimals, and lists of one of these kinds.`,
  );
}

function readValue(written: string): OclValue | undefined {
  const [item, ...more] = tryToRead(`a = ${written}\n`) ?? [];
  return item?.kind === "attribute" && more.length === 0 ? item.value : undefined;
}

function tryToRead(source: string): OclItem[] | undefined {
  try {
    return readOcl(source, "").items;
  } catch (error) {
    if (error instanceof ParameterError) return undefined;
    throw error;
  }
}
