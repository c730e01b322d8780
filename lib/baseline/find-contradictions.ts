import { isJsonObject, type JsonObject } from "../model/json.ts";
import type { Problem } from "../yaml/problem.ts";

const namedLists = [
  "environments",
  "lifecycles",
  "gitCredentials",
  "dockerFeeds",
  "projectGroups",
  "libraryVariableSets",
];

/** What a schema cannot say: names that are there twice (Octopus compares them without regard to case), and fields that exclude each other. */
export function findContradictions(content: unknown): Problem[] {
  if (!isJsonObject(content)) return [];
  const problems = namedLists.flatMap((list) => findTwice(content, [list]));
  const lifecycles = listItems(content, "lifecycles").flatMap(({ index, item }) =>
    findTwice(item, ["phases"], ["lifecycles", index]),
  );
  const sets = listItems(content, "libraryVariableSets").flatMap(({ index, item }) =>
    findInSet(item, ["libraryVariableSets", index]),
  );
  return [...problems, ...lifecycles, ...sets];
}

function findInSet(set: JsonObject, path: (string | number)[]): Problem[] {
  const templates = listItems(set, "templates").flatMap(({ index, item }) =>
    findInTemplate(item, [...path, "templates", index]),
  );
  const variables = listItems(set, "variables").flatMap(({ index, item }) =>
    findInVariable(item, [...path, "variables", index]),
  );
  return [...findTwice(set, ["templates"], path), ...findTwiceScoped(set, path), ...templates, ...variables];
}

function findInVariable(variable: JsonObject, path: (string | number)[]): Problem[] {
  const has = (field: string): boolean => variable[field] !== undefined;
  if (has("value") && has("secret"))
    return [{ path: [...path, "secret"], text: 'A variable has either "value" or "secret".', isAboutKey: true }];
  return has("value") || has("secret") ? [] : [{ path, text: 'A variable needs "value" or "secret".' }];
}

function findInTemplate(template: JsonObject, path: (string | number)[]): Problem[] {
  const problems: Problem[] = [];
  if (isJsonObject(template["default"]) !== (template["type"] === "Sensitive") && template["default"] !== undefined) {
    problems.push({
      path: [...path, "default"],
      text: 'The default of a Sensitive template, and only that, is given as "variable" with the name of an Octopus variable.',
    });
  }
  if (template["options"] !== undefined && template["type"] !== "Select")
    problems.push({
      path: [...path, "options"],
      text: 'Only a template of the type "Select" has options.',
      isAboutKey: true,
    });
  return problems;
}

function findTwice(owner: JsonObject, list: [string], path: (string | number)[] = []): Problem[] {
  const [field] = list;
  return findRepeated(listItems(owner, field), ({ name }) => String(name).toLowerCase()).map(({ index, item }) => ({
    path: [...path, field, index, "name"],
    text: `"${String(item["name"])}" is there twice. Octopus does not tell names apart by upper and lower case.`,
  }));
}

/** One variable may have many values, each for a scope of its own. */
function findTwiceScoped(set: JsonObject, path: (string | number)[]): Problem[] {
  const identify = ({ name, environments, roles }: JsonObject): string => JSON.stringify([name, environments, roles]);
  return findRepeated(listItems(set, "variables"), identify).map(({ index, item }) => ({
    path: [...path, "variables", index, "name"],
    text: `"${String(item["name"])}" is there twice with the same scope.`,
  }));
}

interface Item {
  index: number;
  item: JsonObject;
}

function listItems(owner: JsonObject, field: string): Item[] {
  const list = owner[field];
  return Array.isArray(list) ? list.flatMap((item, index) => (isJsonObject(item) ? [{ index, item }] : [])) : [];
}

function findRepeated(items: Item[], identify: (item: JsonObject) => string): Item[] {
  const seen = new Set<string>();
  return items.filter(({ item }) => {
    const identity = identify(item);
    const isRepeated = item["name"] !== undefined && seen.has(identity);
    seen.add(identity);
    return isRepeated;
  });
}
