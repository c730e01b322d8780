import type { JsonObject } from "../model/json.ts";

/**
 * What a field of a document is. It holds for the text in the field and for each text of a list there, for the object in it and for
 * each object of a list. What no kind declares is an id if its name ends so, a person's words if it is called as those are
 * everywhere, and else free text, in which ids are only seen where nothing else can be meant.
 */
export interface Field {
  text?: TextKind;
  /** Of the object here. In a map `*` is what all fields are that are not named. */
  fields?: Fields;
  /** People and steps name the fields: nothing in it is the server's, its lists stay in order, and an empty text is a value. */
  isMap?: boolean;
  /** The order of the list decides something. */
  isOrdered?: boolean;
  /** Nothing in the list is just that, while elsewhere an empty list means everything. */
  isAccumulating?: boolean;
  /** The text is a list with commas between. */
  isCommaList?: boolean;
  /** Made by the server: never carried along. */
  isServerMade?: boolean;
  /** What a server shows here is a secret all the same. */
  isSecret?: boolean;
  /** Whoever uses the server fills it in: no server, of whatever version, puts something there of its own accord. */
  isPeoples?: boolean;
  /** That it is not so follows from another that is, and is not said: there is one default. */
  isFalseUnsaid?: boolean;
  /** That it is empty is said when a copy is made, since a server would put something there. */
  isEmptySaid?: boolean;
  /** What becomes of the field when what it points to stays behind or is missing; without a word here nothing works without it. */
  whenGone?: "drop" | "leaveOut";
  /** Of an object: half of it would mean something else, so it goes whole. */
  isWhole?: boolean;
  /** Fields beside it that go with it. */
  takesAlong?: readonly string[];
  /** Of a list of items: whoever has none of them left is left out. */
  isNeeded?: boolean;
  /** What is said about the objects in it, which never come along; by `nameOf` they call ids by name. */
  staysBehind?(objects: JsonObject[], nameOf: (id: string) => string): string;
  /** What sentences call what is in it: `environments`. */
  label?: string;
}

export type Fields = Readonly<Record<string, Field>>;

/**
 * `words`: a person's, never ids. `program`: never rewritten. `id`: an id, or with commas between several. `action`: the id of a step
 * or action. `actionName`: its name. `tag`: a tag's canonical name. `role`: a target tag, which is a name and nothing else. `value`: of a
 * variable, which may be a secret.
 */
export type TextKind = "words" | "program" | "id" | "action" | "actionName" | "tag" | "role" | "value";

export const words: Field = { text: "words" };
export const program: Field = { text: "program" };
export const serverMade: Field = { isServerMade: true };

/** The id of something that must be there. */
export const id: Field = { text: "id" };

/** A field that is empty until somebody fills it in, see {@link Field.isPeoples}. */
export function byPeople(field: Field): Field {
  return { ...field, isPeoples: true };
}

/** The id of something that the field can do without. */
export const optionalId: Field = { text: "id", whenGone: "drop" };

/** Without what it points to, nothing is left of the item or resource that it is in. */
export const essentialId: Field = { text: "id", whenGone: "leaveOut" };

/** Ids or tags of which each may go, since fewer of them only mean less. */
export function anyOf(text: TextKind, label: string, more: Field = {}): Field {
  return { text, whenGone: "drop", isAccumulating: true, label, ...more };
}

/** Ids or tags to which the item or resource is limited. None of them would mean all: without the last one it is left out. */
export function onlyFor(text: TextKind, label: string): Field {
  return { text, whenGone: "leaveOut", label };
}

export function object(fields: Fields, more: Field = {}): Field {
  return { fields, ...more };
}

/** An object whose fields people or steps name; those that are known are declared all the same. */
export function map(fields: Fields = {}): Field {
  return { fields, isMap: true };
}
