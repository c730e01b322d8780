import { readFileSync } from "node:fs";
import * as z from "zod/mini";
import { ParameterError } from "../step/errors.ts";

/**
 * A JSON object of strings.
 * @param path - `-` for standard input; none for nothing
 * @throws {@link ParameterError} for a file that holds none
 */
export function readVariablesFile(path: string | undefined): Record<string, string> {
  if (path === undefined) return {};
  try {
    return z.record(z.string(), z.string()).parse(JSON.parse(readFileSync(path === "-" ? 0 : path, "utf8")));
  } catch {
    throw new ParameterError(
      `Failed to read the variables from "${path}": it is no file that holds a JSON object of strings.`,
    );
  }
}
