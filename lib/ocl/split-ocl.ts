import { ParameterError } from "../step/errors.ts";
import { readOcl, type OclText } from "./read-ocl.ts";

/** One thing that a file says, and where it stands: an attribute, an entry of a dictionary, a dictionary, or a block. */
export interface OclPart {
  kind: "attribute" | "dictionary" | "block";
  /** Its name, and the labels of a block: what it is told by among those beside it, a second one of a name with a number. */
  key: string;
  /** Offsets of all of it, without what is around it. */
  start: number;
  end: number;
  /** Where the value of an attribute begins, or what is inside of a block, behind its brace. */
  inner: number;
  /** What an attribute says, the same for each way to write it; "" for others. */
  value: string;
  parts: OclPart[];
  /** Whether its place among those beside it says nothing to Octopus. */
  isFree: boolean;
  /** Equal for what says the same to Octopus. */
  digest: string;
}

/**
 * What a file says, item by item, with where each stands.
 * @throws {@link ParameterError} for a file that is no OCL, or that says an attribute twice, of which Octopus takes one
 */
export function splitOcl(source: string, fileName: string): OclPart[] {
  const texts = new Map(readOcl(source, fileName).map((text) => [text.start, text]));
  const reading: Reading = { source, fileName, texts, position: source.startsWith("\uFEFF") ? 1 : 0 };
  return readParts(reading, { isDictionary: false });
}

interface Reading {
  readonly source: string;
  readonly fileName: string;
  readonly texts: ReadonlyMap<number, OclText>;
  position: number;
}

function readParts(reading: Reading, place: { isDictionary: boolean }): OclPart[] {
  const found: FoundPart[] = [];
  for (take(reading, gap); reading.position < reading.source.length && !isAt(reading, "}"); take(reading, gap))
    found.push(readPart(reading, place));
  return found.map((part, index) => finishPart(reading, part, found.slice(0, index), found));
}

type FoundPart = Omit<OclPart, "isFree" | "digest"> & { name: string };

const gap = /[\s\u0085]*/y;

function readPart(reading: Reading, { isDictionary }: { isDictionary: boolean }): FoundPart {
  const start = reading.position;
  const name = isDictionary ? readKey(reading) : expect(reading, /[^\s\u0085="{]+/y);
  take(reading, gap);
  const part = { name, key: name, start, value: "", parts: [] };
  if (take(reading, /=/y) !== "") {
    take(reading, gap);
    const inner = reading.position;
    if (isAt(reading, "{")) return { ...part, kind: "dictionary", ...readBody(reading, { isDictionary: true }) };
    return { ...part, kind: "attribute", inner, value: readValue(reading, name), end: reading.position };
  }
  const labels: string[] = [];
  for (; isAt(reading, '"'); take(reading, gap)) labels.push(readText(reading));
  const key = [name, ...labels.map((label) => JSON.stringify(label))].join(" ");
  return { ...part, key, kind: "block", ...readBody(reading, { isDictionary: false }) };
}

function readKey(reading: Reading): string {
  return isAt(reading, '"') ? expect(reading, /"(?:[^"\\]|\\.)*"/y) : expect(reading, /[^\s\u0085"]+/y);
}

function readBody(
  reading: Reading,
  place: { isDictionary: boolean },
): Pick<OclPart, "inner" | "parts"> & { end: number } {
  expect(reading, /\{/y);
  const inner = reading.position;
  const parts = readParts(reading, place);
  expect(reading, /\}/y);
  return { inner, parts, end: reading.position };
}

/** Of these, lists of names, Octopus makes sets (Ocl's own example, `ReferenceCollection`; scopes of variables likewise). */
const sets = new Set([
  "environments",
  "excluded_environments",
  "channels",
  "tenant_tags",
  "environment",
  "channel",
  "role",
  "machine",
  "tenant_tag",
  "action",
  "process",
]);

function readValue(reading: Reading, name: string): string {
  if (!isAt(reading, "[")) return readScalar(reading);
  expect(reading, /\[/y);
  const items: string[] = [];
  for (take(reading, listGap); take(reading, /\]/y) === ""; take(reading, listGap)) items.push(readScalar(reading));
  return `[${(sets.has(name) ? items.toSorted() : items).join(", ")}]`;
}

const listGap = /[\s\u0085,]*/y;

function readScalar(reading: Reading): string {
  return reading.texts.has(reading.position)
    ? JSON.stringify(readText(reading))
    : expect(reading, /null|true|false|-?[\p{N}.]+/uy);
}

function readText(reading: Reading): string {
  const text = reading.texts.get(reading.position);
  if (text === undefined) throw refuse(reading);
  reading.position = text.end;
  return text.value;
}

/**
 * Octopus reads by name what a block has, so that attributes and blocks of which there is one may stand anywhere (Ocl,
 * `OclConverter.SetProperties`), and variables are a set. Steps, actions and whatever else there may be several of run in the order of the file.
 */
function finishPart(
  reading: Reading,
  { name, ...part }: FoundPart,
  before: readonly FoundPart[],
  all: readonly FoundPart[],
): OclPart {
  const earlier = before.filter(({ key }) => key === part.key).length;
  if (earlier > 0 && part.kind !== "block") throw refuse(reading);
  const key = earlier === 0 ? part.key : `${part.key} #${earlier + 1}`;
  const isFree = part.kind !== "block" || (earlier === 0 && isSet(name, part.key, all));
  return { ...part, key, isFree, digest: digestOf({ ...part, key }) };
}

function isSet(name: string, key: string, all: readonly FoundPart[]): boolean {
  if (all.filter((other) => other.key === key).length > 1) return false;
  return name === "variable" || (key === name && all.filter((other) => other.name === name).length === 1);
}

function digestOf({ kind, key, value, parts }: Pick<OclPart, "kind" | "key" | "value" | "parts">): string {
  return kind === "attribute" ? `${key} = ${value}` : `${kind} ${key} {${digestParts(parts)}}`;
}

/** Equal for bodies that say the same to Octopus. */
export function digestParts(parts: readonly OclPart[]): string {
  const free = parts.filter(({ isFree }) => isFree).map(({ digest }) => digest);
  const ordered = parts.filter(({ isFree }) => !isFree).map(({ digest }) => digest);
  return JSON.stringify([free.toSorted(), ordered]);
}

function isAt({ source, position }: Reading, character: string): boolean {
  return source.startsWith(character, position);
}

/** @param expression - sticky. @returns "" for what is not there */
function take(reading: Reading, expression: RegExp): string {
  expression.lastIndex = reading.position;
  const found = expression.exec(reading.source)?.[0] ?? "";
  reading.position += found.length;
  return found;
}

function expect(reading: Reading, expression: RegExp): string {
  const found = take(reading, expression);
  if (found === "") throw refuse(reading);
  return found;
}

function refuse({ fileName, position, source }: Reading): ParameterError {
  const line = source.slice(0, position).split("\n").length;
  return new ParameterError(`Failed to take "${fileName}" apart: line ${line} is written in a way of its own.`);
}
