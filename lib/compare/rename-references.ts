import { isReference, isSecretMark, isText, reference, targetId, type GraphNode, type Target } from "../model/graph.ts";
import { identityOf } from "../model/identity.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../model/json.ts";
import { nameItems } from "../graph/read-names.ts";
import { findKind } from "../resources/index.ts";

/** By target as an earlier package knew it, what it is called now. */
export type Renames = ReadonlyMap<string, Target>;

/** What was called otherwise when a snapshot was taken: resources, and the items that others point to. */
export function listRenames(pairs: readonly { was: GraphNode; now: GraphNode }[]): Renames {
  const renames = new Map<string, Target>();
  for (const { was, now } of pairs) {
    add(renames, was, now);
    for (const [target, name] of listItemNames(was, now)) add(renames, target, name);
  }
  return renames;
}

function add(renames: Map<string, Target>, { kind, key }: Target, to: Target): void {
  if (targetId({ kind, key }) !== targetId(to)) renames.set(targetId({ kind, key }), { kind: to.kind, key: to.key });
}

function listItemNames(was: GraphNode, now: GraphNode): [Target, Target][] {
  return (findKind(was.kind)?.items ?? []).flatMap((items): [Target, Target][] => {
    const { referencedAs } = items;
    if (referencedAs === undefined) return [];
    const present = nameItems(items, now.body);
    return nameItems(items, was.body).map(({ name, item }) => {
      const same = present.find(
        (other) => identityOf(other.item) !== undefined && identityOf(other.item) === identityOf(item),
      );
      return [
        { kind: referencedAs, key: [...was.key, name] },
        { kind: referencedAs, key: [...now.key, same?.name ?? name] },
      ];
    });
  });
}

/** The body as it would point to the same things today. */
export function renameReferences(body: JsonObject, renames: Renames): JsonObject {
  if (renames.size === 0) return body;
  return Object.fromEntries(Object.entries(body).map(([field, value]) => [field, renameInside(value, renames)]));
}

function renameInside(value: JsonValue, renames: Renames): JsonValue {
  if (isReference(value)) {
    const to = renames.get(targetId(value.$ref));
    return to === undefined ? value : reference(to.kind, to.key);
  }
  if (isSecretMark(value)) return value;
  if (isText(value)) return { $text: value.$text.map((piece) => toPiece(piece, renames)) };
  if (Array.isArray(value)) return value.map((item) => renameInside(item, renames));
  return isJsonObject(value) ? renameReferences(value, renames) : value;
}

function toPiece<T extends JsonValue>(piece: T, renames: Renames): T | ReturnType<typeof reference> {
  if (!isReference(piece)) return piece;
  const to = renames.get(targetId(piece.$ref));
  return to === undefined ? piece : reference(to.kind, to.key);
}
