/** What JSON can say. Octopus's documents are passed through as such, their PascalCase fields untouched. */
export type JsonValue = null | boolean | number | string | JsonValue[] | JsonObject;

export interface JsonObject {
  [field: string]: JsonValue;
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Sets a field of any name: properties may be called `__proto__`, which an assignment takes for something else. */
export function setField(object: JsonObject, field: string, value: JsonValue): void {
  if (field === "__proto__") Object.defineProperty(object, field, { value, ...ordinary });
  else object[field] = value;
}

const ordinary = { writable: true, enumerable: true, configurable: true };

/** The object with what `change` makes of each value; itself where that is what it has: a copy of a whole space is as large as that. */
export function mapFields(object: JsonObject, change: (value: JsonValue) => JsonValue): JsonObject {
  let changed: JsonObject | undefined;
  for (const field of Object.keys(object)) {
    const value = object[field] ?? null;
    const inner = change(value);
    if (inner === value) continue;
    changed ??= { ...object };
    setField(changed, field, inner);
  }
  return changed ?? object;
}

/** The same of a list. */
export function mapItems(list: JsonValue[], change: (value: JsonValue) => JsonValue): JsonValue[] {
  const changed = list.map(change);
  return changed.every((item, index) => item === list[index]) ? list : changed;
}

/** What the text says; undefined for one that is no JSON, which no JSON says. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The field's text, or "" when the field is absent or no text. */
export function textOf(document: JsonObject, field: string): string {
  const value = document[field];
  return typeof value === "string" ? value : "";
}

/** The field's object, or an empty one when the field is absent or no object. */
export function objectOf(document: JsonObject, field: string): JsonObject {
  const value = document[field];
  return isJsonObject(value) ? value : {};
}

/** The field's objects, or none when the field is absent or no list. */
export function objectsOf(document: JsonObject, field: string): JsonObject[] {
  const value = document[field];
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}

/** The texts in the field's list, or none when the field is absent or no list. */
export function textsOf(document: JsonObject, field: string): string[] {
  const value = document[field];
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}

/** JSON with object fields in code-unit order and two spaces: equal values give equal bytes. */
export function canonicalJson(value: unknown): string {
  // Sorted on the way, since a sorted copy of a whole manifest is as large as that.
  const text = JSON.stringify(value, (_field, inner: unknown) => (isJsonObject(inner) ? sortFields(inner) : inner), 2);
  return `${text}\n`;
}

export function isSameJson(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  // Most of what is compared has its fields in one order, too, and sorting them costs ten times as much.
  return a === b || JSON.stringify(a) === JSON.stringify(b) || sortedText(a) === sortedText(b);
}

function sortedText(value: JsonValue | undefined): string {
  return JSON.stringify(sorted(value ?? null));
}

function sorted(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isJsonObject(value)) return value;
  const object = sortFields(value);
  for (const [field, inner] of Object.entries(object)) setField(object, field, sorted(inner));
  return object;
}

function sortFields(object: JsonObject): JsonObject {
  const sortedObject: JsonObject = {};
  for (const name of Object.keys(object).toSorted()) {
    const value = object[name];
    if (value !== undefined) setField(sortedObject, name, value);
  }
  return sortedObject;
}
