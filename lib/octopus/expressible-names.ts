/**
 * Tells why `#{name}` may not bring the variable's own value, for each name of one run; undefined where it always does. Octopus binds a
 * name up to the first character that an expression cannot hold, whatever its case, and of two names that are then the same the later
 * one wins in silence: so it is a question about all names of the run (Octostache: TemplateParser.Symbol, PropertyListBinder). What a run
 * reads through `get_octopusvariable` is found by its exact name instead.
 * @param names - of all variables that the run may have, as far as they are known
 * @returns the rest of a sentence about the name: `cannot stand in an expression`
 */
export function createExpressionCheck(names: Iterable<string>): (name: string) => string | undefined {
  const bound = bindNames(names);
  return (name) => {
    if (!isExpressible(name)) return "cannot stand in an expression";
    const [mistaken] = listMistaken(name, bound);
    return mistaken === undefined ? undefined : `cannot be told from "${mistaken}" in an expression`;
  };
}

/**
 * Whether an expression can name the variable at all: letters, digits, white space and `_ - : / ~ ( ) @`, with dots and brackets between
 * such parts. Of what brackets may hold besides, the characters that files and expressions write otherwise are left out.
 */
export function isExpressible(name: string): boolean {
  if (wordOfBlock.test(name) || name.startsWith("/") || writtenOtherwise.test(name) || name.includes("[*]"))
    return false;
  const { path, end } = readSymbol(name);
  return path !== "" && end === name.length && readSymbol(`${name} | `).path === path;
}

const space = String.raw`[\t-\r\x85\p{Z}]`;
// A letter of .NET is one UTF-16 unit: those beyond the Basic Multilingual Plane are none.
const character = String.raw`(?!${space}in${space})(?![\u{10000}-\u{10ffff}])[\p{L}\p{Nd}_\-:/~()@\t-\r\x85\p{Z}]`;
const identifier = new RegExp(`(?:${character})+`, "uy");
const wordOfBlock = new RegExp(`^(?:if|unless|each|calc)${space}`, "iu");
const outerSpace = new RegExp(`^${space}+|${space}+$`, "gu");
const spaceAfterBracket = new RegExp(String.raw`\[${space}+`, "gu");
const writtenOtherwise = /^\p{Z}|["\\#{}\p{Cc}\u2028\u2029\ufeff]|\p{Z}$/u;

/** What a text is bound to: one string for all spellings of it, and where the first character stands that an expression cannot hold. */
function readSymbol(text: string): { path: string; end: number } {
  let { part, end } = readIdentifier(text, 0);
  let path = "";
  while (part !== "") {
    path += part;
    ({ part, end } = text[end] === "." ? readIdentifier(text, end + 1, end) : readIndex(text, end));
  }
  return { path, end };
}

interface Step {
  /** Empty where there is none. */
  part: string;
  end: number;
}

function readIdentifier(text: string, start: number, end = start): Step {
  identifier.lastIndex = start;
  const [found] = identifier.exec(text) ?? [];
  if (found === undefined) return { part: "", end };
  return { part: `.${fold(found.replace(outerSpace, ""))}`, end: start + found.length };
}

/** Up to the bracket that closes the one at `start`. */
function readIndex(text: string, start: number): Step {
  let depth = 0;
  for (let end = start; end < text.length; end++) {
    if (text[end] === "[") depth++;
    if (text[end] === "]") depth--;
    if (depth <= 0 && end === start) break;
    if (depth === 0) return { part: fold(text.slice(start, end + 1).replace(spaceAfterBracket, "[")), end: end + 1 };
  }
  return { part: "", end: start };
}

/** .NET compares unit by unit, in upper case. */
function fold(text: string): string {
  if (/^[ -~]*$/.test(text)) return text.toUpperCase();
  return Array.from({ length: text.length }, (_, index) => {
    const upper = text.charAt(index).toUpperCase();
    return upper.length === 1 ? upper : text.charAt(index);
  }).join("");
}

interface BoundNames {
  byPath: Map<string, Set<string>>;
  /** By the path up to each of its brackets: Octopus takes the text in a bracket for a value where only longer names are there. */
  behindIndex: Map<string, Set<string>>;
}

function bindNames(names: Iterable<string>): BoundNames {
  const bound: BoundNames = { byPath: new Map(), behindIndex: new Map() };
  for (const name of new Set(names)) {
    const { path } = readSymbol(name);
    add(bound.byPath, path, name);
    // An Octostache from before August 2026 ends a name at `@`, too.
    if (name.includes("@")) add(bound.byPath, readSymbol(name.replaceAll("@", ",")).path, name);
    for (const { index } of path.matchAll(/\](?=[.[])/g)) add(bound.behindIndex, path.slice(0, index + 1), name);
  }
  return bound;
}

function add(map: Map<string, Set<string>>, key: string, name: string): void {
  const names = map.get(key) ?? new Set();
  map.set(key, names.add(name));
}

function listMistaken(name: string, { byPath, behindIndex }: BoundNames): string[] {
  const { path } = readSymbol(name);
  const others = [...(byPath.get(path) ?? []), ...(behindIndex.get(path) ?? [])];
  return others.filter((other) => other !== name);
}
