import { isMapName } from "../resources/fields.ts";
import { isSecretMark } from "../model/graph.ts";
import { identityField } from "../model/identity.ts";
import { keptField } from "../model/kept.ts";
import { isJsonObject, isSameJson, type JsonObject, type JsonValue } from "../model/json.ts";

/**
 * Whether two values in graph form mean the same to Octopus: null, "", [], {} and absent are one (servers of different versions
 * differ there, and none tells them apart), and so are all secrets, since nobody can read them. Which item it is in its space does
 * not count, nor what of it is the space's own.
 */
export function isSame(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  return a === b || isSameJson(normalize(a), normalize(b));
}

export function isEmpty(value: JsonValue | undefined): boolean {
  return normalize(value) === null;
}

function normalize(value: JsonValue | undefined): JsonValue {
  if (value === undefined || value === "") return null;
  if (isSecretMark(value)) return { $secret: true };
  if (Array.isArray(value)) return value.length === 0 ? null : value.map(normalize);
  if (!isJsonObject(value)) return value;
  const fields = Object.entries(value).flatMap(([field, inner]) => normalizeField(field, inner));
  return fields.length === 0 ? null : Object.fromEntries(fields);
}

function normalizeField(field: string, value: JsonValue): [string, JsonValue][] {
  if (field === identityField || field === keptField) return [];
  const normal = isMapName(field) && isJsonObject(value) ? normalizeMap(value) : normalize(value);
  return normal === null ? [] : [[field, normal]];
}

function normalizeMap(map: JsonObject): JsonValue {
  const entries = Object.entries(map).map(([name, value]): [string, JsonValue] => [
    name,
    value === "" ? "" : normalize(value),
  ]);
  return entries.length === 0 ? null : Object.fromEntries(entries);
}
