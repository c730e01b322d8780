/**
 * The grammar of Octostache templates. It follows what the public engine accepts (OctopusDeploy/Octostache, read and retold), its
 * oddities included: names hold spaces, `[#{A}]` looks an index up while `[x#{A}]` is literal, `##{` is an escaped `#{`.
 */
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

export type Step =
  | { kind: "name"; text: string }
  | { kind: "index"; text: string }
  | { kind: "lookup"; symbol: SymbolPath };

export interface Condition {
  left: Expression;
  /** Absent: is `left` truthy? */
  comparison?: { equal: boolean; right: Expression | string };
}

export type Calculation =
  | { kind: "number"; value: number }
  | { kind: "variable"; symbol: SymbolPath }
  | { kind: "operation"; operator: string; left: Calculation; right: Calculation };

interface Parsed<T> {
  value: T;
  end: number;
}

/** What a parse works on: the text, and the tokens found at a position, so that failing attempts stay cheap. */
interface Source {
  text: string;
  tokens: Map<number, Parsed<Token> | undefined>;
}

/**
 * @param lenient - pass over what cannot be parsed, keeping it as it is; otherwise such a template is no template at all
 * @returns undefined when the text is no valid template
 */
export function parseTemplate(text: string, { lenient = false } = {}): Token[] | undefined {
  const source: Source = { text, tokens: new Map() };
  const tokens: Token[] = [];
  let position = 0;
  while (position < text.length) {
    const token = parseToken(source, position);
    if (token === undefined && !lenient) return undefined;
    tokens.push(token?.value ?? { kind: "text", text: text.slice(position, position + 2) });
    position = token?.end ?? position + 2;
  }
  return tokens;
}

/** A variable's name as a path; what follows a character that no name may hold is passed over, as the real engine does. */
export function parseSymbolPath(name: string): SymbolPath | undefined {
  return parseSymbol({ text: name, tokens: new Map() }, 0)?.value;
}

/** The source text of an expression as the engine writes it back when it cannot be resolved. */
export function renderExpression(expression: Expression): string {
  if (expression.kind === "symbol") return renderSymbol(expression);
  const options = expression.options.map((option) =>
    option.kind === "text" ? `"${renderToken(option)}"` : renderToken(option),
  );
  return [`${renderExpression(expression.argument)} | ${expression.name}`, ...options].join(" ");
}

export function renderToken(token: Token): string {
  switch (token.kind) {
    case "text":
      return token.text.replaceAll("#{", "##{");
    case "substitution":
      return `#{${renderExpression(token.expression)}}`;
    case "each":
      return `#{each ${token.item} in ${renderSymbol(token.collection)}}${token.body.map(renderToken).join("")}#{/each}`;
    case "calc":
      return `#{${renderCalculation(token.expression)}}`;
    case "if":
      return renderConditional(token.condition, token.whenTrue, token.whenFalse);
  }
}

function renderConditional(condition: Condition, whenTrue: Token[], whenFalse: Token[]): string {
  const alternative = whenFalse.length === 0 ? "" : `#{else}${whenFalse.map(renderToken).join("")}`;
  return `#{if ${renderExpression(condition.left)}${renderComparison(condition)}}${whenTrue.map(renderToken).join("")}${alternative}#{/if}`;
}

function renderComparison({ comparison }: Condition): string {
  if (comparison === undefined) return "";
  const right = typeof comparison.right === "string" ? `"${comparison.right}"` : renderExpression(comparison.right);
  return ` ${comparison.equal ? "==" : "!="} ${right} `;
}

