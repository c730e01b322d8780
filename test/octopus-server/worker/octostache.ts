import { findFilter } from "./octostache-filters.ts";
import {
  parseSymbolPath,
  parseTemplate,
  renderExpression,
  renderSymbol,
  renderToken,
  type Calculation,
  type Condition,
  type Expression,
  type Step,
  type SymbolPath,
  type Token,
} from "./octostache-syntax.ts";

/** Named values, as a step sees them: names in any case, values that may refer to other values. */
export interface VariableDictionary {
  /** @returns the value with its tokens replaced; undefined when there is none */
  get(name: string): string | undefined;
  /** @returns the value as it was set */
  getRaw(name: string): string | undefined;
  set(name: string, value: string): void;
  has(name: string): boolean;
  remove(name: string): void;
  /** Names as they were first set. */
  names(): string[];
  evaluate(text: string, options?: { lenient?: boolean }): Evaluation;
  /** Is the text, with its tokens replaced, neither "", "0", "no" nor "false"? Anything unresolved makes it false. */
  isTruthy(text: string): boolean;
  /** `True` or `False` in any case; `otherwise` for everything else. */
  getFlag(name: string, otherwise?: boolean): boolean;
}

export interface Evaluation {
  text: string;
  /** Tokens that could not be resolved and stayed in the text. */
  missing: string[];
  /** A token ended in the filter `Null`: there is no value at all. */
  isNull: boolean;
}

/** A variable refers to itself, directly or through others. */
export class RecursiveVariableError extends Error {
  override readonly name = "RecursiveVariableError";
}

export function createVariableDictionary(values: Iterable<readonly [string, string]> = []): VariableDictionary {
  const entries = new Map<string, { name: string; value: string }>();
  let root: Binding | undefined;

  function set(name: string, value: string): void {
    const key = name.toLowerCase();
    entries.set(key, { name: entries.get(key)?.name ?? name, value });
    root = undefined;
  }
  function evaluateIn(text: string, lenient: boolean): Evaluation {
    root ??= bind(entries.values());
    return evaluate(text, root, lenient);
  }
  const dictionary: VariableDictionary = {
    set,
    getRaw: (name) => entries.get(name.toLowerCase())?.value,
    has: (name) => entries.has(name.toLowerCase()),
    names: () => [...entries.values()].map((entry) => entry.name),
    remove(name) {
      entries.delete(name.toLowerCase());
      root = undefined;
    },
    get(name) {
      const raw = entries.get(name.toLowerCase())?.value;
      if (raw === undefined) return undefined;
      const { text, isNull } = evaluateIn(raw, false);
      return isNull ? undefined : text;
    },
    evaluate: (text, { lenient = false } = {}) => evaluateIn(text, lenient),
    isTruthy(text) {
      const evaluation = evaluateIn(text, false);
      return !evaluation.isNull && evaluation.missing.length === 0 && isTruthyText(evaluation.text);
    },
    getFlag(name, otherwise = false) {
      const text = dictionary.get(name)?.trim().toLowerCase();
      return text === "true" || (text === "false" ? false : otherwise);
    },
  };
  for (const [name, value] of values) set(name, value);
  return dictionary;
}

/** A place in the tree that dotted and bracketed names make; keys are in lower case. */
interface Binding {
  item?: string;
  names: Map<string, Binding>;
  indexes: Map<string, Binding>;
}

function createBinding(item?: string): Binding {
  return { ...(item === undefined ? {} : { item }), names: new Map(), indexes: new Map() };
}

function bind(entries: Iterable<{ name: string; value: string }>): Binding {
  const root = createBinding();
  for (const { name, value } of entries) {
    const path = parseSymbolPath(name);
    if (path === undefined) continue;
    path.steps.reduce(ensureStep, root).item = value;
  }
  return root;
}

/** The binding one step further; an index is its own value until it is given one. */
function ensureStep(binding: Binding, step: Step): Binding {
  const isName = step.kind === "name";
  const text = step.kind === "lookup" ? renderSymbol(step.symbol) : step.text;
  const children = isName ? binding.names : binding.indexes;
  const child = children.get(text.toLowerCase()) ?? createBinding(isName ? undefined : text);
  children.set(text.toLowerCase(), child);
  return child;
}

/** Where a template is evaluated: its own names first, then those around it. */
interface Scope {
  binding: Binding;
  parent: Scope | undefined;
  /** Symbols being resolved, so that a circle is noticed. */
  resolving: string[];
  missing: string[];
  nulls: string[];
}

function evaluate(text: string, root: Binding, lenient: boolean): Evaluation {
  const tokens = text.includes("#{") ? parseTemplate(text, { lenient }) : undefined;
  if (tokens === undefined) return { text, missing: [], isNull: false };
  const scope = createScope(root, undefined);
  const result = evaluateTokens(tokens, scope);
  return { text: result, missing: [...new Set(scope.missing)], isNull: scope.nulls.length > 0 };
}

