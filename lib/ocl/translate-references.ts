import { applyEdits, replaceText, type OclEdit } from "./edit-ocl.ts";
import { findIdKind, findIds } from "./list-ids.ts";
import { findReferences, replaceSlugs } from "./list-references.ts";
import { readOcl, type OclFile, type OclText } from "./read-ocl.ts";

/** By the id of a kind (`tag` for tenant tags), what its slugs and ids in one space are called in another. */
export type OclNames = Readonly<Record<string, Readonly<Record<string, string>>>>;

/**
 * The file with the slugs and ids of another space. Only the lines change that have one of them; what the map lacks stays, and so does a
 * text with a variable in it.
 * @throws {@link ParameterError} for a file that is no OCL
 */
export function translateReferences(source: string, names: OclNames, fileName = "a file"): string {
  if (Object.values(names).every((known) => Object.keys(known).length === 0)) return source;
  const file = readOcl(source, fileName);
  const slugs = findReferences(file).map((reference) => ({
    text: reference.text,
    value: replaceSlugs(reference, (slug) => nameOf(names, reference.kind, slug)),
  }));
  const ids = findIds(file, (text) => [{ text, value: translateIds(text.value, names) }]);
  return applyEdits(file, listEdits(file, [...slugs, ...ids]));
}

/** A property such as a feed's may hold an id where slugs are looked for as well: what was replaced once stays. */
function listEdits(file: OclFile, changes: readonly { text: OclText; value: string }[]): OclEdit[] {
  const edits = new Map<number, OclEdit>();
  for (const { text, value } of changes) {
    for (const edit of edits.has(text.start) ? [] : replaceText(file, text, value)) edits.set(text.start, edit);
  }
  return [...edits.values()];
}

function translateIds(value: string, names: OclNames): string {
  return value.replaceAll(/[^,\s]+/g, (id) => nameOf(names, findIdKind(id) ?? "", id));
}

function nameOf(names: OclNames, kind: string, name: string): string {
  const known = names[kind] ?? {};
  return Object.hasOwn(known, name) ? (known[name] ?? name) : name;
}
