import { textOf, type JsonObject } from "../model/json.ts";
import { essentialId, id, serverMade, words, type Field, type Fields } from "./field.ts";
import type { ResourceKind } from "./resource-kind.ts";

// A path is the names of fields from the body down; items of lists are skipped.

/** What these are in every document of Octopus. */
const everywhere: Fields = {
  Id: serverMade,
  Links: serverMade,
  SpaceId: serverMade,
  LastModifiedOn: serverMade,
  LastModifiedBy: serverMade,
  Name: words,
  Description: words,
  Slug: words,
  Type: words,
};

const freeText: Field = {};

const idValue: Field = { ...essentialId, label: "value" };

/** The whole document, as the field that all others are in. */
export function bodyField(kind: ResourceKind): Field {
  const body = bodies.get(kind) ?? toBodyField(kind);
  bodies.set(kind, body);
  return body;
}

const bodies = new WeakMap<ResourceKind, Field>();

function toBodyField(kind: ResourceKind): Field {
  const known = Object.fromEntries((kind.serverMade ?? []).map((name) => [name, serverMade]));
  const mirrors = Object.fromEntries((kind.mirrors ?? []).map((name) => [name, serverMade]));
  return { fields: { ...kind.fields, ...known, ...mirrors } };
}

/** What the field of that name is in an object which is `owner`. */
export function fieldIn(owner: Field, name: string): Field {
  const known = inner.get(owner) ?? new Map<string, Field>();
  const field = known.get(name) ?? findIn(owner, name);
  if (known.size === 0) inner.set(owner, known);
  known.set(name, field);
  return field;
}

/** What was found is asked for again with every document. */
const inner = new WeakMap<Field, Map<string, Field>>();

function findIn(owner: Field, name: string): Field {
  const declared = owner.fields?.[name] ?? findByPrefix(owner, name);
  if (declared !== undefined) return owner.isMap === true ? { ...declared, isMap: true } : declared;
  const rest = owner.fields?.["*"];
  const usual = rest?.text === undefined ? { ...rest, ...usualField(owner, name) } : rest;
  return owner.isMap === true ? { ...usual, isMap: true } : usual;
}

function usualField({ isMap }: Field, name: string): Field {
  const known = isMap === true ? undefined : everywhere[name];
  return known ?? (/Ids?$/.test(name) ? id : freeText);
}

/** Properties come in families: `Octopus.Action.CustomScripts.*`. */
function findByPrefix({ fields = {} }: Field, name: string): Field | undefined {
  const family = Object.keys(fields).find((key) => key.endsWith(".*") && name.startsWith(key.slice(0, -1)));
  return family === undefined ? undefined : fields[family];
}

/** What a variable's value is: by its type a text, or the id of an account or the like, without which the value is none. */
export function valueField(variable: JsonObject): Field {
  return ["", "String", "Sensitive"].includes(textOf(variable, "Type")) ? freeText : idValue;
}

/** What sentences call the field: in the words of people where no kind has any, so that `RunbookId` is the runbook. */
export function labelOf({ label }: Field, name: string): string {
  const inWords = name.replace(/Id(s?)$/, "$1").replace(/(?<=[a-z])(?=[A-Z])/g, " ");
  return label ?? inWords.toLowerCase();
}

/** What is at the path. */
export function findField(kind: ResourceKind, path: readonly string[]): Field {
  return path.reduce(fieldIn, bodyField(kind));
}

/** Whether the order of the list at the path decides something; in maps, which are not ours to know, it always may. */
export function isOrderedList(kind: ResourceKind, path: readonly string[]): boolean {
  return isOrdered(findField(kind, path));
}

export function isOrdered({ isOrdered: declared, isMap }: Field): boolean {
  return declared === true || isMap === true;
}

/** Whether the text at the path is a list with commas between. */
export function isCommaList(kind: ResourceKind, path: readonly string[]): boolean {
  return findField(kind, path).isCommaList === true;
}

/** Whether the list at the path is a set in which nothing is just that: elsewhere an empty set means everything. */
export function isAccumulating(kind: ResourceKind, path: readonly string[]): boolean {
  return findField(kind, path).isAccumulating === true;
}

/** Whether what is at the path is an object whose fields people and steps name: there, an empty text is a value. */
export function isMapField(kind: ResourceKind, path: readonly string[]): boolean {
  return findField(kind, path).isMap === true;
}

/** Whether the field says the name of a step: channel rules, versioning and the creation of releases do not know its id. */
export function isItemName(field: string): boolean {
  return field === "DeploymentAction";
}

/** Objects that are maps wherever they stand: their fields are named by people and steps rather than by the API. */
export function isMapName(field: string): boolean {
  return ["Properties", "DisplaySettings", "Inputs"].includes(field);
}

/** Whether people alone fill the field in, as they do descriptions in every kind: no server has a value of its own for it. */
export function isByPeople(kind: ResourceKind, path: readonly string[]): boolean {
  return path.at(-1) === "Description" || findField(kind, path).isPeoples === true;
}
