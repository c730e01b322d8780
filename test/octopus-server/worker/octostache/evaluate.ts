import { foldCase, toLower, trim } from "../dotnet/characters.ts";
import type { DotnetCulture } from "../dotnet/culture.ts";
import { DotnetError } from "../dotnet/errors.ts";
import { formatDouble } from "../dotnet/format-number.ts";
import { parseDouble, parseInt32 } from "../dotnet/parse-number.ts";
import { bind, createBinding, type Binding } from "./bindings.ts";
import { findFilter } from "./filters/index.ts";
import { parseJson, textOfJson, type Json } from "./json.ts";
import { renderExpression, renderSymbol, renderToken } from "./tokens.ts";
import type { Calculation, Condition, Expression, Step, SymbolPath, Token } from "./tokens.ts";

/** A variable refers to itself, directly or through others. */
export class RecursiveVariableError extends Error {
  override readonly name = "RecursiveVariableError";
}

/** What evaluating needs of the dictionary around it. */
export interface Engine {
  culture: DotnetCulture;
  /** The same tokens for the same text, as the real engine remembers them. */
  parse(text: string): Token[] | undefined;
}

/** Where a template is evaluated: its own names first, then those around it. */
interface Scope {
  engine: Engine;
  binding: Binding;
  parent: Scope | undefined;
  /** Symbols being resolved, so that a circle is noticed. */
  resolving: SymbolPath[];
  /** Tokens that could not be resolved. */
  missing: string[];
  nulls: string[];
}

export interface Evaluated {
  text: string;
  missing: string[];
  nulls: string[];
}

/** @throws {@link RecursiveVariableError}; {@link DotnetError} where a filter throws */
export function evaluateTemplate(tokens: Token[], root: Binding, engine: Engine): Evaluated {
  const scope: Scope = { engine, binding: root, parent: undefined, resolving: [], missing: [], nulls: [] };
  const text = evaluateTokens(tokens, scope);
  return { text, missing: [...new Set(scope.missing)], nulls: scope.nulls };
}

/** Inside of a block or an option: what is missing there is missing in the whole. */
function createInner(binding: Binding, parent: Scope): Scope {
  return { ...parent, binding, parent, resolving: [] };
}

function evaluateTokens(tokens: Token[], scope: Scope): string {
  return tokens.map((token) => evaluateToken(token, scope)).join("");
}

function evaluateToken(token: Token, scope: Scope): string {
  switch (token.kind) {
    case "text":
      return token.text;
    case "substitution":
      return evaluateSubstitution(token, scope);
    case "if":
      return evaluateConditional(token, scope);
    case "each":
      return evaluateEach(token, scope);
    case "calc":
      return evaluateCalc(token.expression, scope);
  }
}

function evaluateSubstitution(token: Extract<Token, { kind: "substitution" }>, scope: Scope): string {
  const value = evaluateExpression(token.expression, scope);
  if (value !== null) return value;
  const isNull = token.expression.kind === "filter" && token.expression.name === "null";
  (isNull ? scope.nulls : scope.missing).push(renderToken(token));
  return renderToken(token);
}

/** @returns null when the symbol is unknown or a filter refuses */
function evaluateExpression(expression: Expression, scope: Scope): string | null {
  if (expression.kind === "symbol") return resolve(expression, scope)?.item ?? null;
  const argument = evaluateExpression(expression.argument, scope);
  const options = expression.options.map((option) => evaluateToken(option, createInner(createBinding(), scope)));
  return findFilter(expression.name)?.(argument, options, scope.engine.culture) ?? null;
}

function evaluateConditional(token: Extract<Token, { kind: "if" }>, scope: Scope): string {
  const holds = evaluateCondition(token.condition, scope);
  if (holds === undefined) return renderToken(token);
  return evaluateTokens(holds ? token.whenTrue : token.whenFalse, scope);
}

