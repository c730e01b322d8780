import { ownSpace, reference, type Reference } from "../model/graph.ts";
import type { JsonValue } from "../model/json.ts";
import { isId } from "./ids.ts";
import { mayHoldId, splitAtMeantIds, splitCommaList, type TextPiece } from "./ids-in-text.ts";
import type { Place, ReadOptions } from "./read-body.ts";
import { describeTrail } from "./trail.ts";

/** The text as what its place says it is: as it is, or with references for the ids in it. */
export function readText(text: string, place: Place): JsonValue {
  switch (place.field.text) {
    case "words":
    case "program":
    case "actionName":
    case "role":
      return text;
    case "tag":
      return readTag(text, place);
    case "action":
      return readAction(text, place);
    case "id":
      return readIds(text, place);
    default:
      return readFreeText(text, place);
  }
}

function readTag(tag: string, place: Place): JsonValue {
  const target = place.names.findTag(tag);
  return target === undefined ? reportUnknown(tag, place) : reference(target.kind, target.key);
}

function readAction(id: string, place: Place): JsonValue {
  const found = id === "" ? undefined : findReference(id, place);
  return found ?? (isGuid(id) ? reportUnknown(id, place) : id);
}

/** One id, or several with commas between. */
function readIds(text: string, place: Place): JsonValue {
  if (isId(text)) return findReference(text, place) ?? reportUnknown(text, place);
  if (/^[A-Z][A-Za-z]+-\d+$/.test(text)) return remarkUnknown(text, place);
  return toText(splitCommaList(text), (id) => findReference(id, place) ?? reportUnknown(id, place));
}

function readFreeText(text: string, place: Place): JsonValue {
  if (!mayHoldId(text)) return text;
  const read = toText(
    splitAtMeantIds(text, place.names.spaceId),
    (id) => findReference(id, place) ?? remarkUnknown(id, place),
  );
  if (read !== text)
    place.onRemark?.(`${describeTrail(place.trail)} has ids in its text: a copy has those of its own space there`);
  return read;
}

/** The text with references for its ids. */
export function toText(pieces: TextPiece[], find: (id: string) => string | Reference): JsonValue {
  const found = pieces.map((piece) => (piece.isId ? find(piece.text) : piece.text));
  const [only = "", ...more] = joinNeighbors(found.filter((piece) => piece !== ""));
  return more.length === 0 ? only : { $text: [only, ...more] };
}

function reportUnknown(id: string, place: Place): string {
  place.onUnknownId?.({ path: describeTrail(place.trail), id });
  return id;
}

function remarkUnknown(id: string, place: Place): string {
  place.onRemark?.(
    `${describeTrail(place.trail)} holds "${id}", which looks like an id, but nothing in the space has it: the text is carried along as it is`,
  );
  return id;
}

/** What the id is called; undefined when nothing known has it. */
export function findReference(id: string, { names }: Pick<ReadOptions, "names">): Reference | undefined {
  const target = id === names.spaceId ? ownSpace : names.find(id);
  return target === undefined ? undefined : reference(target.kind, target.key);
}

/** Steps and actions have such ids. */
export function isGuid(text: string): boolean {
  return /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(text);
}

function joinNeighbors(pieces: (string | Reference)[]): (string | Reference)[] {
  const joined: (string | Reference)[] = [];
  for (const piece of pieces) {
    const last = joined.at(-1);
    if (typeof piece === "string" && typeof last === "string") joined[joined.length - 1] = last + piece;
    else joined.push(piece);
  }
  return joined;
}
