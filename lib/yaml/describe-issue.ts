import * as z from "zod/mini";
import { findNearNames } from "../near-names.ts";
import type { SchemaType } from "./by-schema.ts";
import type { Problem } from "./problem.ts";

type Type = Pick<SchemaType<z.ZodMiniType>, "schema" | "describeWanted">;
type Path = (string | number)[];

/** What is wrong, in sentences of whoever wrote the document. */
export function describeIssue(issue: z.core.$ZodIssue, content: unknown, type: Type): Problem[] {
  const path = issue.path.map((part) => (typeof part === "number" ? part : String(part)));
  if (issue.code === "unrecognized_keys")
    return issue.keys.map((key) => ({
      path: [...path, key],
      text: describeUnknown(key, listKeys(type.schema, path)),
      isAboutKey: true,
    }));
  const inner = listIssuesInside(issue, valueAt(content, path));
  if (inner.length > 0)
    return inner.flatMap((one) => describeIssue({ ...one, path: [...issue.path, ...one.path] }, content, type));
  const name = path.findLast((part) => typeof part === "string") ?? "";
  if (valueAt(content, path) === undefined) return [{ path: path.slice(0, -1), text: `"${name}" is missing.` }];
  return [{ path, text: `"${name}" must be ${type.describeWanted?.(issue) ?? describeWanted(issue)}.` }];
}

/** Of a value that may be of several forms, what is wrong with the one that was meant: who writes a group means a group. */
function listIssuesInside(issue: z.core.$ZodIssue, value: unknown): z.core.$ZodIssue[] {
  if (issue.code !== "invalid_union" || typeof value !== "object") return [];
  const isOfOtherForm = ({ path, code }: z.core.$ZodIssue): boolean =>
    path.length === 0 && code !== "unrecognized_keys";
  return issue.errors.find((issues) => !issues.some(isOfOtherForm)) ?? [];
}

function describeUnknown(key: string, known: string[]): string {
  return `"${key}" is not known here.${findNearNames(key, known) || ` Known are ${known.map((name) => `"${name}"`).join(", ")}.`}`;
}

function describeWanted(issue: z.core.$ZodIssue): string {
  if (issue.code === "invalid_type") return wanted[issue.expected] ?? issue.expected;
  if (issue.code === "invalid_value") return `one of ${issue.values.map((value) => `"${String(value)}"`).join(", ")}`;
  if (issue.code === "too_small") return `${String(issue.minimum)} or more`;
  return issue.code === "invalid_format" ? "a text that is not blank" : "something else";
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
function listKeys(root: z.core.$ZodType, path: Path): string[] {
  const found = path.reduce((schema, part) => toGroup(stepInto(schema, part)), toGroup(root));
  return found instanceof z.ZodMiniObject ? Object.keys(found.shape) : [];
}

function stepInto(schema: z.core.$ZodType, part: string | number): z.core.$ZodType {
  if (schema instanceof z.ZodMiniArray) return schema.def.element;
  if (schema instanceof z.ZodMiniRecord) return schema.def.valueType;
  return schema instanceof z.ZodMiniObject ? (schema.shape[part] ?? schema) : schema;
}

/** What may be left out is the same when it is there; of several forms, the one with keys. */
function toGroup(schema: z.core.$ZodType): z.core.$ZodType {
  if (schema instanceof z.ZodMiniOptional) return toGroup(schema.def.innerType);
  if (!(schema instanceof z.ZodMiniUnion)) return schema;
  return schema.def.options.map(toGroup).find((form) => form instanceof z.ZodMiniObject) ?? schema;
}

function valueAt(content: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, part) =>
      typeof value === "object" && value !== null
        ? Object.entries(value).find(([key]) => key === String(part))?.[1]
        : undefined,
    content,
  );
}
