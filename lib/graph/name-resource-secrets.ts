import { mapSecrets, type Key } from "../model/graph.ts";
import type { JsonObject } from "../model/json.ts";
import type { ResourceKind } from "../resources/resource-kind.ts";
import { listSecretPlaces, type SecretPlace } from "./write-body.ts";

/**
 * The Octopus variable that has a secret of a resource, unless somebody says another: what the resource is in Octopus's words, its
 * name, and the field: `Account[Azure Production].Password`, `GitCredential[GitHub].Password`. A field inside of an item has the
 * item's name in front, and one that the resource has twice the names of the fields around it. A value has its item's name.
 * @param owner - what the key is of, where that is another kind: `Tenant[Acme].Web.Password`
 */
export function nameResourceSecrets(kind: ResourceKind, key: Key, body: JsonObject, owner = kind): JsonObject {
  const places = listSecretPlaces(kind, body);
  if (!places.some(isNameless)) return body;
  const names = nameFields(places, kind);
  let position = 0;
  return mapSecrets(body, (mark) => {
    const name = `${nameOwner(owner, key)}.${names[position++] ?? ""}`;
    return mark.$secret.variable === null ? { $secret: { variable: name } } : mark;
  });
}

/** `Account[Azure Production]` */
export function nameOwner({ label }: Pick<ResourceKind, "label">, key: Key): string {
  const words = label.split(" ").map((word) => `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`);
  return `${words.join("")}[${key.join("/")}]`;
}

function isNameless({ variable }: SecretPlace): boolean {
  return variable === null;
}

/** The last name of each path behind that of an item, or as many as tell it from the others. */
function nameFields(places: readonly SecretPlace[], { items = [] }: ResourceKind): string[] {
  const paths = places.map(({ path }) => (path.length > 2 && path.at(-1) === "Value" ? path.slice(0, -1) : path));
  return paths.map((path) => {
    const isInItem = items.some((list) => list.path.length === 1 && list.path[0] === path[0]);
    for (let length = isInItem ? path.length - 1 : 1; length < path.length; length += 1) {
      const end = path.slice(-length).join(".");
      if (paths.filter((other) => other.slice(-length).join(".") === end).length === 1) return end;
    }
    return path.join(".");
  });
}
