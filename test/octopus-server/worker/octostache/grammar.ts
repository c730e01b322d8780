import { isDigit, isLetter, isNumber, isWhiteSpace, trim } from "../dotnet/characters.ts";
import type { DotnetCulture } from "../dotnet/culture.ts";
import { parseDouble } from "../dotnet/parse-number.ts";
import { DotnetError } from "../dotnet/errors.ts";
import {
  before,
  behind,
  chain,
  either,
  except,
  lazy,
  many,
  map,
  operations,
  optional,
  readText,
  remember,
  some,
  succeed,
  unlessBegun,
  type Parser,
} from "./parsing.ts";
import { type Calculation, type Condition, type Expression, type Step, type SymbolPath, type Token } from "./tokens.ts";

export interface ParseOptions {
  culture: DotnetCulture;
  /** Keep what cannot be parsed as it is, and go on behind it; otherwise such a template is no template at all. */
  lenient?: boolean;
}

/** @returns undefined when the text is no valid template */
export function parseTemplate(text: string, { culture, lenient = false }: ParseOptions): Token[] | undefined {
  const { token } = createGrammar(text, culture);
  const tokens: Token[] = [];
  for (let position = 0; position < text.length;) {
    const parsed = token(position);
    const end = parsed.ok ? parsed.end : lenient ? parsed.at : position;
    if (end === position) return undefined;
    tokens.push(parsed.ok ? parsed.value : { kind: "text", text: text.slice(position, end) });
    position = end;
  }
  return tokens;
}

/** A variable's name as a path; what follows a character that no name may hold is passed over, as the real engine does. */
export function parseSymbolPath(name: string, culture: DotnetCulture): SymbolPath | undefined {
  const substitution = lazy(() => createGrammar(name, culture).substitution);
  const parsed = createNames(name, substitution).symbol(0);
  return parsed.ok ? parsed.value : undefined;
}

interface Grammar {
  token: Parser<Token>;
  substitution: Parser<Token>;
}

/**
 * The grammar of Octostache (OctopusDeploy/Octostache, read and retold), its oddities included: names hold spaces, `[#{A}]` looks an
 * index up while `[x#{A}]` is literal, `##{` is an escaped `#{`.
 */
function createGrammar(text: string, culture: DotnetCulture): Grammar {
  const blocks: Parser<Token> = lazy(() => block);
  const substitutions: Parser<Token> = lazy(() => substitution);
  const names = createNames(text, substitutions);
  const expressions = createExpressions(text, names, blocks);
  const substitution: Parser<Token> = behind(
    names.opening,
    before(
      map(names.spaced(expressions.expression), (expression) => ({ kind: "substitution", expression })),
      names.closing,
    ),
  );
  const tokens: Parser<Token> = lazy(() => token);
  const block = remember(
    either(
      createConditional(text, names, { ...expressions, token: tokens }),
      createCalculation(text, names, culture),
      createRepetition(text, names, tokens),
      substitution,
    ),
  );
  const token = remember(either(block, createPlainText(text)));
  return { token, substitution };
}

interface Names {
  opening: Parser<string>;
  closing: Parser<string>;
  space: Parser<string>;
  spaced<T>(parser: Parser<T>): Parser<T>;
  name: Parser<Extract<Step, { kind: "name" }>>;
  word: Parser<string>;
  symbol: Parser<SymbolPath>;
}

function createNames(text: string, substitution: Parser<Token>): Names {
  const { character, literal } = readText(text);
  const space = character(isWhiteSpace);
  const spaced = <T>(parser: Parser<T>): Parser<T> => behind(many(space), before(parser, many(space)));
  const word = map(some(character(isWord)), (units) => units.join(""));
  const locate = createLocator(text);

  const name: Names["name"] = (at) => {
    const { end, failedAt } = findNameEnd(text, at);
    if (end === at) return { ok: false, at: failedAt };
    return { ok: true, value: { kind: "name", text: trim(text.slice(at, end)), position: locate(at) }, end };
  };

  const opening = except(literal("#{"), literal("#{/"));
  const begun: Parser<Token> = (at) => {
    const parsed = opening(at);
    return parsed.ok ? substitution(at) : parsed;
  };
  const symbolInside: Parser<SymbolPath> = (at) => {
    const parsed = spaced(begun)(at);
    if (!parsed.ok) return parsed;
    const { value, end } = parsed;
    if (value.kind !== "substitution" || value.expression.kind !== "symbol") return { ok: false, at };
    return { ok: true, value: value.expression, end };
  };
  const lookup = spaced(symbolInside);
  const indexText: Parser<string> = lazy(() =>
    behind(
      literal("["),
      before(
        map(
          spaced(
            many(
              either(
                map(indexText, (inner) => `[${inner}]`),
                plainIndex,
              ),
            ),
          ),
          (parts) => parts.join(""),
        ),
        literal("]"),
      ),
    ),
  );
  const plainIndex = map(some(character((unit) => unit !== "[" && unit !== "]")), (units) => units.join(""));
  const index: Parser<Step> = (at) =>
    either<Step>(
      map(behind(literal("["), before(lookup, literal("]"))), (symbol) => ({
        kind: "lookup",
        symbol,
        position: locate(at),
      })),
      map(indexText, (inner) => ({ kind: "index", text: inner, position: locate(at) })),
    )(at);
  const trailing = unlessBegun<Step>(behind(literal("."), name), index);
  const symbol = remember(
    chain(name, (first) => map(many(trailing), (rest): SymbolPath => ({ kind: "symbol", steps: [first, ...rest] }))),
  );
  return { opening, closing: literal("}"), space, spaced, name, word, symbol };
}