function renderCalculation(calculation: Calculation): string {
  if (calculation.kind === "number") return String(calculation.value);
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

function parseToken(source: Source, position: number): Parsed<Token> | undefined {
  if (source.tokens.has(position)) return source.tokens.get(position);
  const parsed =
    parseConditional(source, position) ??
    parseCalc(source, position) ??
    parseEach(source, position) ??
    parseSubstitution(source, position) ??
    parseText(source, position);
  source.tokens.set(position, parsed);
  return parsed;
}

/** Tokens up to the first place where none is or where one of the `stops` stands. */
function parseTokens(source: Source, start: number, stops: readonly RegExp[] = []): Parsed<Token[]> {
  const tokens: Token[] = [];
  let position = start;
  while (position < source.text.length && !stops.some((stop) => matchAt(source, position, stop) !== undefined)) {
    const token = parseToken(source, position);
    if (token === undefined) break;
    tokens.push(token.value);
    position = token.end;
  }
  return { value: tokens, end: position };
}

/** `###{` is a hash before a token, `##{` an escaped token; hashes before anything else are themselves. */
function parseText({ text }: Source, start: number): Parsed<Token> | undefined {
  let value = "";
  let position = start;
  while (position < text.length) {
    const plain = text.indexOf("#", position);
    if (plain !== position) {
      const end = plain === -1 ? text.length : plain;
      value += text.slice(position, end);
      position = end;
    } else if (text.startsWith("###{", position)) {
      value += "#";
      position += 2;
    } else if (text.startsWith("##{", position)) {
      value += "#{";
      position += 3;
    } else if (text.startsWith("#{", position)) {
      break;
    } else {
      value += text.slice(position, position + 2);
      position += 2;
    }
  }
  return position === start
    ? undefined
    : { value: { kind: "text", text: value }, end: Math.min(position, text.length) };
}

const keywords = {
  if: /#\{\s*(if|unless)\s+/iy,
  each: /#\{\s*each\s+/iy,
  calc: /#\{\s*calc\s+/iy,
  elseIf: /#\{elseif\s/y,
  else: /#\{else\}/y,
} as const;

function parseConditional(source: Source, start: number): Parsed<Token> | undefined {
  const opening = matchAt(source, start, keywords.if);
  if (opening === undefined) return undefined;
  const isUnless = opening.text.toLowerCase().includes("unless");
  const end = new RegExp(`#\\{/${isUnless ? "unless" : "if"}\\}`, "y");
  const parsed = parseBranches(source, opening.end, isUnless ? [keywords.else] : [keywords.else, keywords.elseIf]);
  const closing = parsed === undefined ? undefined : matchAt(source, parsed.end, end);
  if (parsed === undefined || closing === undefined) return undefined;
  const { condition, whenTrue, whenFalse } = parsed.value;
  const branches = isUnless ? { whenTrue: whenFalse, whenFalse: whenTrue } : { whenTrue, whenFalse };
  return { value: { kind: "if", condition, ...branches }, end: closing.end };
}

interface Branches {
  condition: Condition;
  whenTrue: Token[];
  whenFalse: Token[];
}

/** From a condition to the closing tag; an `elseif` becomes a conditional inside the other branch. */
function parseBranches(source: Source, start: number, stops: readonly RegExp[]): Parsed<Branches> | undefined {
  const condition = parseCondition(source, start);
  if (condition === undefined) return undefined;
  const brace = matchAt(source, condition.end, /\s*\}/y);
  if (brace === undefined) return undefined;
  const whenTrue = parseTokens(source, brace.end, stops);
  const alternative = parseAlternative(source, whenTrue.end, stops);
  if (alternative === undefined) return undefined;
  return {
    value: { condition: condition.value, whenTrue: whenTrue.value, whenFalse: alternative.value },
    end: alternative.end,
  };
}

function parseAlternative(source: Source, start: number, stops: readonly RegExp[]): Parsed<Token[]> | undefined {
  const elseIf = stops.includes(keywords.elseIf) ? matchAt(source, start, keywords.elseIf) : undefined;
  if (elseIf !== undefined) {
    const branches = parseBranches(source, elseIf.end, stops);
    return branches && { value: [{ kind: "if", ...branches.value }], end: branches.end };
  }
  const otherwise = matchAt(source, start, keywords.else);
  return otherwise === undefined ? { value: [], end: start } : parseTokens(source, otherwise.end);
}

function parseCondition(source: Source, start: number): Parsed<Condition> | undefined {
  return parseStringFirst(source, start) ?? parseExpressionFirst(source, start);
}

/** `"text" == expression`. */
function parseStringFirst(source: Source, start: number): Parsed<Condition> | undefined {
  const right = parseQuoted(source, start);
  const operator = right && matchAt(source, right.end, /\s*(==|!=)\s*/y);
  const left = operator && parseExpression(source, operator.end);
  if (right === undefined || operator === undefined || left === undefined) return undefined;
  return {
    value: { left: left.value, comparison: { equal: operator.text.includes("=="), right: right.value } },
    end: left.end,
  };
}

