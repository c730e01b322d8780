import { isReference, isSecretMark, isText, reference, type GraphNode, type Reference } from "../model/graph.ts";
import { isJsonObject, objectsOf, textOf, type JsonObject, type JsonValue } from "../model/json.ts";
import { nameItems } from "../graph/read-names.ts";
import { sortItems, sortPlain } from "../graph/sort-lists.ts";
import type { Field } from "../resources/field.ts";
import { bodyField, fieldIn, isOrdered } from "../resources/fields.ts";
import { getKind } from "../resources/index.ts";
import type { ResourceKind } from "../resources/resource-kind.ts";
import type { Renaming } from "./rename-target.ts";

/** The node under the names that it and all that it points to have in the space. What it is stays the same: its identities. */
export function renameNode(node: GraphNode, { rename }: Renaming): GraphNode {
  const kind = getKind(node.kind);
  const owner = node.owner === undefined ? undefined : rename(node.owner);
  const isOwnersKey = owner !== undefined && kind.isSingleton === true;
  const { key } = isOwnersKey ? owner : rename({ kind: node.kind, key: node.key });
  const body = renameInside(node.body, { field: bodyField(kind), rename });
  const named = withItemNames(kind, withName(body, { was: node.key, now: key }), { node, rename });
  return { ...node, key, ...(owner && { owner }), body: sortItems(kind, named) };
}

/** Under a new name it gets a slug of its own. */
function withName(body: JsonObject, { was, now }: { was: string[]; now: string[] }): JsonObject {
  const [before, name = ""] = [was.at(-1), now.at(-1)];
  if (name === before || textOf(body, "Name") !== before) return body;
  const { Slug: _slug, ...rest } = body;
  return { ...rest, Name: name };
}

/** Items that others point to by a name that a mapping may change. */
function withItemNames(
  kind: ResourceKind,
  body: JsonObject,
  { node, rename }: { node: GraphNode } & Pick<Renaming, "rename">,
): JsonObject {
  const renamed = { ...body };
  for (const { referencedAs, path, ...list } of kind.items ?? []) {
    const [field = "", ...more] = path;
    if (referencedAs === undefined || more.length > 0 || renamed[field] === undefined) continue;
    const names = nameItems({ path, ...list }, node.body).map(({ name }) => ({
      was: [name],
      now: rename({ kind: referencedAs, key: [...node.key, name] }).key,
    }));
    renamed[field] = objectsOf(renamed, field).map((item, index) =>
      withName(item, names[index] ?? { was: [], now: [] }),
    );
  }
  return renamed;
}

interface Place extends Pick<Renaming, "rename"> {
  field: Field;
}

function renameInside(object: JsonObject, { field, rename }: Place): JsonObject {
  return Object.fromEntries(
    Object.entries(object).map(([name, value]) => [name, renameValue(value, { field: fieldIn(field, name), rename })]),
  );
}

function renameValue(value: JsonValue, place: Place): JsonValue {
  if (isReference(value)) return toReference(value, place);
  if (isSecretMark(value)) return value;
  if (isText(value))
    return { $text: value.$text.map((piece) => (isReference(piece) ? toReference(piece, place) : piece)) };
  if (typeof value === "string") return place.field.text === "role" ? renameRoles(value, place) : value;
  if (Array.isArray(value)) return renameList(value, place);
  return isJsonObject(value) ? renameInside(value, place) : value;
}

function toReference({ $ref }: Reference, { rename }: Place): Reference {
  const { kind, key } = rename($ref);
  return reference(kind, key);
}

/** Target tags, with commas between. */
function renameRoles(text: string, { field, rename }: Place): string {
  const parts = field.isCommaList === true ? text.split(/(\s*,\s*)/) : [text];
  return parts
    .map((part, index) =>
      index % 2 === 1 || part === "" ? part : (rename({ kind: "role", key: [part] }).key[0] ?? ""),
    )
    .join("");
}

function renameList(list: JsonValue[], place: Place): JsonValue {
  const renamed = list.map((item) => renameValue(item, place));
  const isPlain = renamed.every((item) => typeof item === "string" || isReference(item));
  return isPlain && !isOrdered(place.field) ? sortPlain(renamed) : renamed;
}
