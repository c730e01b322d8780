import { isId, splitAtIds } from "./ids.ts";

/** A piece of a text; all of them together are the text again. */
export interface TextPiece {
  text: string;
  isId: boolean;
}

/**
 * The ids that a free text means: the text itself, a list with commas of nothing else, whole texts in JSON, and what is in links to a
 * space of an Octopus Server. Anywhere else, what looks like an id is a word.
 * @param spaceId - the space whose links are meant; every space's when it is ""
 */
export function splitAtMeantIds(text: string, spaceId: string): TextPiece[] {
  if (!mayHoldId(text)) return [{ text, isId: false }];
  if (isIdList(text)) return splitAtIds(text);
  return isJson(text) ? splitJson(text, spaceId) : splitAtLinks(text, spaceId);
}

/** Most texts do not. */
export function mayHoldId(text: string): boolean {
  return text.includes("-");
}

/** The ids between the commas of a text that is a list. */
export function splitCommaList(text: string): TextPiece[] {
  return text.split(/(\s*,\s*)/).map((part) => ({ text: part, isId: isId(part) }));
}

function isIdList(text: string): boolean {
  return text.split(",").every((part) => isId(part.trim()));
}

/** Objects and lists: what else is JSON is a plain text to people. */
function isJson(text: string): boolean {
  if (!/^\s*[[{]/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

const jsonText = /"(?:[^"\\]|\\.)*"/g;

function splitJson(json: string, spaceId: string): TextPiece[] {
  return splitAt(json, jsonText, (quoted) => [
    { text: '"', isId: false },
    ...splitJsonText(quoted.slice(1, -1), spaceId),
    { text: '"', isId: false },
  ]);
}

/** A text in JSON may hold JSON in turn. One that is escaped in an unusual way would come back as other bytes: it stays. */
function splitJsonText(escaped: string, spaceId: string): TextPiece[] {
  const text = String(JSON.parse(`"${escaped}"`));
  if (escape(text) !== escaped) return [{ text: escaped, isId: false }];
  return splitAtMeantIds(text, spaceId).map((piece) => ({ ...piece, text: escape(piece.text) }));
}

function escape(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

/** The portal's and the API's addresses, with a host or without: `/app#/Spaces-1/projects/Projects-2`. */
const link = /\/(?:app#|api)\/[^\s"'<>()[\]{}]+/g;

function splitAtLinks(text: string, spaceId: string): TextPiece[] {
  return splitAt(text, link, (part) => {
    const [, space = spaceId] = /\/(Spaces-\d+)(?!\w)/.exec(part) ?? [];
    return spaceId === "" || space === spaceId ? splitAtIds(part) : [{ text: part, isId: false }];
  });
}

function splitAt(text: string, pattern: RegExp, split: (part: string) => TextPiece[]): TextPiece[] {
  const pieces: TextPiece[] = [];
  let end = 0;
  for (const { index, 0: part } of text.matchAll(pattern)) {
    pieces.push({ text: text.slice(end, index), isId: false }, ...split(part));
    end = index + part.length;
  }
  return [...pieces, { text: text.slice(end), isId: false }].filter((piece) => piece.text !== "");
}
