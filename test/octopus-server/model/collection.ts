import { chooseOneByOne, createColumns, type Chosen, type ColumnPlan, type DocumentFilter } from "./columns.ts";

/** A document as the server keeps it: PascalCase fields, an id made by the server. */
export interface Resource {
  Id: string;
  [field: string]: unknown;
}

/** The documents of one kind, in the order in which they were made. */
export interface Collection {
  readonly kind: string;
  /** Keeps the document; an `Id` is made of the kind's prefix and the next number unless `fields` brings one. */
  add(fields: { Id?: string; [field: string]: unknown }): Resource;
  /** As `add`, for a document that is as it is to be kept, which costs least. */
  keep(document: Resource): Resource;
  /** The id that the next document would have got, which nobody gets any more. */
  takeId(): string;
  find(id: string): Resource | undefined;
  list(matches?: (resource: Resource) => boolean): Resource[];
  /** As `list`, for the documents with this `SpaceId` only; costs what the space holds, not what the server holds. */
  listInSpace(spaceId: string, matches?: (resource: Resource) => boolean): Resource[];
  /** All of them, or those of a space, without a copy: for kinds with very many, of which few are wanted. */
  inOrder(spaceId?: string): readonly Resource[];
  /** Those that pass all filters, the last ones first, of one space or of all; quick also among hundreds of thousands, if the kind has columns. */
  choose(filters: readonly DocumentFilter[], spaceId?: string): Chosen;
  /** Puts `fields` in the place of the document with this id, keeping its position. */
  replace(id: string, fields: { [field: string]: unknown }): Resource;
  remove(id: string): boolean;
  /** Called with each new document, before whoever added it goes on. */
  readonly added: Set<(document: Resource) => void>;
  readonly size: number;
  /** Another one after each document that came, went or was replaced. */
  readonly revision: number;
}

/** So many are looked at one by one. */
const few = 5000;

const noColumns: ColumnPlan = { texts: {}, numbers: {}, isSettled: () => true };

/** @param idPrefix - what ids begin with, such as `Environments`; ids count upwards over all spaces, as on a real server */
export function createCollection(kind: string, idPrefix: string, plan: ColumnPlan = noColumns): Collection {
  const columns = createColumns(plan);
  const all = createShelf();
  const bySpace = new Map<string, Shelf>();
  const added = new Set<(document: Resource) => void>();
  let count = 0;
  let revision = 0;
  const takeId = (): string => `${idPrefix}-${++count}`;
  function put(document: Resource): Resource {
    const before = all.documents.get(document.Id);
    if (before !== undefined && before["SpaceId"] !== document["SpaceId"]) spaceOf(before).remove(document.Id);
    all.put(document);
    spaceOf(document).put(document);
    revision++;
    return document;
  }
  function spaceOf(document: Resource): Shelf {
    const key = String(document["SpaceId"] ?? "");
    const known = bySpace.get(key) ?? createShelf();
    bySpace.set(key, known);
    return known;
  }
  function add(fields: { Id?: string; [field: string]: unknown }): Resource {
    return keep(withId(fields.Id ?? takeId(), fields));
  }
  function keep(document: Resource): Resource {
    put(document);
    for (const listener of added) listener(document);
    return document;
  }
  function choose(filters: readonly DocumentFilter[], spaceId?: string): Chosen {
    const own = (spaceId === undefined ? all : bySpace.get(spaceId))?.inOrder() ?? [];
    if (own.length < few) return chooseOneByOne(own, filters, plan);
    const isOwn: DocumentFilter = { by: "text", name: "SpaceId", accepts: (id) => id === spaceId };
    return columns.choose(all.inOrder(), spaceId === undefined ? filters : [isOwn, ...filters]);
  }
  function remove(id: string): boolean {
    const document = all.documents.get(id);
    if (document !== undefined) spaceOf(document).remove(id);
    revision++;
    return all.remove(id);
  }
  return {
    kind,
    add,
    keep,
    choose,
    takeId,
    replace: (id, fields) => put(withId(id, fields)),
    list: (matches) => filtered(all.documents, matches),
    listInSpace: (spaceId, matches) => filtered(bySpace.get(spaceId)?.documents ?? new Map(), matches),
    inOrder: (spaceId) => (spaceId === undefined ? all : bySpace.get(spaceId))?.inOrder() ?? [],
    find: (id) => all.documents.get(id),
    remove,
    added,
    get size() {
      return all.documents.size;
    },
    get revision() {
      return revision;
    },
  };
}

/** Written so that documents stay what engines read fast: what is left of an object when a field is taken out is not. */
function withId(id: string, fields: { [field: string]: unknown }): Resource {
  const document: Resource = { Id: id, ...fields };
  document.Id = id;
  return document;
}

/** Documents by id, and in their order as long as somebody asks for that. */
interface Shelf {
  readonly documents: ReadonlyMap<string, Resource>;
  put(document: Resource): void;
  remove(id: string): boolean;
  inOrder(): readonly Resource[];
}

function createShelf(): Shelf {
  const documents = new Map<string, Resource>();
  let order: Resource[] | undefined;
  return {
    documents,
    put(document) {
      if (documents.has(document.Id)) order = undefined;
      else order?.push(document);
      documents.set(document.Id, document);
    },
    remove(id) {
      order = undefined;
      return documents.delete(id);
    },
    inOrder() {
      order ??= [...documents.values()];
      return order;
    },
  };
}

function filtered(documents: ReadonlyMap<string, Resource>, matches?: (resource: Resource) => boolean): Resource[] {
  const all = [...documents.values()];
  return matches === undefined ? all : all.filter(matches);
}
