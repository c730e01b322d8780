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
  /** Puts `fields` in the place of the document with this id, keeping its position. */
  replace(id: string, fields: { [field: string]: unknown }): Resource;
  remove(id: string): boolean;
  readonly size: number;
}

/** @param idPrefix - what ids begin with, such as `Environments`; ids count upwards over all spaces, as on a real server */
export function createCollection(kind: string, idPrefix: string): Collection {
  const documents = new Map<string, Resource>();
  let count = 0;
  function add(fields: { Id?: string; [field: string]: unknown }): Resource {
    const document = { ...fields, Id: fields.Id ?? `${idPrefix}-${++count}` };
    documents.set(document.Id, document);
    return document;
  }
  function replace(id: string, fields: { [field: string]: unknown }): Resource {
    const document = { ...fields, Id: id };
    documents.set(id, document);
    return document;
  }
  function list(matches?: (resource: Resource) => boolean): Resource[] {
    const all = [...documents.values()];
    return matches === undefined ? all : all.filter(matches);
  }
  return {
    kind,
    add,
    replace,
    list,
    find: (id) => documents.get(id),
    remove: (id) => documents.delete(id),
    get size() {
      return documents.size;
    },
  };
}
