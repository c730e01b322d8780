/** What texts have in common, for people: `https://….example.com`; undefined where that is too little to say anything. */
export function describeCommon(texts: readonly string[]): string | undefined {
  const [first, ...others] = texts.map((text) => [...text]);
  if (first === undefined || others.length === 0) return undefined;
  const shortest = Math.min(...[first, ...others].map((characters) => characters.length));
  const start = countWhile(shortest, (index) => others.every((other) => other[index] === first[index]));
  const end = countWhile(shortest - start, (index) =>
    others.every((other) => other.at(-1 - index) === first.at(-1 - index)),
  );
  if (start + end < 4 || (start + end) * 3 < shortest) return undefined;
  return `${first.slice(0, start).join("")}…${end === 0 ? "" : first.slice(-end).join("")}`;
}

function countWhile(most: number, isSo: (index: number) => boolean): number {
  let count = 0;
  while (count < most && isSo(count)) count += 1;
  return count;
}

/** How much two sets of words have in common: 0 for nothing, 1 for all. */
export function likeness(a: readonly string[], b: readonly string[]): number {
  const other = new Set(b);
  const shared = new Set(a.filter((word) => other.has(word))).size;
  const all = new Set([...a, ...b]).size;
  return all === 0 ? 1 : shared / all;
}
