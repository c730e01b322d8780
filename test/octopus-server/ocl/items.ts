/** What an attribute of an OCL file can hold. Dictionaries keep text keys; nothing nests deeper in the files that Octopus writes. */
export type OclValue = string | number | boolean | null | OclValue[] | { [key: string]: OclValue };

export interface OclAttribute {
  kind: "attribute";
  name: string;
  value: OclValue;
}

export interface OclBlock {
  kind: "block";
  name: string;
  labels: string[];
  items: OclItem[];
}

export type OclItem = OclAttribute | OclBlock;

export function block(name: string, labels: readonly string[], items: readonly OclItem[]): OclBlock {
  return { kind: "block", name, labels: [...labels], items: [...items] };
}

/** Attributes of the entries that say something: no undefined, no empty list, no empty dictionary. */
export function attributes(values: Readonly<Record<string, OclValue | undefined>>): OclAttribute[] {
  return Object.entries(values).flatMap(([name, value]) =>
    value === undefined || isEmpty(value) ? [] : [{ kind: "attribute" as const, name, value }],
  );
}

/** The blocks with this name, in order. */
export function blocksOf(items: readonly OclItem[], name: string): OclBlock[] {
  return items.filter((item) => item.kind === "block").filter((item) => item.name === name);
}

/** @returns the items of the only block with this name, [] when there is none */
export function itemsOf(items: readonly OclItem[], name: string): OclItem[] {
  return blocksOf(items, name)[0]?.items ?? [];
}

export function valueOf(items: readonly OclItem[], name: string): OclValue | undefined {
  return items.filter((item) => item.kind === "attribute").find((item) => item.name === name)?.value;
}

/** @returns the attribute as text, undefined when it is absent; numbers and booleans become text */
export function textOf(items: readonly OclItem[], name: string): string | undefined {
  const value = valueOf(items, name);
  return value === undefined || value === null || typeof value === "object" ? undefined : String(value);
}

/** @returns whether the attribute is true; files that people write say `"True"`, too */
export function flagOf(items: readonly OclItem[], name: string): boolean {
  return textOf(items, name)?.toLowerCase() === "true";
}

/** @returns the attribute as a list of texts; a single text is a list of one */
export function textsOf(items: readonly OclItem[], name: string): string[] {
  const value = valueOf(items, name);
  if (typeof value === "string") return [value];
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}

/** @returns a dictionary of texts, {} when it is absent */
export function dictionaryOf(items: readonly OclItem[], name: string): Record<string, string> {
  const value = valueOf(items, name);
  if (value === undefined || value === null || typeof value !== "object" || Array.isArray(value)) return {};
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, entry === null ? "" : String(entry)]));
}

function isEmpty(value: OclValue): boolean {
  if (Array.isArray(value)) return value.length === 0;
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}
