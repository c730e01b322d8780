import { isReference, isSecretMark, reference, type Key } from "../model/graph.ts";
import { isJsonObject, textOf, type JsonObject, type JsonValue } from "../model/json.ts";
import { leaf, type At, type Field } from "./value.ts";
import { anyOrder, many, word } from "./words.ts";

// What stands for something else: names of resources, tags, and variables that hold secrets.

/** The name of a resource of the space. */
export function name(kind: string, at: At, about?: string): Field {
  return named(kind, at, { about, ownerOf: () => [] });
}

/** The name of something that belongs to the same resource as the field: a channel of the project. */
export function ownName(kind: string, at: At, about?: string): Field {
  return named(kind, at, { about, ownerOf: (key) => key.slice(0, 1) });
}

function named(
  kind: string,
  at: At,
  { about, ownerOf }: { about: string | undefined; ownerOf: (key: Key) => Key },
): Field {
  const field = word(at, about);
  return {
    ...field,
    toBody: (value, key) => reference(kind, [...ownerOf(key), String(value)]),
    fromBody: (value, { key }) => {
      if (!isReference(value) || value.$ref.kind !== kind) return undefined;
      const [own = "", ...owners] = value.$ref.key.toReversed();
      return owners.toReversed().join("\n") === ownerOf(key).join("\n") ? own : undefined;
    },
  };
}

/** Names of which the order means nothing. */
export function names(kind: string, at: At, about?: string): Field {
  return anyOrder(many(name(kind, at, about)));
}

/** Names of what belongs to the same resource, of which the order means nothing. */
export function ownNames(kind: string, at: At, about?: string): Field {
  return anyOrder(many(ownName(kind, at, about)));
}

/** A tag as people write it: `Set/Tag`, or as a list of both where one of the names has a slash itself. */
function tag(at: At, about?: string): Field {
  return leaf(at, about, {
    schema: {
      anyOf: [
        { type: "string", pattern: "^[^/]+/[^/]+$" },
        { type: "array", items: { type: "string" }, minItems: 2, maxItems: 2 },
      ],
    },
    wanted: 'a tag as "Set/Tag", or as a list of both names if one of them has a slash itself',
    isSaid: (value) => toTagKey(value) !== undefined,
    toBody: (value) => reference("tag", toTagKey(value) ?? []),
    fromBody: (value) => (isReference(value) && value.$ref.kind === "tag" ? fromTagKey(value.$ref.key) : undefined),
  });
}

function toTagKey(value: JsonValue): Key | undefined {
  const parts = typeof value === "string" ? value.split("/") : Array.isArray(value) ? value : [];
  const said = parts.filter((part) => typeof part === "string" && part !== "").map(String);
  return said.length === 2 && parts.length === 2 ? said : undefined;
}

function fromTagKey(key: Key): JsonValue {
  return key.some((part) => part.includes("/")) ? key : key.join("/");
}

/** Tags of which the order means nothing. */
export function tags(at: At, about?: string): Field {
  return anyOrder(many(tag(at, about)));
}

/** The Octopus variable whose value is a secret. */
export function secret(at: At, about?: string): Field {
  return leaf(at, about, {
    schema: {
      type: "object",
      properties: {
        variable: {
          type: "string",
          pattern: "\\S",
          description: "Name of the Octopus variable whose value is the secret.",
        },
      },
      required: ["variable"],
      additionalProperties: false,
    },
    wanted: '"variable" with the name of an Octopus variable',
    isSaid: isVariable,
    toBody: (value) => ({ $secret: { variable: isJsonObject(value) ? textOf(value, "variable") : null } }),
    fromBody: (value) => {
      if (!isSecretMark(value)) return undefined;
      const variable = value.$secret.named ?? value.$secret.variable;
      return variable === null ? undefined : { variable };
    },
  });
}

function isVariable(value: JsonValue): value is JsonObject {
  return isJsonObject(value) && Object.keys(value).join() === "variable" && textOf(value, "variable").trim() !== "";
}

/** A secret that a new resource cannot be without: left out, it is in the variable that the resource's name tells. */
export function neededSecret(at: At, about?: string): Field {
  return { ...secret(at, about), whenLeftOut: { $secret: { variable: null } } };
}

/** {@link neededSecret}, but for those that do without, as a user name without a password does: of these that is said. */
export function usualSecret(at: At, about?: string): Field {
  const field = neededSecret(at, about);
  const none = "none";
  return {
    ...field,
    schema: () => ({ anyOf: [field.schema(), { const: none }] }),
    check: (value, path) => (value === none ? [] : field.check(value, path)),
    whenNone: none,
  };
}
