import { readFileSync } from "node:fs";
import * as z from "zod/mini";
import { escapeExpressions, holdsExpression } from "../octopus/expressions.ts";
import { ParameterError } from "../step/errors.ts";
import type { Finding } from "./doctor.ts";

/**
 * Whether variables with these values would reach a step as they are. Octopus tells nobody what it keeps, and a step sees only what it
 * made of that: so the values come from where they are known, such as a password store.
 * @param values - by name, as a step should see them
 */
export function checkValues(values: Readonly<Record<string, string>>): Finding[] {
  return Object.entries(values).map(([about, value]) =>
    holdsExpression(value)
      ? { about, state: "bad", text: describeEvaluation(value) }
      : { about, state: "good", text: "reaches a step as it is" },
  );
}

/** Shows of the value nothing but hashes and braces. */
function describeEvaluation(value: string): string {
  const openings = [...new Set(value.match(/#+\{/g))];
  const typed = openings.map((opening) => `"${opening}" as "${escapeExpressions(opening)}"`);
  return `Octopus evaluates it, so a step may see another text: type ${typed.join(", ")} in Octopus.`;
}

/**
 * @param file - a JSON object of texts, or - for standard input
 * @throws {@link ParameterError} when it is none; never repeats what is in it
 */
export function readValues(file: string): Record<string, string> {
  const parsed = z.record(z.string(), z.string()).safeParse(parseJson(file));
  if (parsed.success) return parsed.data;
  throw new ParameterError(
    `The values cannot be read from "${file}". Name a file with a JSON object of names and texts, or - for standard input.`,
  );
}

function parseJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file === "-" ? 0 : file, "utf8"));
  } catch {
    return undefined;
  }
}
