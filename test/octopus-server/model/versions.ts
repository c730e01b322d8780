/** A version as packages and releases have it: up to four numbers, then perhaps a pre-release tag and metadata. */
export interface Version {
  numbers: readonly number[];
  /** Without the dash; "" is a full release. */
  tag: string;
}

export function parseVersion(text: string): Version | undefined {
  const match = /^v?(\d+(?:\.\d+){0,3})(?:-([0-9A-Za-z.\-_]+))?(?:\+[0-9A-Za-z.\-_]+)?$/.exec(text.trim());
  if (match === null) return undefined;
  return { numbers: (match[1] ?? "").split(".").map(Number), tag: match[2] ?? "" };
}

/** Older before newer; what is no version sorts before all that are. */
export function compareVersions(left: string, right: string): number {
  const [a, b] = [parseVersion(left), parseVersion(right)];
  if (a === undefined || b === undefined)
    return Number(a !== undefined) - Number(b !== undefined) || left.localeCompare(right);
  for (let index = 0; index < 4; index++) {
    const difference = (a.numbers[index] ?? 0) - (b.numbers[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return compareTags(a.tag, b.tag);
}

/**
 * NuGet's range notation, which channel rules use: `[1.0,2.0)`, `(,1.0]`, `[1.0]`, `1.0` (at least).
 * @returns undefined when the text is no range
 */
export function isInRange(version: string, range: string): boolean | undefined {
  const text = range.trim();
  if (text === "") return true;
  if (parseVersion(text) !== undefined) return compareVersions(version, text) >= 0;
  const match = /^([[(])\s*([^,\])]*?)\s*(?:(,)\s*([^,\])]*?)\s*)?([\])])$/.exec(text);
  if (match === null) return undefined;
  const [, open, low = "", comma, high = "", close] = match;
  if ([low, high].some((bound) => bound !== "" && parseVersion(bound) === undefined)) return undefined;
  if (comma === undefined) return low === "" ? undefined : compareVersions(version, low) === 0;
  return (
    isAbove(version, { bound: low, inclusive: open === "[" }) &&
    isBelow(version, { bound: high, inclusive: close === "]" })
  );
}

interface Bound {
  bound: string;
  inclusive: boolean;
}

function isAbove(version: string, { bound, inclusive }: Bound): boolean {
  const order = bound === "" ? 1 : compareVersions(version, bound);
  return inclusive ? order >= 0 : order > 0;
}

function isBelow(version: string, { bound, inclusive }: Bound): boolean {
  const order = bound === "" ? -1 : compareVersions(version, bound);
  return inclusive ? order <= 0 : order < 0;
}

/** As semantic versioning orders them: no tag is newest, numbers before words, numbers by value. */
function compareTags(left: string, right: string): number {
  if (left === right) return 0;
  if (left === "" || right === "") return left === "" ? 1 : -1;
  const [a, b] = [left.split("."), right.split(".")];
  for (let index = 0; index < Math.max(a.length, b.length); index++) {
    const difference = compareIdentifiers(a[index], b[index]);
    if (difference !== 0) return difference;
  }
  return 0;
}

function compareIdentifiers(left: string | undefined, right: string | undefined): number {
  if (left === undefined || right === undefined) return left === undefined ? -1 : 1;
  const [a, b] = [/^\d+$/.test(left), /^\d+$/.test(right)];
  if (a && b) return Number(left) - Number(right);
  if (a !== b) return a ? -1 : 1;
  return left.toLowerCase() < right.toLowerCase() ? -1 : Number(left.toLowerCase() > right.toLowerCase());
}