function isWord(unit: string): boolean {
  return /[A-Za-z0-9_\-:/~()@]/.test(unit) || (unit > "\x7f" && (isLetter(unit) || isDigit(unit)));
}

/** A name goes up to what it cannot hold, white space in it; not to white space before `|`, `}` or a keyword. */
function findNameEnd(text: string, start: number): { end: number; failedAt: number } {
  for (let at = start; ; at++) {
    const unit = text.charAt(at);
    if (isWord(unit)) continue;
    // The very last character of a text is not looked at.
    const isBeforeSign = /^[|}]/.test(text.charAt(at + 1)) && at + 2 < text.length;
    if (unit === "" || !isWhiteSpace(unit) || isBeforeSign) return { end: at, failedAt: at };
    if (isKeyword(text, at + 1)) return { end: at, failedAt: at + 1 };
  }
}

/** One with white space behind it. */
function isKeyword(text: string, at: number): boolean {
  return ["in", "==", "!="].some((keyword) => {
    const unit = text.charAt(at + keyword.length);
    return text.startsWith(keyword, at) && unit !== "" && isWhiteSpace(unit);
  });
}

/** Where a step stands, by line and column: a circle is noticed by the same symbol at the same place. */
function createLocator(text: string): (at: number) => string {
  const starts = [0];
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return (at) => {
    const line = starts.findLastIndex((start) => start <= at);
    return `${at}:${line}:${at - (starts[line] ?? 0)}`;
  };
}

interface Expressions {
  expression: Parser<Expression>;
  quoted: Parser<string>;
}

function createExpressions(text: string, { spaced, symbol, word }: Names, block: Parser<Token>): Expressions {
  const { character, literal } = readText(text);
  const everything = (characters: Parser<string>): Parser<string> => map(many(characters), (units) => units.join(""));
  const plainQuoted = behind(
    literal('"'),
    before(everything(character((unit) => unit !== '"' && unit !== "#")), literal('"')),
  );
  const mark = literal('\\"');
  const markedQuoted = behind(
    mark,
    before(
      everything(
        except(
          character(() => true),
          mark,
        ),
      ),
      mark,
    ),
  );
  const quoted = either(spaced(plainQuoted), spaced(markedQuoted));

  const option = either(
    block,
    map(either(spaced(word), quoted), (value): Token => ({ kind: "text", text: value })),
  );
  const filter = behind(
    literal("|"),
    chain(spaced(word), (name) => map(many(option), (options) => ({ name, options }))),
  );
  const filtered = chain(optional(spaced(symbol)), (argument) =>
    map(some(filter), (filters) =>
      filters.reduce<Expression>(
        (inner, { name, options }) => ({ kind: "filter", name, argument: inner, options }),
        argument ?? { kind: "symbol", steps: [] },
      ),
    ),
  );
  return { expression: remember(either<Expression>(filtered, symbol)), quoted };
}

interface Inside extends Expressions {
  token: Parser<Token>;
}

function createConditional(text: string, names: Names, { expression, quoted, token }: Inside): Parser<Token> {
  const { literal } = readText(text);
  const { opening, closing, space } = names;
  const condition = before(createCondition(text, names, { expression, quoted }), behind(many(space), closing));
  const otherwise = literal("#{else}");
  const elseIf = behind(literal("#{elseif"), space);
  const toElse = many(except(token, otherwise));
  const toElseIf = many(except(except(token, otherwise), elseIf));
  const elseBranch = map(optional(behind(otherwise, many(token))), (tokens) => tokens ?? []);
  const elseIfs = many(chain(behind(elseIf, condition), (one) => map(toElseIf, (body) => ({ condition: one, body }))));

  const ifBlock = chain(condition, (one) =>
    chain(toElseIf, (whenTrue) =>
      chain(elseIfs, (clauses) =>
        before(
          map(elseBranch, (last): Token => {
            const whenFalse = clauses.reduceRight<Token[]>(
              (rest, clause) => [{ kind: "if", condition: clause.condition, whenTrue: clause.body, whenFalse: rest }],
              last,
            );
            return { kind: "if", condition: one, whenTrue, whenFalse };
          }),
          literal("#{/if}"),
        ),
      ),
    ),
  );
  const unlessBlock = chain(condition, (one) =>
    chain(toElse, (whenFalse) =>
      before(
        map(elseBranch, (whenTrue): Token => ({ kind: "if", condition: one, whenTrue, whenFalse })),
        literal("#{/unless}"),
      ),
    ),
  );
  const keyword = either(literal("if", { ignoreCase: true }), literal("unless", { ignoreCase: true }));
  return behind(
    behind(opening, many(space)),
    chain(before(keyword, some(space)), (word) => (word === "if" ? ifBlock : unlessBlock)),
  );
}

