import { findNearNames } from "../near-names.ts";
import { foldName } from "../octopus/same-name.ts";
import { ParameterError } from "../step/errors.ts";
import type { Compared, ReadDecisions } from "./compare-graph.ts";
import { canBeTaken, joinDigests, type Choice, type Decision } from "./decision.ts";
import type { KeptDifference } from "./difference.ts";
import { nameDifference } from "./report.ts";

/** One line of what a person decided. */
export interface GivenDecision {
  choice: Choice;
  /** What is decided about, as sentences name it. */
  name: string;
  /** What the three sides had when it was decided; undefined where the line does not say. */
  seen?: string;
}

const beginnings: Record<Choice, string> = { template: "take the template's", space: "keep this space's" };

/** The line that says so. */
export function writeDecision({ choice, name, seen }: GivenDecision): string {
  return `${beginnings[choice]}: ${name.replaceAll(/\s+/g, " ")}${seen === undefined ? "" : ` [${seen}]`}`;
}

/**
 * Reads decisions, one a line: `keep this space's: "Region › Value" in the variables of "Hello World" [1a2b3c-4d5e6f-7a8b9c]`. What stands
 * in brackets says what was looked at, and may be left away.
 * @throws {@link ParameterError} for a line that is no decision
 */
export function parseDecisions(text: string): GivenDecision[] {
  return text.split(/\r?\n/).flatMap((line, index) => {
    const trimmed = line.trim();
    return trimmed === "" ? [] : [parseLine(trimmed, index + 1)];
  });
}

