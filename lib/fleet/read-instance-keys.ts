import { readFileSync } from "node:fs";
import { isJsonObject, parseJson } from "../model/json.ts";
import { toServerUrl } from "../octopus/server-url.ts";
import { ParameterError } from "../step/errors.ts";
import { instancePrefix } from "./instance-access.ts";

/**
 * Keys of instances out of a file, for who has no variables of a run.
 * @param file - JSON: an object of addresses and API keys; `-` for standard input
 * @returns by the variable that a run would have the key in
 * @throws {@link ParameterError} for a file that cannot be read or says something else; never with what it says
 */
export function readInstanceKeys(file: string): Map<string, string> {
  const value = parseJson(read(file));
  const entries = isJsonObject(value) ? Object.entries(value) : [];
  const keys = entries.flatMap(([url, key]) =>
    typeof key === "string" && key.trim() !== ""
      ? [[`${instancePrefix(toServerUrl(url))}.ApiKey`, key.trim()] as const]
      : [],
  );
  if (keys.length > 0 && keys.length === entries.length) return new Map(keys);
  throw new ParameterError(
    `${nameFile(file)} holds no keys of instances. It has to be a JSON object of addresses and API keys: {"https://octopus.example.com": "API-…"}.`,
  );
}

function read(file: string): string {
  try {
    return readFileSync(file === "-" ? 0 : file, "utf8");
  } catch (error) {
    throw new ParameterError(`${nameFile(file)} cannot be read. Check --instance-keys.`, { cause: error });
  }
}

function nameFile(file: string): string {
  return file === "-" ? "Standard input" : `The file "${file}"`;
}
