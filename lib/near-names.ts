/**
 * A sentence that offers the names nearest to one that was not found.
 * @param quote - for names that have quotes of their own
 * @returns "" when none is near; else it begins with a space
 */
export function findNearNames(
  wanted: string,
  names: readonly string[],
  quote: (name: string) => string = (name) => `"${name}"`,
): string {
  const ranked = [...new Set(names)]
    .map((name) => ({ name, distance: distance(wanted.toLowerCase(), name.toLowerCase()) }))
    .toSorted((a, b) => a.distance - b.distance);
  const near = ranked.filter((candidate) => candidate.distance <= Math.max(2, wanted.length / 3)).slice(0, 3);
  if (near.length === 0) return "";
  return ` Did you mean ${near.map(({ name }) => quote(name)).join(" or ")}?`;
}

/** Levenshtein's: how many letters have to be added, taken away or changed. An emoji is one letter, though a string counts two for it. */
function distance(a: string, b: string): number {
  const letters = [...b];
  let previous = Array.from({ length: letters.length + 1 }, (_, index) => index);
  for (const [row, letter] of [...a].entries()) {
    const current = [row + 1];
    for (const [column, other] of letters.entries()) {
      const change = (previous[column] ?? 0) + (letter === other ? 0 : 1);
      current.push(Math.min(change, (previous[column + 1] ?? 0) + 1, (current[column] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[letters.length] ?? 0;
}
