import { createHash } from "node:crypto";
import type { GraphNode, ResourceGraph } from "./graph.ts";
import { isJsonObject, mapFields, mapItems, type JsonObject, type JsonValue } from "./json.ts";

/** The field of an item that says which item of its space it is, whatever it is called by now. */
export const identityField = "$id";

/** What tells a resource or an item from all others of its space for good, and says nothing: the start of its id's digest. */
export function identify(sourceId: string): string {
  return createHash("sha256").update(sourceId).digest("base64url").slice(0, 12);
}

/** The identity of an item in a body; undefined when its space gave it no id. */
export function identityOf(item: JsonObject): string | undefined {
  const identity = item[identityField];
  return typeof identity === "string" ? identity : undefined;
}

/** All identities of items in the body. */
export function listIdentities(body: JsonObject): Set<string> {
  const found = new Set<string>();
  const visit = (value: JsonValue): void => {
    if (Array.isArray(value)) return value.forEach(visit);
    if (!isJsonObject(value)) return;
    const identity = identityOf(value);
    if (identity !== undefined) found.add(identity);
    Object.values(value).forEach(visit);
  };
  visit(body);
  return found;
}

/**
 * What an item of a space goes by when it has the identity of another thing's: servers count their ids alike, and one made of another's
 * backup has the very same.
 */
export function toOwnIdentity(identity: string): string {
  return `${ownMark}${identity}`;
}

export function isOwnIdentity(identity: string): boolean {
  return identity.startsWith(ownMark);
}

/** No digest has a colon. */
const ownMark = "own:";

/** The same without identities, which no two spaces share: for comparing what a copy is with what its original is. */
export function withoutIdentity<T extends ResourceGraph | JsonObject>(value: T): T;
export function withoutIdentity(value: ResourceGraph | JsonObject): ResourceGraph | JsonObject {
  return isGraph(value) ? { ...value, nodes: value.nodes.map(withoutNodeIdentity) } : withoutItemIdentity(value);
}

function isGraph(value: ResourceGraph | JsonObject): value is ResourceGraph {
  return "nodes" in value && "lookUps" in value;
}

function withoutNodeIdentity({ id: _id, body, ...node }: GraphNode): GraphNode {
  return { ...node, body: withoutItemIdentity(body) };
}

function withoutItemIdentity(object: JsonObject): JsonObject {
  const bare = mapFields(object, withoutIdentityInside);
  if (!(identityField in bare)) return bare;
  const { [identityField]: _identity, ...rest } = bare;
  return rest;
}

function withoutIdentityInside(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return mapItems(value, withoutIdentityInside);
  return isJsonObject(value) ? withoutItemIdentity(value) : value;
}
