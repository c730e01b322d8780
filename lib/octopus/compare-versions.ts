/**
 * The order of versions, older before newer, wherever this project compares two: SemVer 2 (a pre-release is below its release, numbers
 * below words, what is behind `+` decides only between equals), widened as Octopus widens it: any count of numbers, of which those
 * that are absent are zeros, leading zeros, a `v` in front, and words without case (Octopus.Versioning, `VersionComparer`). So
 * `1.0.0-rc.2` is below `1.0.0-rc.10` and that below `1.0.0`, and `2026.2.1.0` below `2026.11.1.0`. What is no version is below all.
 *
 * It is ours because the package `semver` refuses four numbers and leading zeros, which versions made of a date have.
 */
export function compareVersions(a: string, b: string): number {
  const [first, second] = [parseVersion(a), parseVersion(b)];
  if (first === undefined || second === undefined)
    return Number(first !== undefined) - Number(second !== undefined) || compareWords(a, b);
  return (
    compareLists(first.numbers, second.numbers, (one = "0", other = "0") => compareNumbers(one, other)) ||
    Number(second.isPreRelease) - Number(first.isPreRelease) ||
    compareLists(first.labels, second.labels, compareLabels) ||
    compareWords(first.metadata, second.metadata)
  );
}

interface Version {
  numbers: string[];
  isPreRelease: boolean;
  labels: string[];
  metadata: string;
}

function parseVersion(text: string): Version | undefined {
  const match = /^v?(\d+(?:\.\d+)*)(?:-([^+]*))?(?:\+(.*))?$/is.exec(text.trim());
  if (match === null) return undefined;
  const [, numbers = "", labels = "", metadata = ""] = match;
  return { numbers: numbers.split("."), isPreRelease: labels !== "", labels: labels.split("."), metadata };
}

type Compare = (one: string | undefined, other: string | undefined) => number;

/** The first difference decides. */
function compareLists(first: string[], second: string[], compare: Compare): number {
  const length = Math.max(first.length, second.length);
  const differences = Array.from({ length }, (_, index) => compare(first[index], second[index]));
  return differences.find((difference) => difference !== 0) ?? 0;
}

/** Fewer labels are below more, numbers below words. */
function compareLabels(one: string | undefined, other: string | undefined): number {
  if (one === undefined || other === undefined) return Number(one !== undefined) - Number(other !== undefined);
  const [isNumber, isOtherNumber] = [one, other].map((label) => /^\d+$/.test(label));
  if (isNumber === true && isOtherNumber === true) return compareNumbers(one, other);
  return Number(isOtherNumber) - Number(isNumber) || compareWords(one, other);
}

/** By digits, so that a number that is too large for JavaScript has its place, too. */
function compareNumbers(one: string, other: string): number {
  const [first = "", second = ""] = [one, other].map((digits) => digits.replace(/^0+/, ""));
  return first.length - second.length || compareWords(first, second);
}

function compareWords(one: string, other: string): number {
  const [first = "", second = ""] = [one, other].map((word) => word.toLowerCase());
  return first < second ? -1 : Number(first > second);
}
