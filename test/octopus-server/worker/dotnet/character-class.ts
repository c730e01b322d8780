import { toLower, toUpper } from "./characters.ts";

/** A set of UTF-16 units: from and to of each range, in order and apart from each other. */
export type UnitSet = readonly (readonly [number, number])[];

const last = 0xffff;

/** `\w`, `\d` and `\s` of .NET know all of Unicode. */
export const classes: Readonly<Record<"w" | "d" | "s", string>> = {
  w: "\\p{L}\\p{Mn}\\p{Nd}\\p{Pc}",
  d: "\\p{Nd}",
  s: "\\f\\n\\r\\t\\v\\x85\\p{Z}",
};

/** What a border of a word is next to: joiners belong to words there. */
export const borderClass = `${classes.w}\\u200c\\u200d`;

/** @param members - of a class of JavaScript with the flag `u` */
export function unitsOf(members: string): UnitSet {
  const pattern = new RegExp(`^[${members}]`, "u");
  const codes: number[] = [];
  for (let code = 0; code <= last; code++) if (pattern.test(String.fromCharCode(code))) codes.push(code);
  return toRanges(codes);
}

function toRanges(codes: readonly number[]): UnitSet {
  return normalize(codes.map((code) => [code, code] as const));
}

/** `\p{Lu}`; undefined for what is no general category, as .NET's blocks are none here. */
export function categoryUnits(name: string): UnitSet | undefined {
  return /^(?:L[ultmo]?|M[nce]?|N[dlo]?|P[cdseifo]?|S[mcko]?|Z[slp]?|C[cfson]?)$/.test(name)
    ? unitsOf(`\\p{${name}}`)
    : undefined;
}

export function range(from: string, to = from): UnitSet {
  return [[from.charCodeAt(0), to.charCodeAt(0)]];
}

export function unite(...sets: UnitSet[]): UnitSet {
  return normalize(sets.flat());
}

function normalize(ranges: readonly (readonly [number, number])[]): UnitSet {
  const united: [number, number][] = [];
  for (const [from, to] of ranges.toSorted(([a], [b]) => a - b)) {
    const before = united.at(-1);
    if (before !== undefined && from <= before[1] + 1) before[1] = Math.max(before[1], to);
    else united.push([from, to]);
  }
  return united;
}

export function invert(set: UnitSet): UnitSet {
  const gaps: [number, number][] = [];
  let next = 0;
  for (const [from, to] of set) {
    if (from > next) gaps.push([next, from - 1]);
    next = to + 1;
  }
  return next > last ? gaps : [...gaps, [next, last]];
}

export function subtract(set: UnitSet, other: UnitSet): UnitSet {
  return invert(unite(invert(set), other));
}

/** With the other case of each unit. */
export function ignoreCase(set: UnitSet): UnitSet {
  const codes: number[] = [];
  for (const [from, to] of set)
    for (let code = from; code <= to; code++) {
      const unit = String.fromCharCode(code);
      codes.push(code, toLower(unit).charCodeAt(0), toUpper(unit).charCodeAt(0));
    }
  return toRanges(codes);
}

/** As JavaScript has it in a pattern without the flag `u`. */
export function renderSet(set: UnitSet): string {
  const ranges = set.map(([from, to]) => (from === to ? escapeUnit(from) : `${escapeUnit(from)}-${escapeUnit(to)}`));
  return ranges.length === 0 ? "(?!)" : `[${ranges.join("")}]`;
}

export function escapeUnit(code: number): string {
  return `\\u${code.toString(16).padStart(4, "0")}`;
}
