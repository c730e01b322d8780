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
  find(id: string): Resource | undefined;
  list(matches?: (resource: Resource) => boolean): Resource[];
  /** As `list`, for the documents with this `SpaceId` only; costs what the space holds, not what the server holds. */
  listInSpace(spaceId: string, matches?: (resource: Resource) => boolean): Resource[];
  /** Puts `fields` in the place of the document with this id, keeping its position. */
  replace(id: string, fields: { [field: string]: unknown }): Resource;
  remove(id: string): boolean;
  /** Called with each new document, before whoever added it goes on. */
  readonly added: Set<(document: Resource) => void>;
  readonly size: number;
}

/** @param idPrefix - what ids begin with, such as `Environments`; ids count upwards over all spaces, as on a real server */
export function createCollection(kind: string, idPrefix: string): Collection {
  const documents = new Map<string, Resource>();
  const bySpace = new Map<string, Map<string, Resource>>();
  const added = new Set<(document: Resource) => void>();
  let count = 0;
  function put(document: Resource): Resource {
    const before = documents.get(document.Id);
    if (before !== undefined && before["SpaceId"] !== document["SpaceId"]) spaceOf(before).delete(document.Id);
    documents.set(document.Id, document);
    spaceOf(document).set(document.Id, document);
    return document;
  }
  function spaceOf(document: Resource): Map<string, Resource> {
    const key = String(document["SpaceId"] ?? "");
    const known = bySpace.get(key) ?? new Map<string, Resource>();
    bySpace.set(key, known);
    return known;
  }
  function add(fields: { Id?: string; [field: string]: unknown }): Resource {
    const { Id = `${idPrefix}-${++count}`, ...rest } = fields;
    const document = put({ Id, ...rest });
    for (const listener of added) listener(document);
    return document;
  }
  function remove(id: string): boolean {
    const document = documents.get(id);
    if (document !== undefined) spaceOf(document).delete(id);
    return documents.delete(id);
  }
  return {
    kind,
    add,
    replace: (id, { Id: _id, ...rest }) => put({ Id: id, ...rest }),
    list: (matches) => filtered(documents, matches),
    listInSpace: (spaceId, matches) => filtered(bySpace.get(spaceId) ?? new Map(), matches),
    find: (id) => documents.get(id),
    remove,
    added,
    get size() {
      return documents.size;
    },
  };
}

function filtered(documents: ReadonlyMap<string, Resource>, matches?: (resource: Resource) => boolean): Resource[] {
  const all = [...documents.values()];
  return matches === undefined ? all : all.filter(matches);
}
