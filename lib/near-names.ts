/**
 * A sentence that offers the names nearest to one that was not found, or that says what there is.
 * @returns "" when there are no names at all; else it begins with a space
 */
export function findNearNames(wanted: string, names: readonly string[]): string {
  const ranked = [...new Set(names)]
    .map((name) => ({ name, distance: distance(wanted.toLowerCase(), name.toLowerCase()) }))
    .toSorted((a, b) => a.distance - b.distance);
  const near = ranked.filter((candidate) => candidate.distance <= Math.max(2, wanted.length / 3)).slice(0, 3);
  if (near.length === 0) return "";
  return ` Did you mean ${near.map((candidate) => `"${candidate.name}"`).join(" or ")}?`;
}

/** Levenshtein's: how many letters have to be added, taken away or changed. */
function distance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [row, letter] of [...a].entries()) {
    const current = [row + 1];
    for (const [column, other] of [...b].entries()) {
      const change = (previous[column] ?? 0) + (letter === other ? 0 : 1);
      current.push(Math.min(change, (previous[column + 1] ?? 0) + 1, (current[column] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}
