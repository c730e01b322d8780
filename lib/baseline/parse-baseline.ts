import type * as z from "zod/mini";
import { parseYaml } from "../yaml/parse-yaml.ts";
import { BaselineSchema, type Baseline } from "./baseline-schema.ts";
import { findContradictions } from "./find-contradictions.ts";

/**
 * A baseline from YAML.
 * @param fileName - for sentences
 * @throws {@link ParameterError} telling of everything that is wrong, each with line and column
 */
export function parseBaseline(text: string, fileName: string): Baseline {
  return parseYaml(text, fileName, { label: "baseline", schema: BaselineSchema, findContradictions, describeWanted });
}

function describeWanted({ code, path }: z.core.$ZodIssue): string | undefined {
  const name = String(path.at(-1));
  if (code === "invalid_format" && name === "url") return "an address that starts with https:// or http://";
  if (code !== "invalid_union") return undefined;
  return /retention$/i.test(name)
    ? '"default", "forever", or "keep" with a number and "unit" with "days" or "items"'
    : 'a text, or "variable" with the name of an Octopus variable';
}