/** A symbol that is missing counts as "", a filter that refuses leaves the whole conditional as it is written. */
function evaluateCondition({ left, comparison }: Condition, scope: Scope): boolean | undefined {
  const leftText = evaluateOperand(left, scope);
  if (leftText === null) return undefined;
  if (comparison === undefined) return isTruthyText(leftText);
  const rightText = typeof comparison.right === "string" ? comparison.right : evaluateOperand(comparison.right, scope);
  return rightText === null ? undefined : (leftText === rightText) === comparison.equal;
}

function evaluateOperand(expression: Expression, scope: Scope): string | null {
  const value = evaluateExpression(expression, scope);
  if (expression.kind === "symbol") return value ?? "";
  if (value === null) scope.missing.push(renderExpression(expression));
  return value;
}

/** Neither "", "0", "no" nor "false". */
export function isTruthyText(text: string): boolean {
  return text !== "0" && text !== "" && !["no", "false"].includes(toLower(trim(text)));
}

function evaluateEach(token: Extract<Token, { kind: "each" }>, scope: Scope): string {
  const items = resolveAll(token.collection, scope);
  const bodies = items.map((item, index) => {
    const locals = bind(
      [
        { name: "Octopus.Template.Each.Index", value: String(index) },
        { name: "Octopus.Template.Each.First", value: index === 0 ? "True" : "False" },
        { name: "Octopus.Template.Each.Last", value: index === items.length - 1 ? "True" : "False" },
      ],
      scope.engine.culture,
    );
    if (locals.names.has(foldCase(token.item)))
      throw new DotnetError("ArgumentException", "An item with the same key has already been added.");
    locals.names.set(foldCase(token.item), item);
    return evaluateTokens(token.body, createInner(locals, scope));
  });
  return bodies.join("");
}

/** Indexes of a variable, else the items of a JSON array, the pairs of a JSON object or what commas separate. */
function resolveAll(collection: SymbolPath, scope: Scope): Binding[] {
  const binding = resolve(collection, scope);
  if (binding === undefined) return [];
  if (binding.indexes.size > 0) return [...binding.indexes.values()];
  if (binding.item === undefined) return [];
  return jsonItems(parseJson(binding.item)) ?? binding.item.split(",").map((item) => createBinding(item));
}

function evaluateCalc(calculation: Calculation, scope: Scope): string {
  const value = calculate(calculation, scope);
  return value === undefined
    ? renderToken({ kind: "calc", expression: calculation })
    : formatDouble(value, scope.engine.culture);
}

function calculate(calculation: Calculation, scope: Scope): number | undefined {
  if (calculation.kind === "number") return calculation.value;
  if (calculation.kind === "variable") {
    const item = resolve(calculation.symbol, scope)?.item;
    return item === undefined ? undefined : parseDouble(item, scope.engine.culture);
  }
  const left = calculate(calculation.left, scope);
  const right = left === undefined ? undefined : calculate(calculation.right, scope);
  if (left === undefined || right === undefined) return undefined;
  const operations: Record<string, number> = {
    "+": left + right,
    "-": left - right,
    "*": left * right,
    "/": left / right,
  };
  return operations[calculation.operator];
}

/** Walks to the binding that a symbol names, here or in a scope around, with the tokens of its value replaced. */
function resolve(symbol: SymbolPath, scope: Scope): Binding | undefined {
  for (let around: Scope | undefined = scope; around !== undefined; around = around.parent) {
    if (around.resolving.some((other) => isSameSymbol(other, symbol)))
      throw new RecursiveVariableError(describeCircle(renderSymbol(symbol), around));
  }
  scope.resolving.push(symbol);
  try {
    return walk(symbol, scope);
  } finally {
    scope.resolving.pop();
  }
}

/** The same steps at the same places of a text: `#{a}` elsewhere may be another `a`, as that of a block. */
function isSameSymbol(one: SymbolPath, other: SymbolPath): boolean {
  return (
    one.steps.length === other.steps.length && one.steps.every((step, index) => isSameStep(step, other.steps[index]))
  );
}

function isSameStep(one: Step, other: Step | undefined): boolean {
  if (other === undefined || one.position !== other.position) return false;
  if (one.kind === "lookup" || other.kind === "lookup")
    return one.kind === "lookup" && other.kind === "lookup" && one.symbol === other.symbol;
  return one.kind === other.kind && one.text === other.text;
}

