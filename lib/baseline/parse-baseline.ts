import { isJsonObject } from "../model/json.ts";
import { parseYaml } from "../yaml/parse-yaml.ts";
import { checkBaseline, type Baseline } from "./baseline-schema.ts";

/**
 * A baseline from YAML.
 * @param fileName - for sentences
 * @throws {@link ParameterError} telling of everything that is wrong, each with line and column
 */
export function parseBaseline(text: string, fileName: string): Baseline {
  return parseYaml(text, fileName, { label: "baseline", read });
}

function read(content: unknown): { value: Baseline; problems: ReturnType<typeof checkBaseline> } {
  if (isJsonObject(content)) return { value: content, problems: checkBaseline(content) };
  return { value: {}, problems: [{ path: [], text: "A baseline must be a group of keys and values." }] };
}
