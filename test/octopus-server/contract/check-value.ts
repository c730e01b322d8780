import type { Contract } from "./read-contract.ts";
import type { Shape, Shapes } from "./shape.ts";

/** What a value is otherwise than the contract has it. */
export interface Problem {
  /** Field names with dots between, `[]` for the items of a list: `Steps[].Actions[].Name`; "" for the value itself. */
  path: string;
  /** `unknown`: a field that is not documented. `missing`: one that must be there, which null is not. */
  problem: "unknown" | "missing" | "type" | "enum";
  /** What was expected, for `type` and `enum`. */
  expected?: string;
}

/** In a request the fields that are `required` must be there, in an answer all that are documented. */
export interface CheckOptions {
  direction: "request" | "answer";
}

/**
 * Compares a value with the shape that it has to have. Names are compared with case; null is any optional value, since the reference does not tell what may be null.
 * @param area - where the names of types are looked up
 * @returns each problem once, however many items of a list have it
 */
export function checkValue(
  contract: Contract,
  area: string,
  shape: Shape,
  value: unknown,
  options: CheckOptions,
): Problem[] {
  const types = contract.areas[area]?.types ?? {};
  const problems = new Map<string, Problem>();
  for (const problem of check({ types, ...options }, { path: "", shape, value }))
    problems.set(`${problem.path} ${problem.problem}`, problem);
  return [...problems.values()];
}

interface Place {
  path: string;
  shape: Shape;
  value: unknown;
}

interface Rules extends CheckOptions {
  types: Readonly<Record<string, Shapes>>;
}

function* check(rules: Rules, place: Place): Generator<Problem> {
  const { path, shape, value } = place;
  if (value === null || value === undefined || (isPropertyValue(shape) && typeof value === "string")) return;
  const fields = isPropertyValue(shape) ? secretFields : (rules.types[shape.type] ?? shape.fields);
  if (rules.types[shape.type] !== undefined || shape.type === "object") {
    if (!isObject(value)) yield { path, problem: "type", expected: "object" };
    else if (fields !== undefined && Object.keys(fields).length > 0) yield* checkFields(rules, path, fields, value);
    return;
  }
  if (shape.type === "array") {
    if (!Array.isArray(value)) yield { path, problem: "type", expected: "array" };
    else yield* checkItems(rules, place, value);
    return;
  }
  yield* checkScalar(place);
}

/**
 * What the reference describes as a text with or without a secret goes over the wire as the bare text or as the secret (go-octopusdeploy,
 * core.PropertyValue; the reference says so of tenants' values alone).
 */
function isPropertyValue({ fields = {} }: Shape): boolean {
  return Object.keys(fields).toSorted().join() === "IsSensitive,SensitiveValue,Value";
}

const secretFields: Shapes = {
  HasValue: { type: "boolean" },
  NewValue: { type: "string" },
  Hint: { type: "string" },
};

function* checkFields(rules: Rules, path: string, fields: Shapes, value: Record<string, unknown>): Generator<Problem> {
  const at = (name: string): string => (path === "" ? name : `${path}.${name}`);
  for (const [name, shape] of Object.entries(fields)) {
    if (name !== "*" && isMissing(rules, shape, value, name)) yield { path: at(name), problem: "missing" };
  }
  for (const [name, field] of Object.entries(value)) {
    const named = Object.hasOwn(fields, name) ? fields[name] : undefined;
    const shape = named ?? fields["*"];
    if (shape === undefined) yield { path: at(name), problem: "unknown" };
    // What people name is no path: one problem of all of them is told once.
    else yield* check(rules, { path: at(named === undefined ? "*" : name), shape, value: field });
  }
}

function isMissing({ direction }: Rules, shape: Shape, value: Record<string, unknown>, name: string): boolean {
  if (direction === "answer") return !Object.hasOwn(value, name);
  return shape.required === true && (value[name] ?? undefined) === undefined;
}

function* checkItems(rules: Rules, { path, shape }: Place, items: readonly unknown[]): Generator<Problem> {
  const item: Shape = { type: "any", ...shape.items, enum: shape.items?.enum ?? shape.enum };
  for (const value of items) yield* check(rules, { path: `${path}[]`, shape: item, value });
}

const scalars: Readonly<Record<string, (value: unknown) => boolean>> = {
  string: (value) => typeof value === "string",
  integer: (value) => Number.isInteger(value),
  number: (value) => typeof value === "number",
  boolean: (value) => typeof value === "boolean",
  dateTime: (value) => typeof value === "string" && !Number.isNaN(Date.parse(value)),
  any: () => true,
};

function* checkScalar({ path, shape, value }: Place): Generator<Problem> {
  const isRight = scalars[shape.type];
  if (isRight === undefined) throw new Error(`The contract names the type "${shape.type}", which it does not have.`);
  if (!isRight(value)) yield { path, problem: "type", expected: shape.type };
  else if (typeof value === "string" && shape.enum?.includes(value) === false)
    yield { path, problem: "enum", expected: shape.enum.join(", ") };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
