import type { Resource } from "../model/collection.ts";
import { differencesOf, recordEvent, relatedIds } from "../model/events.ts";
import { textOf, type Fields } from "../model/fields.ts";
import { requirePermission } from "./access.ts";
import { checkedFields } from "./crud-checks.ts";
import { listDocuments } from "./crud-list.ts";
import { documentsInScope, isOfSpace, nameOf, type CrudRules } from "./crud-rules.ts";
import { pageOf } from "./paging.ts";
import { badRequest, notFound, type Answer, type Call, type Route } from "./route.ts";

export interface Crud {
  routes: Route[];
  /** @throws a 404 when it is not there, in another space, or hidden */
  find(id: string, call: Call): Resource;
  /** Everything in the call's space that the caller may see, filtered by the query and sorted. */
  list(call: Call): Resource[];
  /** What an answer shows, with `Links`. */
  show(resource: Resource, call: Call): Fields;
  /** As POST does; `body` may come from elsewhere (clone). */
  create(body: unknown, call: Call): Resource;
  /** As PUT does. */
  replace(stored: Resource, body: unknown, call: Call): Resource;
  /** As DELETE does. */
  remove(resource: Resource, call: Call): void;
  /** One page of these documents, at the address of the list unless `path` says another one. */
  page(resources: readonly Resource[], call: Call, path?: string): Fields;
  /** `/api/Spaces-1/environments/Environments-1`. */
  selfOf(resource: Resource, call: Call): string;
}

/** The routes that nearly every kind has: list, `/all`, POST, and GET, PUT, DELETE by id (docs: one generated page a kind). */
export function createCrud(rules: CrudRules): Crud {
  const documents = createDocuments(rules);
  return { routes: routesOf(rules, documents), ...documents };
}

type Documents = Omit<Crud, "routes">;

function createDocuments(rules: CrudRules): Documents {
  const show = (resource: Resource, call: Call): Fields => showDocument(rules, resource, call);
  return {
    find: (id, call) => findDocument(rules, id, call),
    list: (call) => listDocuments(rules, call),
    show,
    create: (body, call) => createDocument(rules, body, call),
    replace: (stored, body, call) => replaceDocument(rules, stored, { body, call }),
    remove: (resource, call) => removeDocument(rules, resource, call),
    page: (resources, call, path = rules.path.replace("{space}", call.space.Id)) =>
      pageOf(resources, call, {
        itemType: rules.itemType,
        path,
        take: rules.take,
        show: (resource) => show(resource, call),
      }),
    selfOf: (resource, call) => selfOf(rules, resource, call),
  };
}

function routesOf(rules: CrudRules, documents: Documents): Route[] {
  const { path } = rules;
  const { view, create } = rules.permissions ?? {};
  const { find, list, show } = documents;
  const one = (call: Call): Resource => find(call.params["id"] ?? "", call);
  const told = (operation: "create" | "replace", resource: Resource, call: Call): Fields => {
    if (rules.brief?.includes(operation) !== true) return show(resource, call);
    return operation === "replace" ? {} : { Id: resource.Id, Links: { Self: documents.selfOf(resource, call) } };
  };
  const showAll = (call: Call): Fields[] => list(call).map((resource) => show(resource, call));
  const add = (call: Call): Answer => ({ status: 201, body: told("create", documents.create(call.body, call), call) });
  const put = (call: Call): Answer => ({ body: told("replace", documents.replace(one(call), call.body, call), call) });
  const routes: Record<string, Route> = {
    list: { method: "GET", path, ...needing(view), handle: (call) => ({ body: documents.page(list(call), call) }) },
    all: { method: "GET", path: `${path}/all`, ...needing(view), handle: (call) => ({ body: showAll(call) }) },
    create: { method: "POST", path, ...needing(create), handle: add },
    get: { method: "GET", path: `${path}/{id}`, ...needing(view), handle: (call) => ({ body: show(one(call), call) }) },
    replace: { method: "PUT", path: `${path}/{id}`, handle: put },
    delete: { method: "DELETE", path: `${path}/{id}`, handle: (call) => removed(documents, one(call), call) },
  };
  const without: readonly string[] = rules.without ?? [];
  return Object.entries(routes).flatMap(([operation, route]) => (without.includes(operation) ? [] : [route]));
}

