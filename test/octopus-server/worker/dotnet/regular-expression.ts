import {
  borderClass,
  categoryUnits,
  classes,
  escapeUnit,
  ignoreCase,
  invert,
  range,
  renderSet,
  subtract,
  unite,
  unitsOf,
  type UnitSet,
} from "./character-class.ts";
import { DotnetError } from "./errors.ts";

/** A pattern of .NET as JavaScript has it, with what it is told apart by in replacements. */
export interface CompiledPattern {
  expression: RegExp;
  /** By number or name, the captures of the expression. */
  groups: ReadonlyMap<string, readonly number[]>;
}

/**
 * Translates a pattern of .NET: it works on UTF-16 units, letters are those of Unicode, and options can stand anywhere.
 * @throws {@link DotnetError} for what .NET refuses, and for conditions and balancing groups, which are not known here
 */
export function compilePattern(pattern: string): CompiledPattern {
  const translation = translate(pattern);
  try {
    return { ...translation, expression: new RegExp(translation.source, "g") };
  } catch {
    throw refuse(pattern, "it is none");
  }
}

function refuse(pattern: string, reason: string): DotnetError {
  return new DotnetError("ArgumentException", `parsing "${pattern}" as a regular expression: ${reason}.`);
}

interface Options {
  i: boolean;
  m: boolean;
  s: boolean;
  n: boolean;
  x: boolean;
}

/** Text of the expression, some of it known only when all groups are. */
type Piece = string | (() => string);

const start = "(?<![\\s\\S])";
const end = "(?![\\s\\S])";
const endOrLastLine = `(?=\\n?${end})`;

