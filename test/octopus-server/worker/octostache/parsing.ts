/**
 * Small parsers that make larger ones. Where a parser fails matters as much as that it does: files keep what cannot be parsed up to
 * there. So these fail where those of Octostache do (Sprache, read and retold).
 */
export type Parser<T> = (at: number) => Parsed<T> | Failure;

export interface Parsed<T> {
  ok: true;
  value: T;
  end: number;
}

export interface Failure {
  ok: false;
  /** How far it came. */
  at: number;
}

export function succeed<T>(value: T): Parser<T> {
  return (at) => ({ ok: true, value, end: at });
}

export function chain<T, U>(first: Parser<T>, next: (value: T) => Parser<U>): Parser<U> {
  return (at) => {
    const parsed = first(at);
    return parsed.ok ? next(parsed.value)(parsed.end) : parsed;
  };
}

export function map<T, U>(parser: Parser<T>, change: (value: T) => U): Parser<U> {
  return (at) => {
    const parsed = parser(at);
    return parsed.ok ? { ok: true, value: change(parsed.value), end: parsed.end } : parsed;
  };
}

/** Both, for the value of the second. */
export function behind<T>(first: Parser<unknown>, second: Parser<T>): Parser<T> {
  return chain(first, () => second);
}

/** Both, for the value of the first. */
export function before<T>(first: Parser<T>, second: Parser<unknown>): Parser<T> {
  return chain(first, (value) => map(second, () => value));
}

/** The first that takes anything; of failures the one that came furthest. */
export function either<T>(...parsers: Parser<T>[]): Parser<T> {
  return parsers.reduce((first, second) => (at) => {
    const parsed = first(at);
    if (parsed.ok && parsed.end > at) return parsed;
    const other = second(at);
    return other.ok || !parsed.ok ? furthest(parsed, other) : parsed;
  });
}

/** The second only where the first fails at once. */
export function unlessBegun<T>(first: Parser<T>, second: Parser<T>): Parser<T> {
  return (at) => {
    const parsed = first(at);
    if (parsed.ok ? parsed.end > at : parsed.at > at) return parsed;
    const other = second(at);
    return other.ok || !parsed.ok ? furthest(parsed, other) : parsed;
  };
}

function furthest<T>(first: Parsed<T> | Failure, second: Parsed<T> | Failure): Parsed<T> | Failure {
  return second.ok || first.ok || first.at < second.at ? second : first;
}

export function many<T>(parser: Parser<T>): Parser<T[]> {
  return (at) => {
    const value: T[] = [];
    let end = at;
    for (let parsed = parser(end); parsed.ok && parsed.end > end; parsed = parser(end)) {
      value.push(parsed.value);
      end = parsed.end;
    }
    return { ok: true, value, end };
  };
}

export function some<T>(parser: Parser<T>): Parser<T[]> {
  return chain(parser, (first) => map(many(parser), (rest) => [first, ...rest]));
}

export function optional<T>(parser: Parser<T>): Parser<T | undefined> {
  return (at) => {
    const parsed = parser(at);
    return parsed.ok ? parsed : { ok: true, value: undefined, end: at };
  };
}

/** Fails at its beginning where `exception` would be parsed. */
export function except<T>(parser: Parser<T>, exception: Parser<unknown>): Parser<T> {
  return (at) => (exception(at).ok ? { ok: false, at } : parser(at));
}

/** Refers to what is declared further down. */
export function lazy<T>(parser: () => Parser<T>): Parser<T> {
  return (at) => parser()(at);
}

/** Parses each place once. */
export function remember<T>(parser: Parser<T>): Parser<T> {
  const known = new Map<number, Parsed<T> | Failure>();
  return (at) => {
    const parsed = known.get(at) ?? parser(at);
    known.set(at, parsed);
    return parsed;
  };
}

/** operand (operator operand)*, taken together from the left. */
export function operations<T, O>(
  operator: Parser<O>,
  operand: Parser<T>,
  join: (operator: O, left: T, right: T) => T,
): Parser<T> {
  const rest = (left: T): Parser<T> =>
    either(
      chain(operator, (sign) => chain(operand, (right) => rest(join(sign, left, right)))),
      succeed(left),
    );
  return chain(operand, rest);
}

/** The parsers that look at the text. */
export interface TextParsers {
  character(holds: (character: string) => boolean): Parser<string>;
  literal(wanted: string, options?: { ignoreCase?: boolean }): Parser<string>;
  /** Looks ahead; what would be the very end of the text is not seen. */
  followedBy<T>(parser: Parser<T>, ahead: string): Parser<T>;
  atEnd<T>(parser: Parser<T>): Parser<T>;
}

export function readText(text: string): TextParsers {
  const character =
    (holds: (character: string) => boolean): Parser<string> =>
    (at) => {
      const found = text.charAt(at);
      return found !== "" && holds(found) ? { ok: true, value: found, end: at + 1 } : { ok: false, at };
    };
  const literal: TextParsers["literal"] = (wanted, { ignoreCase = false } = {}) => {
    const fold = (one: string): string => (ignoreCase ? one.toLowerCase() : one);
    return (at) => {
      for (let index = 0; index < wanted.length; index++)
        if (fold(text.charAt(at + index)) !== wanted.charAt(index)) return { ok: false, at: at + index };
      return { ok: true, value: wanted, end: at + wanted.length };
    };
  };
  const followedBy =
    <T>(parser: Parser<T>, ahead: string): Parser<T> =>
    (at) => {
      const parsed = parser(at);
      if (!parsed.ok) return parsed;
      const isSeen = parsed.end < text.length - ahead.length && text.startsWith(ahead, parsed.end);
      return isSeen ? parsed : { ok: false, at: parsed.end };
    };
  const atEnd =
    <T>(parser: Parser<T>): Parser<T> =>
    (at) => {
      const parsed = parser(at);
      return parsed.ok && parsed.end < text.length ? { ok: false, at: parsed.end } : parsed;
    };
  return { character, literal, followedBy, atEnd };
}
