import { ParameterError } from "../step/errors.ts";
import {
  readOcl,
  type OclDictionary,
  type OclFile,
  type OclItem,
  type OclText,
  type OclValue,
  type OclWord,
} from "./read-ocl.ts";

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
  const file = readOcl(source, fileName);
  return finishParts(
    file,
    file.items.map((item) => toPart(file, item)),
  );
}

type FoundPart = Omit<OclPart, "isFree" | "digest"> & { name: string };

function finishParts(file: OclFile, found: readonly FoundPart[]): OclPart[] {
  return found.map((part, index) => finishPart(file, part, found.slice(0, index), found));
}

function toPart(file: OclFile, item: OclItem): FoundPart {
  if (item.kind === "attribute") return toNamedPart(file, { ...item, key: item.name });
  const { name, labels, start, end, open: inner } = item;
  const key = [name, ...labels.map((label) => JSON.stringify(label.value))].join(" ");
  const parts = finishParts(
    file,
    item.items.map((one) => toPart(file, one)),
  );
  return { kind: "block", name, key, start, end, inner, value: "", parts };
}

/** An attribute, or an entry of a dictionary. */
function toNamedPart(
  file: OclFile,
  { key, value, start, end }: { key: string; value: OclValue; start: number; end: number },
): FoundPart {
  const part = { name: key, key, start, end };
  if (value.kind !== "dictionary")
    return { ...part, kind: "attribute", inner: value.start, value: describeValue(value, key), parts: [] };
  const parts = finishParts(
    file,
    value.entries.map((entry) => toNamedPart(file, entry)),
  );
  return { ...part, kind: "dictionary", inner: value.start + 1, value: "", parts };
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

/** The same for each way to write it. */
function describeValue(value: Exclude<OclValue, OclDictionary>, name: string): string {
  if (value.kind !== "list") return describeScalar(value);
  const items = value.items.map(describeScalar);
  return `[${(sets.has(name) ? items.toSorted() : items).join(", ")}]`;
}

function describeScalar(value: OclText | OclWord): string {
  return value.kind === "text" ? JSON.stringify(value.value) : value.word;
}

/**
 * Octopus reads by name what a block has, so that attributes and blocks of which there is one may stand anywhere (Ocl,
 * `OclConverter.SetProperties`), and variables are a set. Steps, actions and whatever else there may be several of run in the order of the file.
 */
function finishPart(
  file: OclFile,
  { name, ...part }: FoundPart,
  before: readonly FoundPart[],
  all: readonly FoundPart[],
): OclPart {
  const earlier = before.filter(({ key }) => key === part.key).length;
  if (earlier > 0 && part.kind !== "block") throw refuse(file, part);
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

function refuse({ fileName, source }: OclFile, { start }: { start: number }): ParameterError {
  const line = source.slice(0, start).split("\n").length;
  return new ParameterError(`Failed to take "${fileName}" apart: line ${line} is written in a way of its own.`);
}
