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
import { isJsonObject } from "../model/json.ts";
import { ParameterError } from "../step/errors.ts";
import { checkBaseline, type Baseline } from "./baseline-schema.ts";
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
  const problems = isJsonObject(content) ? checkBaseline(content) : [noGroup];
  if (isJsonObject(content) && problems.length === 0) return content;
  const located = problems.map((problem) => ({ offset: findOffset(document, problem), text: problem.text }));
  throw refuse(
    fileName,
    located.toSorted((a, b) => a.offset - b.offset).map(({ offset, text: told }) => `${place(lines, offset)}: ${told}`),
  );
}

const noGroup: Problem = { path: [], text: "A baseline must be a group of keys and values." };

function refuse(fileName: string, problems: string[]): ParameterError {
  return new ParameterError(
    `Failed to read the baseline "${fileName}":\n${[...new Set(problems)].join("\n")}\nCorrect it and run the step again.`,
  );
}

function place(lines: LineCounter, offset: number): string {
  const { line, col } = lines.linePos(offset);
  return `line ${line}, column ${col}`;
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
