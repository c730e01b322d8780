import { LineCounter, parseDocument } from "yaml";
import type * as z from "zod/mini";
import { ParameterError } from "../step/errors.ts";
import { describeIssue } from "./describe-issue.ts";
import { findOffset } from "./find-offset.ts";
import type { Problem } from "./problem.ts";

/** A kind of document that people write. */
export interface DocumentType<Schema extends z.ZodMiniType> {
  /** What sentences call it: `baseline`. */
  label: string;
  schema: Schema;
  /** What is wrong with it that a schema cannot say. */
  findContradictions(content: unknown): Problem[];
  /** What a value must be, where the schema's own words do not say it well. */
  describeWanted?(issue: z.core.$ZodIssue): string | undefined;
}

/**
 * A document from YAML; one that says nothing is an empty group.
 * @param fileName - for sentences
 * @throws {@link ParameterError} telling of everything that is wrong, each with line and column
 */
export function parseYaml<Schema extends z.ZodMiniType>(
  text: string,
  fileName: string,
  type: DocumentType<Schema>,
): z.output<Schema> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const refuse = (problems: string[]): ParameterError =>
    new ParameterError(
      `Failed to read the ${type.label} "${fileName}":\n${[...new Set(problems)].join("\n")}\nCorrect it and run the step again.`,
    );
  const broken = document.errors.map(
    ({ message, pos }) => `${place(lines, pos[0])}: ${message.split("\n")[0]?.replace(/\.$/, "") ?? ""}.`,
  );
  if (broken.length > 0) throw refuse(broken);

  const content: unknown = document.toJS() ?? {};
  const parsed = type.schema.safeParse(content);
  const problems = [
    ...(parsed.error?.issues.flatMap((issue) => describeIssue(issue, content, type)) ?? []),
    ...type.findContradictions(content),
  ];
  if (parsed.success && problems.length === 0) return parsed.data;
  const located = problems.map((problem) => ({ offset: findOffset(document, problem), text: problem.text }));
  throw refuse(
    located.toSorted((a, b) => a.offset - b.offset).map(({ offset, text: told }) => `${place(lines, offset)}: ${told}`),
  );
}

function place(lines: LineCounter, offset: number): string {
  const { line, col } = lines.linePos(offset);
  return `line ${line}, column ${col}`;
}