function describeCircle(name: string, scope: Scope): string {
  return `The variable "${name}" refers to itself, by way of ${scope.resolving.map((symbol) => `"${renderSymbol(symbol)}"`).join(", ")}.`;
}

function walk(symbol: SymbolPath, scope: Scope): Binding | undefined {
  const steps = symbol.steps.map((step) => lookUpIndex(step, scope));
  let binding: Binding | undefined = scope.binding;
  for (const step of steps) {
    if (step.kind === "lookup") return undefined;
    binding = followStep(binding, step, scope);
    if (binding === undefined) break;
  }
  if (binding !== undefined) return evaluateBinding(binding, scope);
  return scope.parent === undefined ? undefined : resolve({ kind: "symbol", steps }, scope.parent);
}

/** What is missing in an index is not told. */
function lookUpIndex(step: Step, scope: Scope): Step {
  if (step.kind !== "lookup") return step;
  const index = resolve(step.symbol, { ...scope, missing: [] });
  if (index === undefined) return { kind: "lookup", symbol: copyLookUps(step.symbol, scope) };
  // An index without a text is followed nowhere, as one that was not found.
  return index.item === undefined ? { kind: "lookup", symbol: step.symbol } : { kind: "index", text: index.item };
}

function copyLookUps(symbol: SymbolPath, scope: Scope): SymbolPath {
  return { kind: "symbol", steps: symbol.steps.map((step) => lookUpIndex(step, scope)) };
}

function followStep(binding: Binding, step: Exclude<Step, { kind: "lookup" }>, scope: Scope): Binding | undefined {
  if (step.kind === "name") return binding.names.get(foldCase(step.text)) ?? followJson(binding, step.text, scope);
  if (step.text === "*" && binding.indexes.size > 0) return [...binding.indexes.values()][0];
  return binding.indexes.get(foldCase(step.text)) ?? followJson(binding, step.text, scope);
}

/** A value that is a JSON object or array can be walked into. */
function followJson(binding: Binding, property: string, scope: Scope): Binding | undefined {
  if (binding.item === undefined || binding.item === "" || property === "") return undefined;
  const text = evaluateJson(binding, scope);
  const json = text === undefined ? undefined : parseJson(text);
  if (json?.kind === "object") return createBinding(textOfJson(json.members.get(property)));
  const index = json?.kind === "array" ? parseInt32(property) : undefined;
  if (json?.kind !== "array" || index === undefined) return undefined;
  if (index < 0) throw new DotnetError("ArgumentOutOfRangeException", `There is no item ${index} in ${text}.`);
  return createBinding(textOfJson(json.items[index]));
}

/** A value that refers to itself can still hold the index that is looked for, but is no JSON. */
function evaluateJson(binding: Binding, scope: Scope): string | undefined {
  if (binding.item?.includes("#{") !== true) return binding.item;
  try {
    return evaluateBinding(binding, { ...scope, missing: [] }).item;
  } catch (error) {
    if (error instanceof RecursiveVariableError) return undefined;
    throw error;
  }
}

/** The same binding, or a new one that holds only the evaluated value. */
function evaluateBinding(binding: Binding, scope: Scope): Binding {
  if (binding.item === undefined) return binding;
  if (!binding.item.includes("#{")) return createBinding(binding.item);
  const tokens = scope.engine.parse(binding.item);
  if (tokens === undefined) return binding;
  const inner = { ...createInner(createBinding(), scope), nulls: [] };
  return createBinding(evaluateTokens(tokens, inner));
}

function jsonItems(json: Json | undefined): Binding[] | undefined {
  if (json?.kind === "array") return json.items.map((item) => createBinding(textOfJson(item)));
  if (json?.kind !== "object") return undefined;
  return [...json.members].map(([key, value]) => {
    const pair = createBinding(key);
    pair.names.set("KEY", createBinding(key));
    pair.names.set("VALUE", createBinding(textOfJson(value)));
    return pair;
  });
}