/** `expression`, `expression == expression` or `expression == "text"`. */
function parseExpressionFirst(source: Source, start: number): Parsed<Condition> | undefined {
  const left = parseExpression(source, start);
  if (left === undefined) return undefined;
  const operator = matchAt(source, left.end, /\s*(==|!=)\s*/y);
  const right = operator && (parseExpression(source, operator.end) ?? parseQuoted(source, operator.end));
  if (operator === undefined || right === undefined) return { value: { left: left.value }, end: left.end };
  return {
    value: { left: left.value, comparison: { equal: operator.text.includes("=="), right: right.value } },
    end: right.end,
  };
}

function parseEach(source: Source, start: number): Parsed<Token> | undefined {
  const opening = matchAt(source, start, keywords.each);
  const item = opening && parseName(source, opening.end);
  const inWord = item && matchAt(source, item.end, /\s*in\s*/iy);
  const collection = inWord && parseSymbol(source, inWord.end);
  const brace = collection && matchAt(source, collection.end, /\s*\}/y);
  if (item === undefined || collection === undefined || brace === undefined) return undefined;
  const body = parseTokens(source, brace.end);
  const closing = matchAt(source, body.end, /#\{\/each\}/y);
  if (closing === undefined) return undefined;
  return {
    value: { kind: "each", item: item.value, collection: collection.value, body: body.value },
    end: closing.end,
  };
}

function parseSubstitution(source: Source, start: number): Parsed<Token> | undefined {
  const opening = matchAt(source, start, /#\{(?!\/)\s*/y);
  const expression = opening && parseExpression(source, opening.end);
  const closing = expression && matchAt(source, expression.end, /\s*\}/y);
  if (expression === undefined || closing === undefined) return undefined;
  return { value: { kind: "substitution", expression: expression.value }, end: closing.end };
}

function parseExpression(source: Source, start: number): Parsed<Expression> | undefined {
  const first = skipSpace(source, start);
  const symbol = parseSymbol(source, first);
  let value: Expression = symbol?.value ?? { kind: "symbol", steps: [] };
  let end = symbol?.end ?? first;
  let filters = 0;
  for (let filter = parseFilter(source, end); filter !== undefined; filter = parseFilter(source, end)) {
    value = { kind: "filter", argument: value, ...filter.value };
    end = filter.end;
    filters++;
  }
  return symbol === undefined && filters === 0 ? undefined : { value, end };
}

function parseFilter(source: Source, start: number): Parsed<{ name: string; options: Token[] }> | undefined {
  const bar = matchAt(source, start, /\s*\|\s*/y);
  const name = bar && matchAt(source, bar.end, /[\p{L}\p{Nd}_\-:/~()@]+/uy);
  if (name === undefined) return undefined;
  const options: Token[] = [];
  let end = skipSpace(source, name.end);
  for (let option = parseOption(source, end); option !== undefined; option = parseOption(source, end)) {
    options.push(option.value);
    end = option.end;
  }
  return { value: { name: name.text, options }, end };
}

function parseOption(source: Source, start: number): Parsed<Token> | undefined {
  if (source.text.startsWith("#{", start)) return parseToken(source, start);
  const bare = matchAt(source, start, /\s*[\p{L}\p{Nd}_\-:/~()@]+\s*/uy);
  const option = bare === undefined ? parseQuoted(source, start) : { value: bare.text.trim(), end: bare.end };
  return option && { value: { kind: "text", text: option.value }, end: option.end };
}

/** Quoted text holds neither `"` nor `#`; between `\"` and `\"` it holds everything. Space around it belongs to it. */
function parseQuoted(source: Source, start: number): Parsed<string> | undefined {
  const quoted = matchAt(source, start, /\s*"([^"#]*)"\s*/y) ?? matchAt(source, start, /\s*\\"([\s\S]*?)\\"\s*/y);
  return quoted && { value: quoted.group, end: quoted.end };
}

function parseSymbol(source: Source, start: number): Parsed<SymbolPath> | undefined {
  const first = parseName(source, start);
  if (first === undefined) return undefined;
  const steps: Step[] = [{ kind: "name", text: first.value }];
  let end = first.end;
  for (let step = parseTrailingStep(source, end); step !== undefined; step = parseTrailingStep(source, end)) {
    steps.push(step.value);
    end = step.end;
  }
  return { value: { kind: "symbol", steps }, end };
}

function parseTrailingStep(source: Source, start: number): Parsed<Step> | undefined {
  if (source.text[start] === "[") return parseLookup(source, start) ?? parseIndex(source, start);
  const name = source.text[start] === "." ? parseName(source, start + 1) : undefined;
  return name && { value: { kind: "name", text: name.value }, end: name.end };
}

/** `[#{SymbolPath}]`: the index is the value of a variable. */
function parseLookup(source: Source, start: number): Parsed<Step> | undefined {
  const inner = parseSubstitution(source, skipSpace(source, start + 1));
  const closing = inner && matchAt(source, inner.end, /\s*\]/y);
  if (inner?.value.kind !== "substitution" || inner.value.expression.kind !== "symbol" || closing === undefined)
    return undefined;
  return { value: { kind: "lookup", symbol: inner.value.expression }, end: closing.end };
}

