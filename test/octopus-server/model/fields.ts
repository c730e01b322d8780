/** What JSON calls an object. */
export type Fields = Record<string, unknown>;

export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** @returns the field as text, "" when it is absent or no text */
export function textOf(document: Fields, field: string): string {
  const value = document[field];
  return typeof value === "string" ? value : "";
}

/** @returns the field as a list of texts, [] when it is absent or no list */
export function textsOf(document: Fields, field: string): string[] {
  const value = document[field];
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}

/** @returns the field as a list of objects, [] when it is absent or no list */
export function listOf(document: Fields, field: string): Fields[] {
  const value = document[field];
  return Array.isArray(value) ? value.filter(isFields) : [];
}

/** @returns the field as an object, {} when it is absent or none */
export function fieldsOf(document: Fields, field: string): Fields {
  const value = document[field];
  return isFields(value) ? value : {};
}

/** @returns the field as a number, 0 when it is absent or none */
export function numberOf(document: Fields, field: string): number {
  const value = document[field];
  return typeof value === "number" ? value : 0;
}

/** Every value at a dotted path; lists on the way are walked, so `Phases.AutomaticDeploymentTargets` gives the targets of all phases. */
export function valuesAt(value: unknown, path: string): unknown[] {
  const [head = "", ...rest] = path.split(".");
  if (Array.isArray(value)) return value.flatMap((item) => valuesAt(item, path));
  if (path === "") return value === undefined || value === null ? [] : [value];
  return isFields(value) ? valuesAt(value[head], rest.join(".")) : [];
}

/** The value of a property whatever the case of its name: requests are bound case-insensitively (api-client sends camelCase). */
export function propertyOf(document: Fields, name: string): unknown {
  if (Object.hasOwn(document, name)) return document[name];
  const wanted = name.toLowerCase();
  const key = Object.keys(document).find((candidate) => candidate.toLowerCase() === wanted);
  return key === undefined ? undefined : document[key];
}
