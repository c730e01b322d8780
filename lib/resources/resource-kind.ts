import { limitConcurrency } from "../http/limit-concurrency.ts";
import type { Reference } from "../model/graph.ts";
import { textOf, type JsonObject } from "../model/json.ts";
import type { OctopusDocument, OctopusSpace } from "../octopus/octopus-client.ts";
import { foldName, isSameName } from "../octopus/same-name.ts";
import type { Fields } from "./field.ts";

/**
 * All there is to know about one kind of resource, in one file: where the API has it, what a person calls it, what the server makes
 * of it by itself, which of its fields are items, secrets or late. What Terraform calls it is told in lib/terraform/forms.
 */
export interface ResourceKind {
  id: string;
  /** Its name in sentences, in Octopus's own words: `library variable set`. */
  label: string;
  /** What its ids begin with: `Environments` for `Environments-12`; several where servers differ. Absent for parts that have no id of their own. */
  idPrefix?: string | readonly string[];
  /** Ids that are the same on every server, such as `feeds-builtin`. */
  wellKnownIds?: RegExp;
  /** What it belongs to; absent for resources of the space. */
  ownedBy?: readonly string[];
  /** Made together with its owner: there is always exactly one, with the owner's key. */
  isSingleton?: boolean;
  /** Known by name and content, and written before all others: whoever uses one names a version of it. */
  isVersioned?: boolean;
  /** The root of a graph that may be called otherwise in another space. */
  isRenamable?: boolean;
  /** Known by name only, never carried along: it must be in the space already. */
  isLookUpOnly?: boolean;
  /** Its secrets are called as its owner's. */
  hasOwnersSecrets?: boolean;
  /** Of a part of a project that may hold secrets itself, which no variable has: what people can do instead. */
  insteadOfSecrets?: string;
  /** Why this one cannot be brought to another space, with what to do; undefined where it can. */
  whyUncarried?(document: JsonObject): string | undefined;
  /** What people should know about one that comes along all the same. */
  remarkOn?(document: JsonObject): string | undefined;
  /** Of machines: whether it asks its server for work by itself, as a polling Tentacle does. */
  isPolling?(body: JsonObject): boolean;
  /** Of the whole server: a package of a space has what something in it needs, or somebody named, and no more. */
  isServerWide?: boolean;
  /** Whether a server makes one of that name in every space. */
  isInEverySpace?(name: string): boolean;
  /** What every space has by itself, or these steps keep there for themselves: no package has it, and what refers to it looks it up. */
  isKeptBack?(document: JsonObject): boolean;
  /** What the document has, in graph form, before anybody changes it, where a server makes it with every space; undefined for what people make. */
  inNewSpace?(document: JsonObject): JsonObject | undefined;
  /** Whether the owner has such a part, where not every owner has: a project in Git keeps its process there. */
  isPartOf?(owner: JsonObject): boolean;
  /** The id of what it belongs to, for what is met by its id alone or listed together with others'. */
  ownerIdOf?(document: JsonObject): string;
  /** Which names people list to leave some of them out. */
  excludedBy?: Exclusion;
  /** Where the API has the image that people gave one; absent where they cannot, or a graph has it in the node. */
  logoAt?(id: string): string;

  /** Every document of the kind in the space or below the owner. A singleton gives its one document. */
  list(space: OctopusSpace, owner?: OctopusDocument): Promise<OctopusDocument[]>;
  /** What belongs to any of these owners, and maybe to others, with few requests; needs {@link ownerIdOf}. */
  listBelow?(space: OctopusSpace, owners: readonly OctopusDocument[]): Promise<OctopusDocument[]>;
  /** For up to so many owners a list each is less than {@link listBelow} reads; 1 when absent. */
  fewOwners?: number;
  /** Those with one of these ids, as far as they are in the space; absent where ids are never met. */
  listByIds?(space: OctopusSpace, ids: string[]): Promise<OctopusDocument[]>;
  /** The document as it is now, for kinds whose documents have no version: the last to write one wins. */
  read?(space: OctopusSpace, current: OctopusDocument): Promise<OctopusDocument>;
  /** Those whose names are exactly these, for kinds of which a space may have thousands; else the whole list is read. */
  listByNames?(space: OctopusSpace, names: string[]): Promise<OctopusDocument[]>;
  /** For look-ups, those with these names where no request is needed to know their ids: every server has them, or another answer told them; undefined when one is not known. */
  findUnasked?(space: OctopusSpace, names: readonly string[]): OctopusDocument[] | undefined;
  /** Others that packages of earlier versions took for resources of this kind: there a look-up may mean one of these. */
  listFormer?(space: OctopusSpace): Promise<OctopusDocument[]>;
  /** What the space's server does not have and these cannot be made without, a phrase each: `type "X" of accounts, which …`. */
  describeUnknown?(space: OctopusSpace, bodies: readonly JsonObject[]): Promise<string[]>;
  /** Whether it is the one that Octopus makes together with the owner, whatever it is called by now. */
  isDefault?(document: JsonObject): boolean;
  /** The field that one of a space, or of an owner, has at a time: a write that sets it takes it from the other. Needs {@link read}. */
  heldByOne?: string;
  /** Whether a change takes away what others use until they are changed themselves, so that the server refuses it before. Both in graph form. */
  isLateChange?(current: JsonObject, body: JsonObject): boolean;
  /** The fields that limit it to some environments; absent where it always is for all, or its items are limited instead. */
  limitTo?(environments: Reference[]): JsonObject;
  /** Absent for singletons and for kinds that are known by look-up alone. */
  create?(space: OctopusSpace, body: JsonObject, owner?: OctopusDocument): Promise<OctopusDocument>;
  /** @param body - the whole document to be, its `Id` and the server's `Version` of `current` included */
  update?(space: OctopusSpace, current: OctopusDocument, body: JsonObject): Promise<OctopusDocument>;