function translate(pattern: string): { source: string; groups: Map<string, number[]> } {
  let at = 0;
  /** The name of each capture; undefined for those that have none, and "" for our own. */
  const captures: (string | undefined)[] = [];
  const fail = (reason: string): DotnetError => refuse(pattern, reason);

  function take(expected: RegExp): RegExpExecArray | undefined {
    const found = new RegExp(expected.source, "y");
    found.lastIndex = at;
    const match = found.exec(pattern) ?? undefined;
    if (match !== undefined) at += match[0].length;
    return match;
  }

  /** Up to a parenthesis that closes, or the end. Options that are set inside are for the rest of it. */
  function readAlternatives(given: Options): Piece[] {
    const options = { ...given };
    const pieces: Piece[] = [];
    while (at < pattern.length && pattern[at] !== ")") {
      if (options.x && take(/[\t-\r ]+|#[^\n]*/) !== undefined) continue;
      if (take(/\(\?#[^)]*\)/) !== undefined) continue;
      if (take(/\|/) !== undefined) {
        pieces.push("|");
        continue;
      }
      const set = take(/\(\?([imnsx]*)(?:-([imnsx]*))?\)/);
      if (set !== undefined) {
        setOptions(options, set[1] ?? "", set[2] ?? "");
        continue;
      }
      const atom = readAtom(options);
      const quantifier = readQuantifier(options);
      pieces.push("(?:", ...atom, ")", quantifier);
    }
    return pieces;
  }

  function readQuantifier({ x }: Options): string {
    if (x) take(/(?:[\t-\r ]+|#[^\n]*)+/);
    const match = take(/(?:[*+?]|\{\d+(?:,\d*)?\})\??/);
    if (match !== undefined && isQuantifierAt()) throw fail("a quantifier follows another");
    return match?.[0] ?? "";
  }

  function isQuantifierAt(): boolean {
    return /^(?:[*+?]|\{\d+(?:,\d*)?\})/.test(pattern.slice(at));
  }

  function readAtom(options: Options): Piece[] {
    if (isQuantifierAt()) throw fail("there is nothing for a quantifier");
    const character = pattern.charAt(at);
    if (character === "(") return readGroup(options);
    if (character === "[") {
      at++;
      return [renderSet(readClass(options))];
    }
    if (character === "\\") return readEscape(options);
    at++;
    if (character === ".") return [options.s ? "[\\s\\S]" : "[^\\n]"];
    if (character === "^") return [options.m ? "(?<![^\\n])" : start];
    if (character === "$") return [options.m ? "(?![^\\n])" : endOrLastLine];
    return [renderUnit(character, options)];
  }

  function renderUnit(unit: string, { i }: Options): string {
    return i ? renderSet(ignoreCase(range(unit))) : escapeUnit(unit.charCodeAt(0));
  }

  function close(pieces: Piece[]): Piece[] {
    if (take(/\)/) === undefined) throw fail("a parenthesis is not closed");
    return pieces;
  }

  function readGroup(options: Options): Piece[] {
    const plain = take(/\(\?(:|=|!|<=|<!)/);
    if (plain !== undefined) return ["(?", plain[1] ?? "", ...close(readAlternatives(options)), ")"];
    const scoped = take(/\(\?([imnsx]*)(?:-([imnsx]*))?:/);
    if (scoped !== undefined) {
      const inner = { ...options };
      setOptions(inner, scoped[1] ?? "", scoped[2] ?? "");
      return ["(?:", ...close(readAlternatives(inner)), ")"];
    }
    if (take(/\(\?>/) !== undefined) {
      captures.push("");
      const index = captures.length;
      return ["(?=(", ...close(readAlternatives(options)), `))\\${index}`, "(?:)"];
    }
    const named = take(/\(\?(?:<(\w+)>|'(\w+)')/);
    if (named !== undefined) {
      captures.push(named[1] ?? named[2]);
      return ["(", ...close(readAlternatives(options)), ")"];
    }
    if (take(/\((?!\?)/) === undefined) throw fail("such a group is not known");
    if (options.n) return ["(?:", ...close(readAlternatives(options)), ")"];
    captures.push(undefined);
    return ["(", ...close(readAlternatives(options)), ")"];
  }

  function readEscape(options: Options): Piece[] {
    const named = take(/\\k(?:<(\w+)>|'(\w+)')/);
    if (named !== undefined) return [referTo(named[1] ?? named[2] ?? "")];
    const numbered = take(/\\([1-9]\d*)/);
    if (numbered !== undefined) return [referTo(numbered[1] ?? "")];
    const assertion = take(/\\([AzZGbB])/);
    if (assertion !== undefined) return [renderAssertion(assertion[1] ?? "")];
    const set = readSet();
    if (set !== undefined) return [renderSet(options.i ? ignoreCase(set) : set)];
    return [renderUnit(readEscapedUnit(), options)];
  }

  function referTo(name: string): () => string {
    return () => {
      const indexes = numberGroups(captures).get(name);
      if (indexes === undefined) throw fail(`there is no group ${name}`);
      return indexes.map((index) => `\\${index}(?:)`).join("");
    };
  }

  /** `\d`, `\w`, `\s`, `\p{…}` and their opposites. */
  function readSet(): UnitSet | undefined {
    const known = take(/\\([dDwWsS])/)?.[1];
    if (known !== undefined) {
      const letter = known.toLowerCase();
      const set = unitsOf(letter === "d" || letter === "s" ? classes[letter] : classes.w);
      return known === letter ? set : invert(set);
    }
    const category = take(/\\([pP])\{(\w+)\}/);
    if (category === undefined) return undefined;
    const set = categoryUnits(category[2] ?? "");
    if (set === undefined) throw fail(`there is no category ${category[2]}`);
    return category[1] === "p" ? set : invert(set);
  }

  function readEscapedUnit(): string {
    const code = take(/\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|(0[0-7]{0,2}))/);
    if (code?.[3] !== undefined) return String.fromCharCode(Number.parseInt(code[3], 8));
    if (code !== undefined) return String.fromCharCode(Number.parseInt(code[1] ?? code[2] ?? "", 16));
    const control = take(/\\c([A-Za-z@[\]^_\\])/)?.[1];
    if (control !== undefined) return String.fromCharCode(control.toUpperCase().charCodeAt(0) - 64);
    const unit = take(/\\([\s\S])/)?.[1];
    if (unit === undefined) throw fail("a backslash is the last character");
    const known = namedUnits[unit];
    if (known === undefined && /^[\p{L}\p{Mn}\p{Nd}\p{Pc}]/u.test(unit)) throw fail(`there is no escape \\${unit}`);
    return known ?? unit;
  }

  /** Behind its opening bracket. */
  function readClass(options: Options): UnitSet {
    const isInverted = take(/\^/) !== undefined;
    const sets: UnitSet[] = [];
    let taken: UnitSet | undefined;
    for (let isFirst = true; isFirst || pattern[at] !== "]"; isFirst = false) {
      if (at >= pattern.length) throw fail("a bracket is not closed");
      if (!isFirst && take(/-\[/) !== undefined) {
        taken = readClass(options);
        if (pattern[at] !== "]") throw fail("what is taken out of a class stands at its end");
        break;
      }
      sets.push(readMember());
    }
    at++;
    const members = options.i ? ignoreCase(unite(...sets)) : unite(...sets);
    const set = isInverted ? invert(members) : members;
    return taken === undefined ? set : subtract(set, taken);
  }

  function readMember(): UnitSet {
    const set = readSet();
    if (set !== undefined) return set;
    const from = readClassUnit();
    if (pattern[at] !== "-" || pattern[at + 1] === "]" || pattern[at + 1] === "[" || at + 1 >= pattern.length)
      return range(from);
    at++;
    const to = readClassUnit();
    if (to < from) throw fail("a range goes backwards");
    return range(from, to);
  }

  function readClassUnit(): string {
    if (take(/\\b/) !== undefined) return "\b";
    if (pattern[at] === "\\") return readEscapedUnit();
    return pattern.charAt(at++);
  }

  const pieces = readAlternatives({ i: false, m: false, s: false, n: false, x: false });
  if (at < pattern.length) throw fail("a parenthesis is closed that was not opened");
  const source = pieces.map((piece) => (typeof piece === "string" ? piece : piece())).join("");
  return { source, groups: numberGroups(captures) };
}

function setOptions(options: Options, on: string, off: string): void {
  for (const name of ["i", "m", "n", "s", "x"] as const)
    options[name] = (options[name] || on.includes(name)) && !off.includes(name);
}

const namedUnits: Readonly<Record<string, string>> = {
  a: "\u0007",
  b: "\b",
  t: "\t",
  r: "\r",
  v: "\v",
  f: "\f",
  n: "\n",
  e: "\u001b",
};

function renderAssertion(letter: string): string {
  if (letter === "A" || letter === "G") return start;
  if (letter === "z") return end;
  if (letter === "Z") return endOrLastLine;
  const word = renderSet(unitsOf(borderClass));
  const border = `(?:(?<=${word})(?!${word})|(?<!${word})(?=${word}))`;
  return letter === "b" ? border : `(?!${border})`;
}

/** Groups without names are counted first, then those with names; all of one name are one. */
function numberGroups(captures: readonly (string | undefined)[]): Map<string, number[]> {
  const groups = new Map<string, number[]>();
  let count = 0;
  for (const [index, name] of captures.entries()) if (name === undefined) groups.set(String(++count), [index + 1]);
  for (const [index, name] of captures.entries()) {
    if (name === undefined || name === "") continue;
    const isKnown = groups.has(name);
    groups.set(name, [...(groups.get(name) ?? []), index + 1]);
    if (isKnown || /^\d+$/.test(name)) continue;
    while (groups.has(String(++count)));
    groups.set(String(count), groups.get(name) ?? []);
  }
  return groups;
}

/** What `Regex.Replace` puts for a match: `$1`, `${name}`, `$&`, `$$` and their like; what names no group is text. */
export function createReplacer(
  { groups }: CompiledPattern,
  replacement: string,
): (...found: (string | number | undefined)[]) => string {
  const numbers = [...groups.keys()].filter((name) => /^\d+$/.test(name)).map(Number);
  return (...found) => {
    const text = String(found.at(-1));
    const offset = Number(found.at(-2));
    const match = String(found[0]);
    const valueOf = (name: string): string | undefined => {
      if (name === "0") return match;
      const indexes = groups.get(name);
      return indexes && String(indexes.map((index) => found[index]).findLast((value) => value !== undefined) ?? "");
    };
    return replacement.replace(
      /\$(?:(\d+)|\{(\w+)\}|([$&`'+_]))/g,
      (whole, digits?: string, name?: string, sign?: string) => {
        switch (sign) {
          case "$":
            return "$";
          case "&":
            return match;
          case "`":
            return text.slice(0, offset);
          case "'":
            return text.slice(offset + match.length);
          case "+":
            return numbers.length === 0 ? match : (valueOf(String(Math.max(...numbers))) ?? "");
          case "_":
            return text;
          default:
            return valueOf((digits ?? name ?? "").replace(/^0+(?=\d)/, "")) ?? whole;
        }
      },
    );
  };
}
