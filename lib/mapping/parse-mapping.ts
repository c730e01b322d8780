import type * as z from "zod/mini";
import { isJsonObject, objectsOf, type JsonObject } from "../model/json.ts";
import { foldName } from "../octopus/same-name.ts";
import { bySchema } from "../yaml/by-schema.ts";
import { parseYaml } from "../yaml/parse-yaml.ts";
import type { Problem } from "../yaml/problem.ts";
import { MappingSchema, type Mapping } from "./mapping-schema.ts";
import { renamable } from "./sections.ts";

/**
 * A mapping from YAML.
 * @param fileName - for sentences
 * @throws {@link ParameterError} telling of everything that is wrong, each with line and column
 */
export function parseMapping(text: string, fileName: string): Mapping {
  return parseYaml(text, fileName, mapping);
}

const mapping = bySchema({ label: "mapping", schema: MappingSchema, findContradictions, describeWanted });

function describeWanted({ code, path }: z.core.$ZodIssue): string | undefined {
  if (code === "too_small") return "a list of at least one environment";
  if (code !== "invalid_union") return undefined;
  return path[0] === "scopes"
    ? 'one of the ways, such as "skipUnlessPartialMatch", or a group of them by "variables", "steps" and the like'
    : 'a text, or "variable" with the name of an Octopus variable';
}

/** What a schema cannot say. */
function findContradictions(content: unknown): Problem[] {
  if (!isJsonObject(content)) return [];
  const twice = [...renamable, "onlyIn.steps", "onlyIn.runbooks", "notIn.steps"].flatMap((keys) =>
    findTwice(content, keys.split(".")),
  );
  return [...twice, ...objectsOf(content, "variables").flatMap((rule, index) => findInVariable(rule, index))];
}

/** Octopus does not tell names apart by upper and lower case. */
function findTwice(content: JsonObject, path: string[]): Problem[] {
  const group = path.reduce<unknown>((value, key) => (isJsonObject(value) ? value[key] : undefined), content);
  const seen = new Set<string>();
  const isRepeated = (name: string): boolean => seen.has(foldName(name)) || !seen.add(foldName(name));
  return Object.keys(isJsonObject(group) ? group : {})
    .filter(isRepeated)
    .map((name) => ({
      path: [...path, name],
      text: `"${name}" is there twice. Octopus does not tell names apart by upper and lower case.`,
      isAboutKey: true,
    }));
}

function findInVariable(rule: JsonObject, index: number): Problem[] {
  const path = ["variables", index];
  const says = (key: string): boolean => rule[key] !== undefined;
  if (says("value") && says("secret"))
    return [{ path: [...path, "secret"], text: 'A variable gets either a "value" or a "secret".', isAboutKey: true }];
  if (["value", "secret", "rename"].some(says) || rule["keep"] === true) return [];
  return [{ path, text: 'What becomes of the variable? Say "value", "secret", "keep: true" or "rename".' }];
}
