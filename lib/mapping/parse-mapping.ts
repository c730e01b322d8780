import type * as z from "zod/mini";
import { isJsonObject, objectsOf, textOf, type JsonObject } from "../model/json.ts";
import { foldName } from "../octopus/same-name.ts";
import { bySchema } from "../yaml/by-schema.ts";
import { parseYaml } from "../yaml/parse-yaml.ts";
import type { Path, Problem } from "../yaml/problem.ts";
import { MappingSchema, type Mapping } from "./mapping-schema.ts";
import { listLackingGroups } from "./rules.ts";
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
  const groupless = renamable.flatMap((section) =>
    Object.entries(isJsonObject(content[section]) ? content[section] : {}).flatMap(([pattern, name]) =>
      findGroupless([section, pattern], pattern, name),
    ),
  );
  const inVariables = objectsOf(content, "variables").flatMap((rule, index) => findInVariable(rule, index));
  return [...twice, ...groupless, ...inVariables];
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

/** What stands for a group that the pattern does not have would become a part of the name. */
function findGroupless(path: Path, pattern: string, name: unknown): Problem[] {
  const lacking = typeof name === "string" ? listLackingGroups(pattern, name) : [];
  return lacking.map(({ written, groups }) => ({
    path,
    text: `"${pattern}" has ${sayGroups(groups)}, and "${written}" stands for none of them. Put brackets around what it should be, or write "$$" for a dollar sign.`,
  }));
}

function sayGroups(count: number): string {
  return count === 0 ? "no group" : count === 1 ? "one group" : `${count} groups`;
}

function findInVariable(rule: JsonObject, index: number): Problem[] {
  const path = ["variables", index];
  const groupless = findGroupless([...path, "rename"], textOf(rule, "name"), rule["rename"]);
  if (groupless.length > 0) return groupless;
  const says = (key: string): boolean => rule[key] !== undefined;
  if (says("value") && says("secret"))
    return [{ path: [...path, "secret"], text: 'A variable gets either a "value" or a "secret".', isAboutKey: true }];
  if (["value", "secret", "rename"].some(says) || rule["keep"] === true) return [];
  return [{ path, text: 'What becomes of the variable? Say "value", "secret", "keep: true" or "rename".' }];
}
