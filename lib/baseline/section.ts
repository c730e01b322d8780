import type { JsonObject } from "../model/json.ts";
import { list, shaped, type Shape } from "./shape.ts";
import { placed, required, type Field } from "./value.ts";
import { many, text, word } from "./words.ts";

/** A list of resources of one kind in a baseline: what they are called there, and what each of their fields is in the API. */
export interface Section extends Shape {
  /** The key in the document. */
  key: string;
  /** In `lib/resources`. */
  kind: string;
  about: string;
  /** What belongs to a resource as a resource of its own, by its key. */
  parts?: Readonly<Record<string, Part>>;
  /** Whether a resource of the kind is said here, where not all are. */
  isOf?: (body: JsonObject) => boolean;
  /** How those of a space are said whatever they are there, and why. */
  arrival?: { fields: JsonObject; why: string };
  /** In which order they are written; by name where nothing is said. */
  sortBy?: (body: JsonObject) => number;
}

/** Resources that belong to another. */
export interface Part {
  kind: string;
  /** What one of them is in the body. */
  field: Field;
  /** Whether there may be several: else there is always one, with the owner's key. */
  isMany?: boolean;
}

/** What there is one of beside each owner. */
export function one(kind: string, field: Field): Part {
  return { kind, field };
}

/** What an owner may have several of. */
export function several(kind: string, about: string | undefined, shape: Shape): Part {
  return { kind, field: placed("", about, shaped(shape)), isMany: true };
}

/** All that may be said of a resource of the section. */
export function shapeOf({ parts = {}, fields, ...section }: Section): Shape {
  const own = Object.entries(parts).map(([key, { field, isMany }]) => [key, isMany === true ? many(field) : field]);
  return { ...section, fields: { ...fields, ...Object.fromEntries(own) } };
}

/** The section as a value of the document. */
export function sectionField(section: Section): Field {
  return list("", section.about, shapeOf(section));
}

export const nameField = required(word("Name", "The name in Octopus."));

export const description = text("Description", "Markdown, shown below the name.");