/** Any text in balanced brackets. */
function parseIndex({ text }: Source, start: number): Parsed<Step> | undefined {
  let depth = 0;
  for (let position = start; position < text.length; position++) {
    if (text[position] === "[") depth++;
    if (text[position] === "]" && --depth === 0) {
      return { value: { kind: "index", text: text.slice(start + 1, position).trimStart() }, end: position + 1 };
    }
  }
  return undefined;
}

/** Letters, digits, spaces and a few signs; a space before `|`, `}` or a keyword is not part of the name. */
function parseName(source: Source, start: number): Parsed<string> | undefined {
  const name = matchAt(
    source,
    start,
    /(?:(?![\u{10000}-\u{10ffff}])[\p{L}\p{Nd}_\-:/~()@]|[\t-\r\x85\p{Z}](?![|}])(?!(?:in|==|!=)[\t-\r\x85\p{Z}]))+/uy,
  );
  return name && { value: name.text.replace(/^[\t-\r\x85\p{Z}]+|[\t-\r\x85\p{Z}]+$/gu, ""), end: name.end };
}

function parseCalc(source: Source, start: number): Parsed<Token> | undefined {
  const opening = matchAt(source, start, keywords.calc);
  const sum = opening && parseOperation(source, opening.end, ["+", "-"]);
  const closing = sum && matchAt(source, sum.end, /\s*\}/y);
  if (sum === undefined || closing === undefined) return undefined;
  return { value: { kind: "calc", expression: sum.value }, end: closing.end };
}

function parseOperation(source: Source, start: number, operators: readonly string[]): Parsed<Calculation> | undefined {
  const operand = (at: number) =>
    operators.includes("+") ? parseOperation(source, at, ["*", "/"]) : parseFactor(source, at);
  let left = operand(start);
  while (left !== undefined) {
    const operatorAt = skipSpace(source, left.end);
    const operator = source.text[operatorAt] ?? "";
    const right: Parsed<Calculation> | undefined = operators.includes(operator) ? operand(operatorAt + 1) : undefined;
    if (right === undefined) return left;
    left = { value: { kind: "operation", operator, left: left.value, right: right.value }, end: right.end };
  }
  return left;
}

/** A number, a variable, `{a variable whose name holds an operator}` or a sum in parentheses. */
function parseFactor(source: Source, start: number): Parsed<Calculation> | undefined {
  const position = skipSpace(source, start);
  const number = matchAt(source, position, /\d+(\.\d+)?/y);
  if (number !== undefined) return { value: { kind: "number", value: Number(number.text) }, end: number.end };
  if (source.text[position] === "(") return parseParenthesis(source, position);
  const brace = matchAt(source, position, /\{\s*/y);
  const symbol = parseSymbol(source, brace?.end ?? position);
  const end = symbol && brace ? matchAt(source, symbol.end, /\s*\}/y)?.end : symbol?.end;
  return symbol === undefined || end === undefined
    ? undefined
    : { value: { kind: "variable", symbol: symbol.value }, end };
}

function parseParenthesis(source: Source, start: number): Parsed<Calculation> | undefined {
  const sum = parseOperation(source, start + 1, ["+", "-"]);
  const closing = sum && matchAt(source, sum.end, /\s*\)/y);
  return sum && closing && { value: sum.value, end: closing.end };
}

function skipSpace(source: Source, position: number): number {
  return matchAt(source, position, /\s+/y)?.end ?? position;
}

function matchAt(
  { text }: Source,
  position: number,
  pattern: RegExp,
): { text: string; group: string; end: number } | undefined {
  pattern.lastIndex = position;
  const match = pattern.exec(text);
  return match === null ? undefined : { text: match[0], group: match[1] ?? "", end: position + match[0].length };
}
