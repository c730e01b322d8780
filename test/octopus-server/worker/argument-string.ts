/**
 * Splits an argument string as .NET does when it starts a process without a shell: spaces and tabs separate, `"` quotes, `""` inside
 * quotes is a quote, backslashes are themselves unless a quote follows (2n of them are n and the quote counts, 2n+1 are n and the
 * quote is literal). Line breaks are ordinary characters.
 */
export function parseArgumentString(text: string): string[] {
  const found: string[] = [];
  let position = 0;
  while (position < text.length) {
    while (text[position] === " " || text[position] === "\t") position++;
    if (position >= text.length) break;
    const argument = readArgument(text, position);
    found.push(argument.value);
    position = argument.end;
  }
  return found;
}

function readArgument(text: string, start: number): { value: string; end: number } {
  let value = "";
  let isQuoted = false;
  let position = start;
  while (position < text.length) {
    const backslashes = countBackslashes(text, position);
    if (backslashes > 0) {
      const quoteFollows = text[position + backslashes] === '"';
      value += "\\".repeat(quoteFollows ? Math.floor(backslashes / 2) : backslashes);
      position += backslashes;
      if (quoteFollows && backslashes % 2 === 1) {
        value += '"';
        position++;
      }
      continue;
    }
    const character = text[position] ?? "";
    if (!isQuoted && (character === " " || character === "\t")) break;
    if (character === '"' && isQuoted && text[position + 1] === '"') {
      value += '"';
      position++;
    } else if (character === '"') {
      isQuoted = !isQuoted;
    } else {
      value += character;
    }
    position++;
  }
  return { value, end: position };
}

function countBackslashes(text: string, position: number): number {
  let count = 0;
  while (text[position + count] === "\\") count++;
  return count;
}