/** Four forms, tried in this order: two expressions, a text and an expression, an expression and a text, one expression. */
function createCondition(text: string, { spaced }: Names, { expression, quoted }: Expressions): Parser<Condition> {
  const { literal } = readText(text);
  const operator = map(either(spaced(literal("==")), spaced(literal("!="))), (sign) => sign === "==");
  const one = spaced(expression);
  const other = spaced(quoted);
  const compare = <L, R>(
    left: Parser<L>,
    right: Parser<R>,
    join: (left: L, right: R) => { left: Expression; right: Expression | string },
  ): Parser<Condition> =>
    spaced(
      chain(left, (first) =>
        chain(operator, (equal) =>
          map(right, (second) => {
            const joined = join(first, second);
            return { left: joined.left, comparison: { equal, right: joined.right } };
          }),
        ),
      ),
    );
  return either<Condition>(
    compare(one, one, (left, right) => ({ left, right })),
    compare(other, one, (right, left) => ({ left, right })),
    compare(one, other, (left, right) => ({ left, right })),
    map(spaced(one), (left) => ({ left })),
  );
}

function createRepetition(text: string, names: Names, token: Parser<Token>): Parser<Token> {
  const { literal } = readText(text);
  const { opening, closing, space, spaced, name, symbol } = names;
  const head = behind(
    behind(behind(opening, many(space)), before(literal("each", { ignoreCase: true }), some(space))),
    chain(spaced(name), (item) =>
      before(
        map(behind(spaced(literal("in", { ignoreCase: true })), spaced(symbol)), (collection) => ({
          item,
          collection,
        })),
        closing,
      ),
    ),
  );
  return chain(head, ({ item, collection }) =>
    map(before(many(token), literal("#{/each}")), (body): Token => ({
      kind: "each",
      item: item.text,
      collection,
      body,
    })),
  );
}

/** As `/` and `-` may stand in names, a name can be put into braces. */
function createCalculation(text: string, names: Names, culture: DotnetCulture): Parser<Token> {
  const { character, literal } = readText(text);
  const { opening, closing, space, spaced, symbol } = names;
  const digits = map(some(character(isNumber)), (units) => units.join(""));
  const fraction = chain(literal(culture.numbers.decimal), (point) => map(digits, (part) => point + part));
  const decimal = unlessBegun(
    chain(digits, (whole) => map(unlessBegun(fraction, succeed("")), (part) => whole + part)),
    fraction,
  );
  const constant = map(decimal, (number): Calculation => {
    const value = parseDouble(number, culture);
    if (value === undefined) throw new DotnetError("FormatException", `"${number}" is no number.`);
    return { kind: "number", value };
  });
  const variable = map(spaced(symbol), (path): Calculation => ({ kind: "variable", symbol: path }));
  const wrapped = behind(literal("{"), before(behind(many(space), variable), behind(many(space), closing)));
  const sums: Parser<Calculation> = lazy(() => sum);
  const factor = unlessBegun(
    behind(literal("("), before(sums, literal(")"))),
    unlessBegun(unlessBegun(constant, wrapped), variable),
  );
  const join = (operator: string, left: Calculation, right: Calculation): Calculation => ({
    kind: "operation",
    operator,
    left,
    right,
  });
  const product = operations(either(spaced(literal("*")), spaced(literal("/"))), factor, join);
  const sum = operations(either(spaced(literal("+")), spaced(literal("-"))), product, join);
  return behind(
    behind(behind(opening, many(space)), before(literal("calc", { ignoreCase: true }), some(space))),
    before(
      map(sum, (expression): Token => ({ kind: "calc", expression })),
      behind(many(space), closing),
    ),
  );
}

/** Hashes stand for themselves, but for those before a brace: `##{` is `#{`, and of `###{` the first one is text. */
function createPlainText(text: string): Parser<Token> {
  const { character, literal, followedBy, atEnd } = readText(text);
  const plain: Parser<string> = (at) => {
    const hash = text.indexOf("#", at);
    const end = hash === -1 ? text.length : hash;
    return end > at ? { ok: true, value: text.slice(at, end), end } : { ok: false, at };
  };
  const piece = either(
    plain,
    atEnd(literal("#")),
    map(followedBy(literal("##"), "#{"), () => "#"),
    map(literal("##{"), () => "#{"),
    chain(literal("#"), () =>
      map(
        character((unit) => unit !== "{"),
        (unit) => `#${unit}`,
      ),
    ),
  );
  return map(some(piece), (pieces) => ({ kind: "text", text: pieces.join("") }));
}
