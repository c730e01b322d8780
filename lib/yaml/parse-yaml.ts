import { LineCounter, parseDocument } from "yaml";
import { ParameterError } from "../step/errors.ts";
import { findOffset } from "./find-offset.ts";
import type { Problem } from "./problem.ts";

/** A kind of document that people write. */
export interface DocumentType<Content> {
  /** What sentences call it: `baseline`. */
  label: string;
  /** What it says, and all that is wrong with it; no value where something is. */
  read(content: unknown): { value?: Content; problems: readonly Problem[] };
}

/**
 * A document from YAML; one that says nothing is an empty group.
 * @param fileName - for sentences
 * @throws {@link ParameterError} telling of everything that is wrong, each with line and column
 */
export function parseYaml<Content>(text: string, fileName: string, type: DocumentType<Content>): Content {
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
  if (document.directives?.yaml.version === "1.1")
    throw refuse([
      `${place(lines, 0)}: it says that it is YAML 1.1, where "no" is no text. Only 1.2 is read: take the line "%YAML 1.1" out.`,
    ]);

  const { value, problems } = type.read(document.toJS() ?? {});
  if (value !== undefined && problems.length === 0) return value;
  const located = problems.map((problem) => ({ offset: findOffset(document, problem), text: problem.text }));
  throw refuse(
    located.toSorted((a, b) => a.offset - b.offset).map(({ offset, text: told }) => `${place(lines, offset)}: ${told}`),
  );
}

function place(lines: LineCounter, offset: number): string {
  const { line, col } = lines.linePos(offset);
  return `line ${line}, column ${col}`;
}