  /** The last part of its key. */
  nameOf(document: JsonObject): string;
  /** What else a look-up must match, such as a feed's type. */
  detailsOf?(document: JsonObject): Record<string, string>;

  /** What its fields are, as far as their names do not tell already. */
  fields?: Fields;
  /** Top-level fields that the server makes, besides `Id`, `Links`, `SpaceId`, `LastModifiedOn` and `LastModifiedBy`. */
  serverMade?: readonly string[];
  /** Top-level fields that repeat what another resource of the same owner has: they are read and written there. */
  mirrors?: readonly string[];
  /** Lists whose items have ids of their own and are told apart by fields of theirs. */
  items?: readonly ItemList[];
  /** Fields that are set at creation and then belong to the people downstream. */
  createOnly?: readonly string[];
  /** Fields that can only be set once everything else is there, such as what points from a project into its process, or that no creation takes. */
  deferred?: readonly string[];
  /** Whether one new secret needs the others beside it: a certificate is nothing without its password. */
  sendsSecretsTogether?: boolean;
  /** Kinds of parts of the same owner whose items it names without pointing to them: those are written before. */
  comesAfter?: readonly string[];
  /** Fields that the API wants in every write and that no person edits, with their values. */
  constants?: JsonObject;
  /** What the API wants at creation where the body says nothing. */
  creationDefaults?: JsonObject;
}

/** What people may name to leave it out. */
export type Exclusion = "libraryVariableSets" | "variables" | "runbooks" | "channels" | "triggers" | "environments";

/** A list inside a body. */
export interface ItemList {
  /** Field names from the body down, through the lists above: `["Steps", "Actions"]`. */
  path: readonly string[];
  /** What tells one item from another; equal ones are told apart by their order. */
  identify(item: JsonObject): string;
  /** The kind under which other resources point to an item by its id. */
  referencedAs?: string;
  /** Whether no two in the whole document are called the same, whichever item of the list above they are in, and may move between those. */
  isNamedOnce?: boolean;
  /** Whether the order of the items means nothing. */
  isUnordered?: boolean;
  /** What the order of a graph goes by where theirs means nothing. */
  sortBy?(item: JsonObject): string[];
  /** What others point to an item by, where that is not its `Id`. */
  pointedToBy?(item: JsonObject, document: JsonObject): string;
  /** Whether any name is an item's, in the list or not: tags of free text. */
  isOpen?(document: JsonObject): boolean;
  /** What sentences call an item to which nothing refers: `rule`. */
  label?: string;
  /** Which names people list to leave some of them out. */
  excludedBy?: Exclusion;
}

/** A document's `Name`, which is what nearly every kind is known by. */
export function nameField(document: JsonObject): string {
  return textOf(document, "Name");
}

/** The routes of a kind that the space keeps in one collection: list, filter by ids, create and update. */
export function collectionRoutes(
  collection: string,
): Required<Pick<ResourceKind, "list" | "listByIds" | "create" | "update">> {
  return {
    list: (space) => space.list(`/${collection}`),
    listByIds: (space, ids) => listInBatches(ids, (batch) => space.list(`/${collection}`, { ids: batch })),
    create: (space, body) => space.post(`/${collection}`, body),
    update: (space, current, body) => space.put(`/${collection}/${current.Id}`, body),
  };
}

/**
 * Whole names, without case as Octopus has it. A few are asked for by the API's `partialName`, which matches substrings: what is more is
 * left out. For many, the whole list is less.
 */
export async function listByExactNames(
  space: OctopusSpace,
  collection: string,
  names: string[],
): Promise<OctopusDocument[]> {
  const wanted = new Map(names.map((name) => [foldName(name), name]));
  const isWanted = (candidate: OctopusDocument): boolean => wanted.has(foldName(nameField(candidate)));
  if (wanted.size > fewNames) return (await space.list(`/${collection}`)).filter(isWanted);
  const found: OctopusDocument[] = [];
  for (const name of wanted.values()) {
    const candidates = await space.list(`/${collection}`, { partialName: name });
    found.push(...candidates.filter((candidate) => isSameName(nameField(candidate), name)));
  }
  return found;
}

const fewNames = 5;

/** Ids go into the query, so not too many at once: a URL of about 2,000 characters passes every proxy. */
export async function listInBatches(
  ids: readonly string[],
  read: (batch: string[]) => Promise<OctopusDocument[]>,
): Promise<OctopusDocument[]> {
  const limit = limitConcurrency(mostBatches);
  return (await Promise.all(toBatches(ids.filter((id) => id !== "")).map((batch) => limit(() => read(batch))))).flat();
}

/** Some are megabytes, which are all in memory together with what is made of them. */
const mostBatches = 4;

/** What stays of those 2,000 characters beside the server's address and a path. */
const longestQuery = 1900;

function toBatches(ids: readonly string[]): string[][] {
  const batches: string[][] = [];
  let room = 0;
  for (const id of ids) {
    // With its comma.
    const length = encodeURIComponent(id).length + 1;
    if (length > room) {
      batches.push([]);
      room = longestQuery;
    }
    batches.at(-1)?.push(id);
    room -= length;
  }
  return batches;
}

/** The space's whole list is read for more owners than that: then it is less than a list each. */
export const fewForWholeList = 4;

/** The items of most lists are known by their names. */
export const byName: ItemList["identify"] = (item) => textOf(item, "Name");
