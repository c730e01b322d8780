/** So many words in a row that stand in a sentence twice are told twice. */
const length = 4;

/** What a sentence says twice: runs of words, and addresses. */
export function listRepeated(sentence: string): string[] {
  // Lists have a line for each thing, which may well be alike.
  const words = sentence
    .split("\n")
    .join(" | ")
    .toLowerCase()
    .split(/\s+/)
    .map((word) => word.replace(/[.,;:()]+$/, "").replace(/^\(/, ""));
  const seen = new Set<string>();
  const repeated = words.flatMap((_, index) => {
    const run = words.slice(index, index + length);
    const text = run.join(" ");
    if (run.length < length || run.includes("|")) return [];
    const isRepeated = seen.has(text);
    seen.add(text);
    return isRepeated ? [text] : [];
  });
  const addresses = words.filter((word) => /^["[]?https?:\/\//.test(word));
  return [...repeated, ...addresses.filter((address, index) => addresses.indexOf(address) !== index)];
}
