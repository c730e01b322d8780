/**
 * A text as Bitbucket's Markdown has it, in which no comment of HTML can be hidden: each would be read by people. What it says stands as
 * the title of a link that nothing points to, which is shown nowhere.
 */
export function hideMarks(text: string): string {
  return text.replaceAll(/\s*<!--\s*([^]*?)\s*-->\s*/g, (_, mark: string) => `\n\n${toMark(mark)}\n\n`).trim();
}

/** A mark by which a text is found again, as {@link hideMarks} leaves it. */
export function toHiddenMark(marker: string): string {
  return hideMarks(marker);
}

function toMark(text: string): string {
  return `[//]: # (${text.replaceAll(/[()\s]+/g, " ")})`;
}
