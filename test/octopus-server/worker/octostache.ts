import { cultures, type CultureName } from "./dotnet/culture.ts";
import { foldCase } from "./dotnet/characters.ts";
import { bind, type Binding } from "./octostache/bindings.ts";
import { evaluateTemplate, isTruthyText, type Engine } from "./octostache/evaluate.ts";
import { parseTemplate } from "./octostache/grammar.ts";
import type { Token } from "./octostache/tokens.ts";

export { DotnetError } from "./dotnet/errors.ts";
export { RecursiveVariableError } from "./octostache/evaluate.ts";

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
  /** Is the text, with its tokens replaced, neither "", "0", "no" nor "false"? Anything unresolved, or no template at all, makes it false. */
  isTruthy(text: string): boolean;
  /** `True` or `False` in any case; `otherwise` for everything else. */
  getFlag(name: string, otherwise?: boolean): boolean;
}

export interface Evaluation {
  text: string;
  /** Tokens that could not be resolved and stayed in the text. */
  missing: string[];
  /** The text is no template, and stayed as it is. */
  isInvalid: boolean;
  /** A token ended in the filter `Null`: there is no value at all. */
  isNull: boolean;
}

/** @param options.culture - how numbers and dates are read and written: of the machine that evaluates */
export function createVariableDictionary(
  values: Iterable<readonly [string, string]> = [],
  { culture: cultureName = "invariant" }: { culture?: CultureName } = {},
): VariableDictionary {
  const culture = cultures[cultureName];
  const entries = new Map<string, { name: string; value: string }>();
  const parsed = new Map<string, Token[] | undefined>();
  const engine: Engine = {
    culture,
    parse(text) {
      if (!parsed.has(text)) parsed.set(text, parseTemplate(text, { culture }));
      return parsed.get(text);
    },
  };
  let root: Binding | undefined;

  function set(name: string, value: string): void {
    const key = foldCase(name);
    entries.set(key, { name: entries.get(key)?.name ?? name, value });
    root = undefined;
  }
  function evaluate(text: string, lenient: boolean): Evaluation {
    if (!text.includes("#{")) return { text, missing: [], isInvalid: false, isNull: false };
    const tokens = lenient ? parseTemplate(text, { culture, lenient }) : engine.parse(text);
    if (tokens === undefined) return { text, missing: [], isInvalid: true, isNull: false };
    root ??= bind(entries.values(), culture);
    const { text: evaluated, missing, nulls } = evaluateTemplate(tokens, root, engine);
    return { text: evaluated, missing, isInvalid: false, isNull: nulls.length > 0 };
  }
  const dictionary: VariableDictionary = {
    set,
    getRaw: (name) => entries.get(foldCase(name))?.value,
    has: (name) => entries.has(foldCase(name)),
    names: () => [...entries.values()].map((entry) => entry.name),
    remove(name) {
      entries.delete(foldCase(name));
      root = undefined;
    },
    get(name) {
      const raw = entries.get(foldCase(name))?.value;
      if (raw === undefined) return undefined;
      const { text, isNull } = evaluate(raw, false);
      return isNull ? undefined : text;
    },
    evaluate: (text, { lenient = false } = {}) => evaluate(text, lenient),
    isTruthy(text) {
      const { text: evaluated, missing, isInvalid, isNull } = evaluate(text, false);
      return !isNull && !isInvalid && missing.length === 0 && isTruthyText(evaluated);
    },
    getFlag(name, otherwise = false) {
      const text = dictionary.get(name)?.trim().toLowerCase();
      return text === "true" || (text === "false" ? false : otherwise);
    },
  };
  for (const [name, value] of values) set(name, value);
  return dictionary;
}