/** 200 with an empty object: Octopus's Go client takes a 204 for an error. */
function removed(documents: Documents, resource: Resource, call: Call): Answer {
  documents.remove(resource, call);
  return { body: {} };
}

function needing(permission: string | undefined): { permission?: string } {
  return permission === undefined ? {} : { permission };
}

function findDocument(rules: CrudRules, id: string, call: Call): Resource {
  const found = findById(rules, id, call) ?? findBySlug(rules, id, call);
  if (found === undefined) throw notFound();
  requirePermission(call, rules.permissions?.view, { kind: rules.kind, resource: found });
  return found;
}

function findById(rules: CrudRules, id: string, call: Call): Resource | undefined {
  const wanted = id.toLowerCase();
  const exact = call.model.collection(rules.kind).find(id);
  const found = exact ?? documentsInScope(rules, call).find((resource) => resource.Id.toLowerCase() === wanted);
  const isElsewhere = isOfSpace(rules) && found?.["SpaceId"] !== call.space.Id;
  return isElsewhere ? undefined : found;
}

function findBySlug(rules: CrudRules, slug: string, call: Call): Resource | undefined {
  if (rules.bySlug !== true) return undefined;
  return documentsInScope(rules, call).find((resource) => resource["Slug"] === slug.toLowerCase());
}

function showDocument(rules: CrudRules, resource: Resource, call: Call): Fields {
  const self = selfOf(rules, resource, call);
  const shown = { ...resource, Links: { Self: self, ...rules.links?.(self, resource, call) } };
  return rules.view?.(shown, resource, call) ?? shown;
}

function selfOf(rules: CrudRules, resource: Resource, call: Call): string {
  return `${rules.path.replace("{space}", textOf(resource, "SpaceId") || call.space.Id)}/${resource.Id}`;
}

function createDocument(rules: CrudRules, body: unknown, call: Call): Resource {
  const collection = call.model.collection(rules.kind);
  const created = collection.add(stamped(rules, checkedFields(rules, body, { call, stored: undefined }), call));
  rules.saved?.(created, call, undefined);
  audit(rules, created, { call, category: "Created", verb: "was created" });
  return collection.find(created.Id) ?? created;
}

function replaceDocument(rules: CrudRules, stored: Resource, { body, call }: { body: unknown; call: Call }): Resource {
  requirePermission(call, rules.permissions?.edit, { kind: rules.kind, resource: stored });
  const collection = call.model.collection(rules.kind);
  const fields = checkedFields(rules, body, { call, stored });
  const kept = Object.fromEntries((rules.kept ?? []).map((name) => [name, stored[name]]));
  const replaced = collection.replace(stored.Id, stamped(rules, { ...fields, ...kept }, call));
  rules.saved?.(replaced, call, stored);
  audit(rules, replaced, { call, category: "Modified", verb: "was changed", before: stored });
  return collection.find(stored.Id) ?? replaced;
}

function removeDocument(rules: CrudRules, resource: Resource, call: Call): void {
  requirePermission(call, rules.permissions?.delete, { kind: rules.kind, resource });
  const reason = rules.inUse?.(resource, call);
  if (reason !== undefined) throw badRequest(reason);
  call.model.collection(rules.kind).remove(resource.Id);
  rules.removed?.(resource, call);
  audit(rules, resource, { call, category: "Deleted", verb: "was deleted" });
}

function stamped(rules: CrudRules, fields: Fields, call: Call): Fields {
  return isOfSpace(rules) ? { ...fields, SpaceId: call.space.Id } : fields;
}

interface Deed {
  call: Call;
  category: string;
  verb: string;
  /** The document as it was. */
  before?: Resource;
}

function audit(rules: CrudRules, resource: Resource, { call, category, verb, before }: Deed): void {
  const name = nameOf(rules, resource) || resource.Id;
  recordEvent(call.model, {
    category,
    message: `${capitalized(rules.noun)} ${name} ${verb}`,
    user: call.user,
    spaceId: isOfSpace(rules) ? call.space.Id : textOf(resource, "SpaceId") || null,
    relatedDocumentIds: relatedIds(resource),
    userAgent: call.request.headers.get("user-agent") ?? "",
    ...(before === undefined
      ? {}
      : { changes: { document: { Id: resource.Id, Name: name }, differences: differencesOf(before, resource) } }),
  });
}

function capitalized(noun: string): string {
  return noun.charAt(0).toUpperCase() + noun.slice(1);
}
