import { cultures } from "../dotnet/culture.ts";
import { formatDouble } from "../dotnet/format-number.ts";

/** What a template consists of. */
export type Token =
  | { kind: "text"; text: string }
  | { kind: "substitution"; expression: Expression }
  | { kind: "if"; condition: Condition; whenTrue: Token[]; whenFalse: Token[] }
  | { kind: "each"; item: string; collection: SymbolPath; body: Token[] }
  | { kind: "calc"; expression: Calculation };

export type Expression = SymbolPath | { kind: "filter"; name: string; argument: Expression; options: Token[] };

export interface SymbolPath {
  kind: "symbol";
  steps: Step[];
}

/** `position` is where it stands in its template; absent for an index that was looked up. */
export type Step =
  | { kind: "name"; text: string; position: string }
  | { kind: "index"; text: string; position?: string }
  | { kind: "lookup"; symbol: SymbolPath; position?: string };

export interface Condition {
  left: Expression;
  /** Absent: is `left` truthy? */
  comparison?: { equal: boolean; right: Expression | string };
}

export type Calculation =
  | { kind: "number"; value: number }
  | { kind: "variable"; symbol: SymbolPath }
  | { kind: "operation"; operator: string; left: Calculation; right: Calculation };

/** The source text of an expression as the engine writes it back when it cannot be resolved. */
export function renderExpression(expression: Expression): string {
  if (expression.kind === "symbol") return renderSymbol(expression);
  const options = expression.options.map((option) =>
    option.kind === "text" ? `"${renderToken(option)}"` : renderToken(option),
  );
  const behind = options.length === 0 ? "" : ` ${options.join(" ")}`;
  return `${renderExpression(expression.argument)} | ${expression.name}${behind}`;
}

export function renderToken(token: Token): string {
  switch (token.kind) {
    case "text":
      return token.text.replaceAll("#{", "##{");
    case "substitution":
      return `#{${renderExpression(token.expression)}}`;
    case "each":
      return `#{each ${token.item} in ${renderSymbol(token.collection)}}${renderTokens(token.body)}#{/each}`;
    case "calc":
      return `#{${renderCalculation(token.expression)}}`;
    case "if":
      return renderConditional(token);
  }
}

function renderTokens(tokens: readonly Token[]): string {
  return tokens.map(renderToken).join("");
}

function renderConditional({ condition, whenTrue, whenFalse }: Extract<Token, { kind: "if" }>): string {
  const alternative = whenFalse.length === 0 ? "" : `#{else}${renderTokens(whenFalse)}`;
  return `#{if ${renderExpression(condition.left)}${renderComparison(condition)}}${renderTokens(whenTrue)}${alternative}#{/if}`;
}

function renderComparison({ comparison }: Condition): string {
  if (comparison === undefined) return "";
  const right = typeof comparison.right === "string" ? `"${comparison.right}"` : renderExpression(comparison.right);
  return ` ${comparison.equal ? "==" : "!="} ${right} `;
}

function renderCalculation(calculation: Calculation): string {
  if (calculation.kind === "number") return formatDouble(calculation.value, cultures.invariant);
  if (calculation.kind === "variable") return renderSymbol(calculation.symbol);
  return `${renderCalculation(calculation.left)}${calculation.operator}${renderCalculation(calculation.right)}`;
}

export function renderSymbol({ steps }: SymbolPath): string {
  return steps.map((step, index) => (step.kind === "name" && index > 0 ? `.${step.text}` : renderStep(step))).join("");
}

function renderStep(step: Step): string {
  if (step.kind === "name") return step.text;
  return step.kind === "index" ? `[${step.text}]` : `[#{${renderSymbol(step.symbol)}}]`;
}
