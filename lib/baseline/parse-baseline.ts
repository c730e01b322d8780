import {
  isMap,
  isPair,
  isScalar,
  LineCounter,
  parseDocument,
  type Document,
  type Node,
  type Pair,
  type YAMLMap,
} from "yaml";
import * as z from "zod/mini";
import { findNearNames } from "../near-names.ts";
import { ParameterError } from "../step/errors.ts";
import { BaselineSchema, type Baseline } from "./baseline-schema.ts";
import { findContradictions } from "./find-contradictions.ts";
import type { Problem } from "./problem.ts";

/**
 * A baseline from YAML.
 * @param fileName - for sentences
 * @throws {@link ParameterError} telling of everything that is wrong, each with line and column
 */
export function parseBaseline(text: string, fileName: string): Baseline {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const broken = document.errors.map(
    ({ message, pos }) => `${place(lines, pos[0])}: ${message.split("\n")[0]?.replace(/\.$/, "") ?? ""}.`,
  );
  if (broken.length > 0) throw refuse(fileName, broken);

  const content: unknown = document.toJS() ?? {};
  const parsed = BaselineSchema.safeParse(content);
  const problems = [
    ...(parsed.error?.issues.flatMap((issue) => describeIssue(issue, content)) ?? []),
    ...findContradictions(content),
  ];
  if (parsed.success && problems.length === 0) return parsed.data;
  const located = problems.map((problem) => ({ offset: findOffset(document, problem), text: problem.text }));
  throw refuse(
    fileName,
    located.toSorted((a, b) => a.offset - b.offset).map(({ offset, text: told }) => `${place(lines, offset)}: ${told}`),
  );
}

function refuse(fileName: string, problems: string[]): ParameterError {
  return new ParameterError(
    `Failed to read the baseline "${fileName}":\n${[...new Set(problems)].join("\n")}\nCorrect it and run the step again.`,
  );
}

function place(lines: LineCounter, offset: number): string {
  const { line, col } = lines.linePos(offset);
  return `line ${line}, column ${col}`;
}

function describeIssue(issue: z.core.$ZodIssue, content: unknown): Problem[] {
  const path = issue.path.map((part) => (typeof part === "number" ? part : String(part)));
  if (issue.code === "unrecognized_keys")
    return issue.keys.map((key) => ({ path: [...path, key], text: describeUnknown(key, path), isAboutKey: true }));
  const name = path.findLast((part) => typeof part === "string") ?? "";
  if (valueAt(content, path) === undefined) return [{ path: path.slice(0, -1), text: `"${name}" is missing.` }];
  return [{ path, text: `"${name}" must be ${describeWanted(issue)}.` }];
}

function describeUnknown(key: string, path: (string | number)[]): string {
  const known = listKeys(path);
  return `"${key}" is not known here.${findNearNames(key, known) || ` Known are ${known.map((name) => `"${name}"`).join(", ")}.`}`;
}

function describeWanted(issue: z.core.$ZodIssue): string {
  if (issue.code === "invalid_type") return wanted[issue.expected] ?? issue.expected;
  if (issue.code === "invalid_value") return `one of ${issue.values.map((value) => `"${String(value)}"`).join(", ")}`;
  if (issue.code === "too_small") return `${String(issue.minimum)} or more`;
  if (issue.code === "invalid_format")
    return String(issue.path.at(-1)) === "url"
      ? "an address that starts with https:// or http://"
      : "a text that is not blank";
  if (issue.code === "invalid_union")
    return /retention$/i.test(String(issue.path.at(-1)))
      ? '"default", "forever", or "keep" with a number and "unit" with "days" or "items"'
      : 'a text, or "variable" with the name of an Octopus variable';
  return "something else";
}

const wanted: Record<string, string> = {
  string: "a text (put it in quotes if it looks like a number)",
  boolean: "true or false",
  int: "a whole number",
  number: "a whole number",
  array: "a list, with a dash before each entry",
  object: "a group of keys and values",
  record: "a group of keys and values",
};

/** The keys that the schema has at a path, for suggestions. */
function listKeys(path: (string | number)[]): string[] {
  let schema: z.core.$ZodType = BaselineSchema;
  for (const part of path) schema = stepInto(unwrap(schema), part);
  const found = unwrap(schema);
  return found instanceof z.ZodMiniObject ? Object.keys(found.shape) : [];
}

function stepInto(schema: z.core.$ZodType, part: string | number): z.core.$ZodType {
  if (schema instanceof z.ZodMiniArray) return schema.def.element;
  return schema instanceof z.ZodMiniObject ? (schema.shape[part] ?? schema) : schema;
}

function unwrap(schema: z.core.$ZodType): z.core.$ZodType {
  return schema instanceof z.ZodMiniOptional ? unwrap(schema.def.innerType) : schema;
}

function valueAt(content: unknown, path: (string | number)[]): unknown {
  return path.reduce<unknown>(
    (value, part) =>
      typeof value === "object" && value !== null
        ? Object.entries(value).find(([key]) => key === String(part))?.[1]
        : undefined,
    content,
  );
}

/** Where in the text a problem is: its own place, or that of the nearest thing around it. */
function findOffset(document: Document.Parsed, { path, isAboutKey }: Problem): number {
  if (isAboutKey === true) {
    const pair = findPair(document.getIn(path.slice(0, -1), true) ?? document.contents, path.at(-1));
    if (pair !== undefined && isScalar(pair.key)) return pair.key.range?.[0] ?? 0;
  }
  for (let end = path.length; end > 0; end -= 1) {
    const node = document.getIn(path.slice(0, end), true);
    if (hasRange(node)) return node.range?.[0] ?? 0;
  }
  return document.contents?.range[0] ?? 0;
}

function findPair(map: unknown, key: string | number | undefined): Pair | undefined {
  if (!isMap(map)) return undefined;
  const entries: YAMLMap["items"] = map.items;
  return entries.find((pair) => isPair(pair) && isScalar(pair.key) && pair.key.value === key);
}

function hasRange(node: unknown): node is Node {
  return typeof node === "object" && node !== null && "range" in node && Array.isArray(node.range);
}
