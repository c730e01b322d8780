const segments = (): Intl.Segmenter => new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** Scripts whose letters take two columns of a terminal, and emoji. */
const wide =
  /^[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\u3000-\u303f\uff01-\uff60]|\p{Emoji_Presentation}|\ufe0f/u;

/** How many columns of a terminal a text takes, as far as that can be told. */
export function widthOf(text: string): number {
  return split(text).reduce((sum, letter) => sum + columnsOf(letter), 0);
}

/** The text in exactly so many columns, with an ellipsis where it does not fit. */
export function fit(text: string, columns: number): string {
  const own = widthOf(text);
  if (own <= columns) return text + " ".repeat(columns - own);
  return fit(`${cut(text, columns - 1)}…`.slice(columns < 1 ? 1 : 0), Math.max(0, columns));
}

/** As much of the text as fits. */
function cut(text: string, columns: number): string {
  let shown = "";
  let used = 0;
  for (const letter of split(text)) {
    used += columnsOf(letter);
    if (used > columns) break;
    shown += letter;
  }
  return shown;
}

/** What a terminal would take for a command is one sign; a name may hold anything. */
export function withoutCommands(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (sign) => (sign === "\u200d" ? sign : "\ufffd"));
}

function split(text: string): string[] {
  return [...segments().segment(text)].map(({ segment }) => segment);
}

function columnsOf(letter: string): number {
  return wide.test(letter) ? 2 : 1;
}