function createScope(binding: Binding, parent: Scope | undefined): Scope {
  return { binding, parent, resolving: [], missing: parent?.missing ?? [], nulls: [] };
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
  if (expression.kind === "symbol")
    return expression.steps.length === 0 ? null : (resolve(expression, scope)?.item ?? null);
  const argument = evaluateExpression(expression.argument, scope);
  const options = expression.options.map((option) => evaluateToken(option, createScope(createBinding(), scope)));
  return findFilter(expression.name)?.(argument, options) ?? null;
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

function isTruthyText(text: string): boolean {
  return text !== "0" && text !== "" && !["no", "false"].includes(text.trim().toLowerCase());
}

function evaluateEach(token: Extract<Token, { kind: "each" }>, scope: Scope): string {
  const items = resolveAll(token.collection, scope);
  const bodies = items.map((item, index) => {
    const locals = bind([
      { name: "Octopus.Template.Each.Index", value: String(index) },
      { name: "Octopus.Template.Each.First", value: index === 0 ? "True" : "False" },
      { name: "Octopus.Template.Each.Last", value: index === items.length - 1 ? "True" : "False" },
    ]);
    locals.names.set(token.item.toLowerCase(), item);
    return evaluateTokens(token.body, createScope(locals, scope));
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
  return value === undefined ? renderToken({ kind: "calc", expression: calculation }) : formatDouble(value);
}

function calculate(calculation: Calculation, scope: Scope): number | undefined {
  if (calculation.kind === "number") return calculation.value;
  if (calculation.kind === "variable") return toNumber(resolve(calculation.symbol, scope)?.item);
  const left = calculate(calculation.left, scope);
  const right = calculate(calculation.right, scope);
  if (left === undefined || right === undefined) return undefined;
  const operations: Record<string, number> = {
    "+": left + right,
    "-": left - right,
    "*": left * right,
    "/": left / right,
  };
  return operations[calculation.operator];
}

function toNumber(text: string | undefined): number | undefined {
  const value = Number(text?.trim() || Number.NaN);
  return Number.isNaN(value) ? undefined : value;
}

function formatDouble(value: number): string {
  return Number.isFinite(value) ? String(value) : String(value).replace("Infinity", "∞");
}

/** Walks to the binding that a symbol names, here or in a scope around, with the tokens of its value replaced. */
function resolve(symbol: SymbolPath, scope: Scope): Binding | undefined {
  const name = renderSymbol(symbol);
  for (let around: Scope | undefined = scope; around !== undefined; around = around.parent) {
    if (around.resolving.includes(name)) throw new RecursiveVariableError(describeCircle(name, around));
  }
  scope.resolving.push(name);
  try {
    return walk(symbol, scope);
  } finally {
    scope.resolving.pop();
  }
}

function describeCircle(name: string, scope: Scope): string {
  return `The variable "${name}" refers to itself, by way of ${scope.resolving.map((symbol) => `"${symbol}"`).join(", ")}.`;
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

function lookUpIndex(step: Step, scope: Scope): Step {
  if (step.kind !== "lookup") return step;
  const index = resolve(step.symbol, scope);
  return index === undefined ? step : { kind: "index", text: index.item ?? "" };
}

function followStep(binding: Binding, step: Exclude<Step, { kind: "lookup" }>, scope: Scope): Binding | undefined {
  if (step.kind === "name") return binding.names.get(step.text.toLowerCase()) ?? followJson(binding, step.text, scope);
  if (step.text === "*" && binding.indexes.size > 0) return [...binding.indexes.values()][0];
  return binding.indexes.get(step.text.toLowerCase()) ?? followJson(binding, step.text, scope);
}

/** A value that is JSON can be walked into. */
function followJson(binding: Binding, property: string, scope: Scope): Binding | undefined {
  if (binding.item === undefined || binding.item === "" || property === "") return undefined;
  const json = parseJson(textOfJson(binding, scope) ?? "");
  if (json === undefined) return undefined;
  if (Array.isArray(json)) return /^\s*\+?\d+\s*$/.test(property) ? jsonBinding(json[Number(property)]) : undefined;
  if (typeof json === "object" && json !== null)
    return jsonBinding(Object.entries(json).find(([key]) => key === property)?.[1]);
  return json === null ? undefined : createBinding(String(json));
}

/** A value that refers to itself can still hold the index that is looked for, but is no JSON. */
function textOfJson(binding: Binding, scope: Scope): string | undefined {
  try {
    return evaluateBinding(binding, scope).item;
  } catch (error) {
    if (error instanceof RecursiveVariableError) return undefined;
    throw error;
  }
}

/** The same binding, or a new one that holds only the evaluated value. */
function evaluateBinding(binding: Binding, scope: Scope): Binding {
  if (binding.item === undefined) return binding;
  const tokens = binding.item.includes("#{") ? parseTemplate(binding.item) : [];
  if (tokens === undefined) return binding;
  return createBinding(
    tokens.length === 0 ? binding.item : evaluateTokens(tokens, createScope(createBinding(), scope)),
  );
}

function parseJson(text: string): unknown {
  if (!/^\s*[[{"\d\-tfn]/.test(text)) return undefined;
  return parseStrictJson(text) ?? parseStrictJson(quoteNames(text));
}

function parseStrictJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The real engine's parser takes `{ name: 1 }`, too. */
function quoteNames(text: string): string {
  return text.replace(/([{,]\s*)([A-Za-z_$][\w$]*)(\s*:)/g, '$1"$2"$3');
}

function jsonItems(json: unknown): Binding[] | undefined {
  if (Array.isArray(json)) return json.map(jsonBinding);
  if (typeof json !== "object" || json === null) return undefined;
  return Object.entries(json).map(([key, value]) => {
    const pair = createBinding(key);
    pair.names.set("key", createBinding(key));
    pair.names.set("value", jsonBinding(value));
    return pair;
  });
}

/** Texts and numbers as they are, `True` and `False` as .NET writes them, the rest as JSON. */
function jsonBinding(value: unknown): Binding {
  if (value === undefined || value === null) return createBinding("");
  if (typeof value === "boolean") return createBinding(value ? "True" : "False");
  return createBinding(typeof value === "object" ? JSON.stringify(value) : String(value));
}
