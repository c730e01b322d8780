import { isReference, isSecretMark, type GraphNode } from "../model/graph.ts";
import { isJsonObject, objectsOf, textOf, type JsonObject, type JsonValue } from "../model/json.ts";
import { keptField } from "../model/kept.ts";
import { sortItems } from "../graph/sort-lists.ts";
import { escapeExpressions } from "../octopus/expressions.ts";
import { foldName } from "../octopus/same-name.ts";
import { getKind } from "../resources/index.ts";
import { identifyVariable } from "../resources/variable-set.ts";
import { describeItem, type MappingRun } from "./mapping-run.ts";
import type { VariableRule } from "./mapping-schema.ts";
import type { OwnNames } from "./own-names.ts";
import { createList, replaceName, type Rule } from "./rules.ts";
import { ruleName, sectionOf } from "./sections.ts";

/** What a mapping makes of variables. */
export interface Values {
  apply(node: GraphNode): GraphNode;
  listUnused(): { section: string; wanted: string }[];
}

interface KnownRule {
  rule: VariableRule;
  find(name: string): Rule<true> | undefined;
}

export function createValues(run: MappingRun, own: OwnNames): Values {
  const rules = (run.mapping.variables ?? []).map((rule): KnownRule => ({ rule, ...createList([rule.name]) }));
  const used = new Set<KnownRule>();
  const setOne = (variable: JsonObject, node: GraphNode): JsonObject => {
    const known = rules.find((one) => isAbout(one, variable, node));
    if (known === undefined) return variable;
    used.add(known);
    return setValue(variable, known, { run, own, node });
  };
  const apply = (node: GraphNode): GraphNode => {
    if (rules.length === 0 || !holdsVariables(node)) return node;
    const variables = objectsOf(node.body, "Variables").map((variable) => setOne(variable, node));
    findTwice(variables, { run, own, node });
    return { ...node, body: sortItems(getKind(node.kind), { ...node.body, Variables: variables }) };
  };
  const listUnused = (): { section: string; wanted: string }[] =>
    rules.filter((one) => !used.has(one)).map(({ rule }) => ({ section: "variables", wanted: rule.name }));
  return { apply, listUnused };
}

function holdsVariables({ kind }: GraphNode): boolean {
  return getKind(kind).items?.some(({ label }) => label === "variable") === true;
}

function isAbout({ rule, find }: KnownRule, variable: JsonObject, { key }: GraphNode): boolean {
  const isOwner = rule.of === undefined || createList([rule.of]).find(key.at(-1) ?? "") !== undefined;
  return isOwner && find(textOf(variable, "Name")) !== undefined && hasScope(variable, rule.scope ?? {});
}

function hasScope(variable: JsonObject, wanted: Record<string, string[] | undefined>): boolean {
  const scope = isJsonObject(variable["Scope"]) ? variable["Scope"] : {};
  const named = Object.entries(scope).flatMap(([dimension, values]) =>
    Array.isArray(values) ? values.map((value) => nameScope(dimension, value)) : [],
  );
  return Object.entries(wanted).every(([section, names = []]) => {
    const own = named.filter((one) => one.section === section).map(({ name }) => foldName(name));
    return own.toSorted().join("\n") === names.map(foldName).toSorted().join("\n");
  });
}

/** Target tags are the only ones that have no reference. */
function nameScope(dimension: string, value: JsonValue): { section: string | undefined; name: string } {
  if (isReference(value)) return { section: sectionOf(value.$ref), name: ruleName(value.$ref) };
  return { section: dimension === "Role" ? "targetTags" : undefined, name: String(value) };
}

interface Setting {
  run: MappingRun;
  own: OwnNames;
  node: GraphNode;
}

function setValue(variable: JsonObject, { rule, find }: KnownRule, setting: Setting): JsonObject {
  const name = textOf(variable, "Name");
  const found = find(name);
  const renamed =
    rule.rename === undefined || found === undefined ? name : replaceName(name, { ...found, value: rule.rename });
  const set = { ...variable, ...toValue(variable, rule, setting), Name: renamed };
  return rule.keep === true ? { ...set, ...toKept(set) } : set;
}

/** A secret says so by itself, since it is sent and never read. */
function toKept({ Value: value = null }: JsonObject): JsonObject {
  return {
    [keptField]: ["Value"],
    ...(isSecretMark(value) && { Value: { $secret: { ...value.$secret, isKept: true } } }),
  };
}

function toValue(variable: JsonObject, { value, secret }: VariableRule, setting: Setting): JsonObject {
  const isSecret = variable["IsSensitive"] === true;
  const source = secret ?? (isSecret && typeof value === "object" ? value : undefined);
  if (source !== undefined)
    return { Value: { $secret: { variable: source.variable } }, Type: "Sensitive", IsSensitive: true };
  if (value === undefined) return {};
  if (isSecret) return refuse("sensitive", variable, setting);
  const text = typeof value === "string" ? value : setting.run.readVariable(value.variable);
  if (text === undefined) return refuse("unknown", variable, setting, typeof value === "object" ? value.variable : "");
  const { Value: was = null } = variable;
  if (isReference(was)) return { Value: setting.own.refer(was.$ref.kind, text, "variables") };
  // What a run reads was evaluated already.
  return { Value: typeof value === "string" ? text : escapeExpressions(text) };
}

function refuse(problem: "sensitive" | "unknown", variable: JsonObject, { run, node }: Setting, name = ""): JsonObject {
  const place = describeItem({ kind: "variable", key: [...node.key, textOf(variable, "Name")] });
  run.places[problem].push(name === "" ? place : `"${name}" for ${place}`);
  return {};
}

/** A new name may be that of another value with the same scope. */
function findTwice(variables: JsonObject[], { run, node }: Setting): void {
  const names = variables.map((variable) => foldName(identifyVariable(variable)));
  const twice = variables.filter((_, index) => names.indexOf(names[index] ?? "") !== index);
  const before = objectsOf(node.body, "Variables").map((variable) => foldName(identifyVariable(variable)));
  for (const variable of twice.filter(
    (one) => before.filter((name) => name === foldName(identifyVariable(one))).length < 2,
  ))
    run.problems.push(
      `The mapping leads two variables of "${node.key.at(-1) ?? ""}" to the name "${textOf(variable, "Name")}" with the same scope.`,
    );
}
