const longest = 240;
const shown = 200;
/** So much of what is the same stands before the first difference. */
const before = 40;

/** Values of one line, cut where they are long so that the first difference between them is in what is left. */
export function shortenAlike(values: readonly string[]): string[] {
  if (values.every((value) => value.length <= longest)) return [...values];
  const characters = values.map((value) => Array.from(value));
  const start = Math.max(0, countCommon(characters.filter(({ length }) => length > 0)) - before);
  return characters.map((all) => {
    if (all.length <= longest && start === 0) return all.join("");
    const end = Math.min(all.length, start + shown);
    const rest = all.length - end;
    return `${start > 0 && all.length > 0 ? "…" : ""}${all.slice(start, end).join("")}${rest > 0 ? `… (${rest} more characters)` : ""}`;
  });
}

function countCommon(values: readonly (readonly string[])[]): number {
  const [first = [], ...others] = values;
  const end = first.findIndex((character, index) => others.some((other) => other[index] !== character));
  return others.length === 0 ? 0 : end === -1 ? first.length : end;
}