function parseLine(line: string, number: number): GivenDecision {
  const [, verb = "", rest = ""] = /^(take|keep)\b[^:"]*:(.*)$/i.exec(line) ?? [];
  const [, named, seen] = /^(.*?)(?:\s*\[([0-9a-f]{6}-[0-9a-f]{6}-[0-9a-f]{6})\])?$/.exec(rest.trim()) ?? [];
  if (named === undefined || named === "")
    throw new ParameterError(
      `Line ${number} of "Decisions" is no decision: "${line}". Begin it with "take the template's:" or "keep this space's:", and name what is in conflict as the log or the page of Preview Updates does.`,
    );
  return { choice: foldName(verb) === "take" ? "template" : "space", name: named, ...(seen !== undefined && { seen }) };
}

/** What can be decided: a conflict, all that is in conflict in one resource, or what was decided already. */
interface Subject {
  resource: string;
  place: string;
  name: string;
  seen: string;
  /** For all of a resource, what it consists of. */
  parts: Subject[];
  canBeTaken: boolean;
}

/**
 * What lines mean in this space, as it was just looked at.
 * @param given.by - the task that they are given to, or when
 * @param given.known - what was decided before
 * @throws {@link ParameterError} where two lines want both sides of one thing
 */
export function readDecisions(
  lines: readonly GivenDecision[],
  compared: Compared,
  { by, known }: { by: string; known: readonly Decision[] },
): ReadDecisions {
  const subjects = listSubjects(compared);
  const made = new Map<string, { decision: Decision; line: GivenDecision; isWhole: boolean }>();
  const remarks: string[] = [];
  for (const line of lines) {
    const found = findSubject(line, subjects);
    const remark = typeof found === "string" ? found : refuse(line, found, { known, subjects });
    if (remark !== "") remarks.push(remark);
    if (remark !== "" || typeof found === "string" || found === undefined) continue;
    const isWhole = found.parts.length > 0;
    for (const part of [found, ...found.parts]) {
      if (line.choice === "template" && !part.canBeTaken) {
        remarks.push(
          `${quote(line)} cannot be done for ${part.name}: it is this space's own. Rename or remove it to let the template's arrive.`,
        );
        continue;
      }
      const key = `${part.resource}\n${part.place}`;
      const other = made.get(key);
      if (other !== undefined && !isWhole && !other.isWhole && other.decision.choice !== line.choice)
        throw new ParameterError(
          `"Decisions" has two lines that exclude each other: ${quote(other.line)} and ${quote(line)}. Leave one of them.`,
        );
      // What is said of one field goes before what is said of all of them.
      if (other !== undefined && isWhole) continue;
      const { resource, place, seen, name } = part;
      made.set(key, { decision: { resource, place, choice: line.choice, seen, name, given: by }, line, isWhole });
    }
  }
  const isKnown = ({ resource, place, choice, seen }: Decision): boolean =>
    known.some((one) => one.resource === resource && one.place === place && one.choice === choice && one.seen === seen);
  return { made: [...made.values()].map(({ decision }) => decision).filter((one) => !isKnown(one)), remarks };
}

function listSubjects({ comparison, plans, plan }: Compared): Subject[] {
  const nodes = [...comparison.templates, ...plans].map(({ node }) => node);
  return plan.resources.flatMap(({ description, kept }, index) => {
    const node = nodes[index];
    if (node === undefined) return [];
    const resource = comparison.book.identityOf(node);
    const parts = kept.flatMap((one) => toSubject(one, resource, description));
    const isOne = parts.some(({ name }) => name === description);
    return isOne || parts.length === 0 ? parts : [...parts, toWhole(parts, { resource, name: description })];
  });
}

function toSubject(kept: KeptDifference, resource: string, description: string): Subject[] {
  const { seen, place } = kept;
  if (seen === undefined) return [];
  return [{ resource, place, seen, name: nameDifference(description, kept), parts: [], canBeTaken: canBeTaken(kept) }];
}

function toWhole(parts: Subject[], { resource, name }: { resource: string; name: string }): Subject {
  return { resource, place: "", name, seen: joinSeen(parts.map(({ seen }) => seen)), parts, canBeTaken: true };
}

/** What all conflicts of one resource had on each of the three sides. */
export function joinSeen(all: readonly string[]): string {
  const sorted = all.toSorted().map((seen) => seen.split("-"));
  return joinDigests([0, 1, 2].map((side) => sorted.map((parts) => parts[side] ?? "").join()));
}

/** @returns a sentence where several could be meant */
function findSubject(line: GivenDecision, subjects: readonly Subject[]): Subject | string | undefined {
  const exact = subjects.find(({ seen }) => line.seen === seen);
  if (exact !== undefined) return exact;
  const named = subjects.filter(({ name }) => isSameWords(name, line.name));
  const [only, another] = named;
  if (another === undefined || line.seen !== undefined) return only;
  const lines = named.map(({ seen }) => quote({ ...line, seen })).join(", ");
  return `${quote(line)} may mean several things, so it was not carried out. Say which: ${lines}.`;
}

/** @returns why the line does not hold; "" where it does, or was carried out already */
function refuse(
  line: GivenDecision,
  subject: Subject | undefined,
  { known, subjects }: { known: readonly Decision[]; subjects: readonly Subject[] },
): string {
  const isSaid = (one: Decision): boolean => one.choice === line.choice;
  if (subject === undefined) {
    if (known.some((one) => isSaid(one) && (one.seen === line.seen || isSameWords(one.name, line.name)))) return "";
    const names = subjects.map(({ name }) => name);
    const near =
      findNearNames(line.name, names, (text) => `\`${text}\``) ||
      (names.length === 0 ? " Nothing is in conflict." : "");
    return `${quote(line)} names nothing that is in conflict.${near}`;
  }
  const { resource, place, name, seen } = subject;
  const former = known.find((one) => one.resource === resource && one.place === place && isSaid(one));
  const looked = line.seen ?? former?.seen ?? seen;
  if (looked === seen) return "";
  return `${quote(line)} was not carried out, since ${describeMove(looked, seen)} in the meantime. Look at what each side has by now, and decide again: ${quote({ choice: line.choice, name, seen })}.`;
}

function describeMove(looked: string, seen: string): string {
  const [was, now] = [looked.split("-"), seen.split("-")];
  const [template, space, base] = was.map((digest, side) => digest !== now[side]);
  if (template === true && space === true) return "both the template and this space changed it";
  if (template === true) return "the template changed it";
  if (space === true) return "this space changed it";
  return base === true ? "a deployment settled it otherwise" : "it changed";
}

function quote(line: GivenDecision): string {
  return `\`${writeDecision(line)}\``;
}

/** Quotes and spaces are lost on the way through forms and mails. */
function isSameWords(a: string, b: string): boolean {
  const fold = (text: string): string => foldName(text.replaceAll(/["“”]/g, "").replaceAll(/\s+/g, " ").trim());
  return fold(a) === fold(b);
}
