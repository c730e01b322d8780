import type { OclAttribute, OclBlock, OclDictionary, OclItem, OclText, OclValue } from "./read-ocl.ts";

/**
 * Calls for each item in the file's order, a block before what is in it.
 * @param visit - its second argument are the blocks around the item, the innermost last: they change when it returns
 */
export function walkOcl(
  items: readonly OclItem[],
  visit: (item: OclItem, above: readonly OclBlock[]) => void,
  above: OclBlock[] = [],
): void {
  for (const item of items) {
    visit(item, above);
    if (item.kind === "attribute") continue;
    above.push(item);
    walkOcl(item.items, visit, above);
    above.pop();
  }
}

/** The dictionaries of steps, actions and packages that hold what their kinds of steps need. */
export function isProperties(item: OclItem): item is OclAttribute & { value: OclDictionary } {
  return item.kind === "attribute" && item.name === "properties" && item.value.kind === "dictionary";
}

/** Of two attributes of a name the last one counts, as Octopus has it. */
export function findAttribute(items: readonly OclItem[], name: string): OclAttribute | undefined {
  return items.filter((item) => item.kind === "attribute").findLast((item) => item.name === name);
}

/** @returns "" for an attribute that is not there, or no text */
export function readAttribute(items: readonly OclItem[], name: string): string {
  const value = findAttribute(items, name)?.value;
  return value?.kind === "text" ? value.value : "";
}

/** The text of a value, or the texts of a list: numbers and flags are none. */
export function textsOf(value: OclValue): OclText[] {
  if (value.kind === "text") return [value];
  return value.kind === "list" ? value.items.filter((item) => item.kind === "text") : [];
}
