import type { Resource } from "../model/collection.ts";
import type { Fields } from "../model/fields.ts";
import type { Kind } from "../model/model.ts";
import type { Call } from "./route.ts";

/** What makes a kind different from the others; {@link createCrud} makes its routes of it. */
export interface CrudRules {
  kind: Kind;
  /** Of the list, such as `/api/{space}/environments`; a path without `{space}` is a kind of the system. */
  path: string;
  /** As pages name it, such as `Environment`. */
  itemType: string;
  /** For sentences: `environment`. */
  noun: string;
  /** Every field that clients may set, with its default; others are ignored. A function where the fields hang on what was sent or is stored. */
  fields: Fields | ((sent: Fields, call: Call, stored: Resource | undefined) => Fields);
  naming?: {
    /** The field that names the resource; `Name` when nothing is said. */
    field?: string;
    /** Longest name; 200 when nothing is said (assumed). */
    maxLength?: number;
    /** False for kinds whose names may repeat. */
    unique?: boolean;
    /** Fields that must be equal too for a name to count as taken, such as `ProjectId`. */
    uniqueWithin?: readonly string[];
    /** False for kinds without a `Slug`. */
    slugs?: boolean;
  };
  /** Dotted paths of secrets, such as `Details.Password`; a PUT with `HasValue` and no `NewValue` keeps what is stored. */
  sensitiveFields?: readonly string[] | ((fields: Fields) => readonly string[]);
  /** Dotted paths of ids, with the kind that each must name in this space, or one of several kinds; lists are walked. */
  references?: Readonly<Record<string, Kind | readonly Kind[]>>;
  /** Ids that are accepted although no document has them, such as `feeds-builtin`. */
  referencesAllowed?: readonly string[];
  /** What the server adds on creation and whenever the document is replaced; `stored` is what a PUT replaces. */
  defaults?: (fields: Fields, call: Call, stored: Resource | undefined) => Fields;
  /** Set by the server on creation, kept by a PUT whatever it sends. */
  kept?: readonly string[];
  /** @throws a Refusal (badRequest) */
  validate?: (fields: Fields, call: Call, stored: Resource | undefined) => void;
  /** After it was stored: makes what comes with a new document, or moves a default flag. */
  saved?: (resource: Resource, call: Call, stored: Resource | undefined) => void;
  /** @returns the reason why it must stay; undefined lets it go */
  inUse?: (resource: Resource, call: Call) => string | undefined;
  /** After it is gone: removes what belonged to it. */
  removed?: (resource: Resource, call: Call) => void;
  /** Links beside `Self`, given the address of the document. */
  links?: (self: string, resource: Resource, call: Call) => Record<string, string>;
  /** The last word on what an answer shows. */
  view?: (shown: Fields, resource: Resource, call: Call) => Fields;
  /** Filters of the list beside ids, name, partialName and slug: by the name of the query parameter, case-insensitively. */
  filters?: Readonly<Record<string, (resource: Resource, value: string, call: Call) => boolean>>;
  /** Leaves documents out of the list when the query does not ask for them. */
  listed?: (resource: Resource, call: Call) => boolean;
  /** By name when nothing is said; `SortOrder` is followed by the name; `newest` puts the last one made first; or as a kind sorts by itself. */
  sortBy?: "Name" | "SortOrder" | "newest" | "oldest" | ((resources: Resource[], call: Call) => Resource[]);
  /** How many items a page of the list has when nothing is said; 30 without a word. */
  take?: number;
  permissions?: { view?: string; create?: string; edit?: string; delete?: string };
  /** GET by id also finds a document by its slug (projects and most kinds with slugs). */
  bySlug?: boolean;
  /** Operations that answer next to nothing (docs): the id of what was made, `{}` where it was replaced. */
  brief?: readonly ("create" | "replace")[];
  /** Operations that this kind does not have. */
  without?: readonly ("list" | "all" | "create" | "get" | "replace" | "delete")[];
}

/** Kinds whose path has no `{space}` are the system's. */
export function isOfSpace(rules: CrudRules): boolean {
  return rules.path.includes("{space}");
}

export function nameOf(rules: CrudRules, resource: Fields): string {
  const name = resource[nameFieldOf(rules)];
  return typeof name === "string" ? name : "";
}

export function nameFieldOf(rules: CrudRules): string {
  return rules.naming?.field ?? "Name";
}

/** The documents of the kind among which a call looks: those of its space, or all of the system's. */
export function documentsInScope(rules: CrudRules, call: Call): Resource[] {
  const collection = call.model.collection(rules.kind);
  return isOfSpace(rules) ? collection.listInSpace(call.space.Id) : collection.list();
}
