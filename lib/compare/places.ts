// A place is where something differs in a body, in a form that stays the same when things are renamed.

/** Stands in a place for the order of the list that leads there. */
export const orderKey = "$order";

/** @param keys - field names, and keys of items and elements */
export function toPlace(keys: readonly string[]): string {
  return JSON.stringify(keys);
}

export function toKeys(place: string): string[] {
  const keys: unknown = JSON.parse(place);
  return Array.isArray(keys) ? keys.map(String) : [];
}
