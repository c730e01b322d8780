import { isReference, isSecretMark, isText, ownSpace, type Reference } from "../model/graph.ts";
import { identityField } from "../model/identity.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../model/json.ts";
import type { Field } from "../resources/field.ts";
import { bodyField, fieldIn } from "../resources/fields.ts";
import type { ResourceKind } from "../resources/resource-kind.ts";
import { splitAtMeantIds } from "./ids-in-text.ts";
import type { MetIds, Names } from "./read-body.ts";
import { findReference, toText } from "./read-text.ts";

/**
 * A body from another space as it would be read here: free text in it that only looked like an id there may be the id of something
 * here, and is then read as that, in this and in what was written from it alike.
 */
export function recognizeIds(kind: ResourceKind, body: JsonObject, names: Names): JsonObject {
  return recognizeIn(body, { field: bodyField(kind), names });
}

/** What {@link recognizeIds} will ask `names` for. */
export function collectTextIds(kind: ResourceKind, body: JsonObject): MetIds {
  const ids = new Set<string>();
  recognizeIds(kind, body, {
    spaceId: "",
    find: (id) => void ids.add(id),
    findTag: () => undefined,
    findStepTemplate: () => undefined,
  });
  return { ids, tags: new Set(), stepTemplates: [] };
}

interface Place {
  field: Field;
  names: Names;
}

function recognizeIn(object: JsonObject, { field, names }: Place): JsonObject {
  return Object.fromEntries(
    Object.entries(object).map(([name, value]) => [
      name,
      name === identityField ? value : recognize(value, { field: fieldIn(field, name), names }),
    ]),
  );
}

function recognize(value: JsonValue, place: Place): JsonValue {
  if (isReference(value) || isSecretMark(value)) return value;
  if (Array.isArray(value)) return value.map((item) => recognize(item, place));
  if (isText(value)) return recognizeText(value.$text, place);
  if (isJsonObject(value)) return recognizeIn(value, place);
  return typeof value === "string" ? recognizeText([value], place) : value;
}

/** References stand as ids that no server gives while the whole text is looked at. */
function recognizeText(pieces: (string | Reference)[], { field, names }: Place): JsonValue {
  if (field.text !== undefined && field.text !== "value")
    return pieces.length === 1 ? (pieces[0] ?? "") : { $text: pieces };
  const known = new Map<string, Reference>();
  const text = pieces.map((piece) => (isReference(piece) ? standIn(piece, { known, names }) : piece)).join("");
  return toText(splitAtMeantIds(text, names.spaceId), (id) => known.get(id) ?? findReference(id, { names }) ?? id);
}

function standIn(piece: Reference, { known, names }: { known: Map<string, Reference>; names: Names }): string {
  const id = piece.$ref.kind === ownSpace.kind ? names.spaceId : `Events-9${String(known.size).padStart(12, "0")}`;
  known.set(id, piece);
  return id;
}
