import { mapSecrets, type Key, type SecretMark } from "../model/graph.ts";
import type { JsonObject } from "../model/json.ts";
import { capitalize } from "../resources/describe-by-kind.ts";
import type { ResourceKind } from "../resources/resource-kind.ts";
import { listSecretPlaces, type SecretPlace } from "./write-body.ts";

/**
 * The Octopus variable that has a secret of a resource, unless somebody says another: what the resource is in Octopus's words, its
 * name, and the field: `Account[Azure Production].Password`, `GitCredential[GitHub].Password`. A field inside of an item has the
 * item's name in front, of a process the step's: `DeploymentProcess[Web].Send mail.Smtp.Password`. One that would be called like
 * another has the names of the fields around it, too. A value has its item's name.
 * @param owner - what the key is of, where that is another kind: `Tenant[Acme].Web.Password`
 */
export function nameResourceSecrets(kind: ResourceKind, key: Key, body: JsonObject, owner = kind): JsonObject {
  return mapNameless({ kind, body, owner, key }, (name) => ({ $secret: { variable: name } }));
}

/**
 * The same for what belongs to a project, where people see to a secret by a variable: it has the name besides, by which a run may have
 * the value, and where none has it the copy keeps its own.
 */
export function nameHeldSecrets(kind: ResourceKind, key: Key, body: JsonObject): JsonObject {
  const instead = kind.insteadOfSecrets === undefined ? "" : `, or ${kind.insteadOfSecrets}`;
  return mapNameless({ kind, body, owner: kind, key }, (named) => ({
    $secret: {
      variable: null,
      named,
      unresolvable: `no variable holds it: give the run the value as the variable "${named}"${instead}`,
    },
  }));
}

interface Naming {
  kind: ResourceKind;
  body: JsonObject;
  /** Whose words and key the names begin with. */
  owner: ResourceKind;
  key: Key;
}

function mapNameless({ kind, body, owner, key }: Naming, toMark: (name: string) => SecretMark): JsonObject {
  const places = listSecretPlaces(kind, body);
  if (!places.some(isNameless)) return body;
  const names = nameFields(places, kind);
  let position = 0;
  return mapSecrets(body, (mark) => {
    const name = `${nameOwner(owner, key)}.${names[position++] ?? ""}`;
    return mark.$secret.variable === null ? toMark(name) : mark;
  });
}

/** `Account[Azure Production]` */
export function nameOwner({ label }: Pick<ResourceKind, "label">, key: Key): string {
  return `${label.split(" ").map(capitalize).join("")}[${key.join("/")}]`;
}

function isNameless({ variable }: SecretPlace): boolean {
  return variable === null;
}

/** The names of the items that each is in and the last field, or as many fields as tell it from the others. */
function nameFields(places: readonly SecretPlace[], kind: ResourceKind): string[] {
  const split = places.map(({ path }) => splitPath(path, kind));
  const wholes = places.map(({ path }) => path.join("."));
  const candidates = split.map(({ items, fields }) =>
    fields.length === 0
      ? [items.join(".")]
      : fields.map((_field, index) => [...items, ...fields.slice(-1 - index)].join(".")),
  );
  return candidates.map((names, index) => {
    const isOwn = (name: string): boolean => candidates.every((other, at) => at === index || !other.includes(name));
    return names.find(isOwn) ?? wholes[index] ?? "";
  });
}

/** The names of the items that a path goes through, from the last one on that no other item is called like, and the fields behind. */
function splitPath(path: readonly string[], { items = [] }: ResourceKind): { items: string[]; fields: string[] } {
  const names: string[] = [];
  const lists: string[] = [];
  let fields: string[] = [];
  for (let index = 0; index < path.length; index += 1) {
    const list = items.find((one) => one.path.join() === [...lists, path[index]].join());
    if (list === undefined) {
      fields.push(path[index] ?? "");
      continue;
    }
    lists.push(path[index] ?? "");
    index += 1;
    if (list.isNamedOnce === true) names.length = 0;
    names.push(path[index] ?? "");
    fields = [];
  }
  const isValue = fields.length === 1 && fields[0] === "Value" && names.length > 0;
  return { items: names.filter((name) => name !== ""), fields: isValue ? [] : fields };
}
