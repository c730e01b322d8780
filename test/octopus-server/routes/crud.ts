import type { Resource } from "../model/collection.ts";
import { recordEvent } from "../model/events.ts";
import { fieldsOf, isFields, propertyOf, textOf, valuesAt, type Fields } from "../model/fields.ts";
import type { Kind } from "../model/model.ts";
import { isSensitive, sensitiveFromRequest } from "../model/sensitive.ts";
import { uniqueSlug } from "../model/slugs.ts";
import { requirePermission, visible } from "./access.ts";
import { bindFields, requireBody } from "./binding.ts";
import { pageOf } from "./paging.ts";
import { badRequest, notFound, type Answer, type Call, type Route } from "./route.ts";

/** What makes a kind different from the others; {@link createCrud} makes its routes of it. */
export interface CrudRules {
  kind: Kind;
  /** Of the list, such as `/api/{space}/environments`; a path without `{space}` is a kind of the system. */
  path: string;
  /** As pages name it, such as `Environment`. */
  itemType: string;
  /** For sentences: `environment`. */
  noun: string;
  /** Every field that clients may set, with its default; others are ignored. A function where the fields hang on a discriminator. */
  fields: Fields | ((sent: Fields, call: Call) => Fields);
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
  /** Dotted paths of ids, with the kind that each must name in this space; lists are walked. */
  references?: Readonly<Record<string, Kind>>;
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
  /** By name when nothing is said; `SortOrder` is followed by the name; `newest` puts the last one made first. */
  sortBy?: "Name" | "SortOrder" | "newest" | "oldest";
  permissions?: { view?: string; create?: string; edit?: string; delete?: string };
  /** GET by id also finds a document by its slug (projects and most kinds with slugs). */
  bySlug?: boolean;
  /** Operations that this kind does not have. */
  without?: readonly ("list" | "all" | "create" | "get" | "replace" | "delete")[];
}

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
  const isOfSpace = rules.path.includes("{space}");
  const nameField = rules.naming?.field ?? "Name";
  const listPath = (call: Call): string => rules.path.replace("{space}", call.space.Id);
  const selfOf = (resource: Resource, call: Call): string =>
    `${rules.path.replace("{space}", textOf(resource, "SpaceId") || call.space.Id)}/${resource.Id}`;

  function inScope(call: Call): Resource[] {
    const collection = call.model.collection(rules.kind);
    return isOfSpace ? collection.listInSpace(call.space.Id) : collection.list();
  }

  function find(id: string, call: Call): Resource {
    const found =
      findById(id, call) ??
      (rules.bySlug === true ? inScope(call).find((resource) => resource["Slug"] === id.toLowerCase()) : undefined);
    if (found === undefined) throw notFound();
    requirePermission(call, rules.permissions?.view, { kind: rules.kind, resource: found });
    return found;
  }

  function findById(id: string, call: Call): Resource | undefined {
    const collection = call.model.collection(rules.kind);
    const found =
      collection.find(id) ?? inScope(call).find((resource) => resource.Id.toLowerCase() === id.toLowerCase());
    return found !== undefined && isOfSpace && found["SpaceId"] !== call.space.Id ? undefined : found;
  }

  function list(call: Call): Resource[] {
    const all = visible(call, inScope(call), { kind: rules.kind, permission: rules.permissions?.view });
    return sorted(all.filter((resource) => matchesQuery(resource, call)));
  }

  function matchesQuery(resource: Resource, call: Call): boolean {
    if (rules.listed !== undefined && !rules.listed(resource, call)) return false;
    const ids = call.query.list("ids");
    if (ids !== undefined && ids.length > 0 && !ids.includes(resource.Id)) return false;
    const name = textOf(resource, nameField).toLowerCase();
    const partialName = call.query.get("partialName")?.toLowerCase();
    if (partialName !== undefined && !name.includes(partialName)) return false;
    const exactName = call.query.get("name")?.toLowerCase();
    if (rules.filters?.["name"] === undefined && exactName !== undefined && exactName !== "" && name !== exactName)
      return false;
    return Object.entries(rules.filters ?? {}).every(([parameter, accepts]) => {
      const value = call.query.list(parameter)?.join(",") ?? "";
      return value === "" || accepts(resource, value, call);
    });
  }

  function sorted(resources: Resource[]): Resource[] {
    if (rules.sortBy === "oldest") return resources;
    if (rules.sortBy === "newest") return resources.toReversed();
    const keyed = resources.map((resource) => ({ resource, name: textOf(resource, nameField).toLowerCase() }));
    keyed.sort(
      (a, b) =>
        (rules.sortBy === "SortOrder" ? orderOf(a.resource) - orderOf(b.resource) : 0) ||
        (a.name < b.name ? -1 : Number(a.name > b.name)),
    );
    return keyed.map((entry) => entry.resource);
  }

  function show(resource: Resource, call: Call): Fields {
    const self = selfOf(resource, call);
    const shown = { ...resource, Links: { Self: self, ...rules.links?.(self, resource, call) } };
    return rules.view?.(shown, resource, call) ?? shown;
  }

  function create(body: unknown, call: Call): Resource {
    const fields = checked(body, call, undefined);
    const created = call.model.collection(rules.kind).add(stamped(fields, call));
    rules.saved?.(created, call, undefined);
    audit(call, "Created", created);
    return call.model.collection(rules.kind).find(created.Id) ?? created;
  }

  function replace(stored: Resource, body: unknown, call: Call): Resource {
    requirePermission(call, rules.permissions?.edit, { kind: rules.kind, resource: stored });
    const fields = checked(body, call, stored);
    const kept = Object.fromEntries((rules.kept ?? []).map((name) => [name, stored[name]]));
    const replaced = call.model.collection(rules.kind).replace(stored.Id, stamped({ ...fields, ...kept }, call));
    rules.saved?.(replaced, call, stored);
    audit(call, "Modified", replaced);
    return call.model.collection(rules.kind).find(stored.Id) ?? replaced;
  }

  function remove(resource: Resource, call: Call): void {
    requirePermission(call, rules.permissions?.delete, { kind: rules.kind, resource });
    const reason = rules.inUse?.(resource, call);
    if (reason !== undefined) throw badRequest(reason);
    call.model.collection(rules.kind).remove(resource.Id);
    rules.removed?.(resource, call);
    audit(call, "Deleted", resource);
  }

  /** Binds, names, checks and completes what a client sent. */
  function checked(body: unknown, call: Call, stored: Resource | undefined): Fields {
    const sent = requireBody(body);
    const declared = typeof rules.fields === "function" ? rules.fields(sent, call) : rules.fields;
    const bound = bindFields(sent, declared);
    const fields = { ...bound, ...slugFor(sent, bound, { call, stored }) };
    keepSecrets(fields, stored);
    checkName(fields, call, stored);
    checkReferences(fields, call);
    if (stored === undefined) checkMayCreate(fields, call);
    rules.validate?.(fields, call, stored);
    return { ...fields, ...rules.defaults?.(fields, call, stored) };
  }

  function checkMayCreate(fields: Fields, call: Call): void {
    const spaceId = isOfSpace ? call.space.Id : textOf(fields, "SpaceId") || null;
    requirePermission(call, rules.permissions?.create, {
      kind: rules.kind,
      resource: { ...fields, Id: "", SpaceId: spaceId },
    });
  }

  function stamped(fields: Fields, call: Call): Fields {
    return isOfSpace ? { ...fields, SpaceId: call.space.Id } : fields;
  }

  /** Names are compared as SQL Server's usual collation does: case-insensitively (assumed). */
  function checkName(fields: Fields, call: Call, stored: Resource | undefined): void {
    if (!(nameField in fields)) return;
    const name = textOf(fields, nameField);
    const limit = rules.naming?.maxLength ?? 200;
    // Source: go-octopusdeploy marks Name as required on every named kind; the sentence is assumed.
    if (name.trim() === "") throw badRequest(`Please provide a value for ${nameField}.`);
    if (name.length > limit) throw badRequest(`The ${nameField} must be ${limit} characters or fewer.`);
    if (rules.naming?.unique === false) return;
    const within = rules.naming?.uniqueWithin ?? [];
    const taken = inScope(call).some(
      (other) =>
        other.Id !== stored?.Id &&
        textOf(other, nameField).toLowerCase() === name.toLowerCase() &&
        within.every((field) => other[field] === fields[field]),
    );
    // Source: 400 by the Terraform provider's tests, the sentence by users' reports.
    if (taken)
      throw badRequest(`${withArticle(rules.noun)} with this name already exists. Please choose a different name.`);
  }

  /** A slug that is sent is honored (the provider's space test sends one); "" or none generates one, or keeps the stored one. */
  function slugFor(
    sent: Fields,
    bound: Fields,
    { call, stored }: { call: Call; stored: Resource | undefined },
  ): Fields {
    if (rules.naming?.slugs === false) return {};
    const within = rules.naming?.uniqueWithin ?? [];
    const others = new Set(
      inScope(call)
        .filter((other) => other.Id !== stored?.Id && within.every((field) => other[field] === bound[field]))
        .map((other) => textOf(other, "Slug")),
    );
    const wanted = propertyOf(sent, "Slug");
    if (typeof wanted !== "string" || wanted === "")
      return { Slug: textOf(stored ?? {}, "Slug") || uniqueSlug(textOf(bound, nameField), others) };
    // Assumed: slugs are letters, digits, hyphens and underscores, and unique like names.
    if (!/^[A-Za-z0-9_-]+$/.test(wanted)) throw badRequest(`The slug '${wanted}' is not valid.`);
    if (others.has(wanted)) throw badRequest(`${withArticle(rules.noun)} with the slug '${wanted}' already exists.`);
    return { Slug: wanted };
  }

  /** Assumed: an id that is not in this space is refused whether it exists in another one or not. */
  function checkReferences(fields: Fields, call: Call): void {
    for (const [path, kind] of Object.entries(rules.references ?? {})) {
      for (const id of valuesAt(fields, path)) {
        if (id === "" || (typeof id === "string" && rules.referencesAllowed?.includes(id))) continue;
        checkReference(String(id), { call, kind, path, anywhere: !isOfSpace });
      }
    }
  }

  function keepSecrets(fields: Fields, stored: Resource | undefined): void {
    const paths =
      typeof rules.sensitiveFields === "function" ? rules.sensitiveFields(fields) : (rules.sensitiveFields ?? []);
    for (const path of paths) setSecret(fields, stored ?? {}, path.split("."));
  }

  function audit(call: Call, category: string, resource: Resource): void {
    const verb = category === "Created" ? "was created" : category === "Modified" ? "was changed" : "was deleted";
    recordEvent(call.model, {
      category,
      message: `${capitalized(rules.noun)} ${textOf(resource, nameField) || resource.Id} ${verb}`,
      user: call.user,
      spaceId: isOfSpace ? call.space.Id : textOf(resource, "SpaceId") || null,
      relatedDocumentIds: [resource.Id],
      userAgent: call.request.headers.get("user-agent") ?? "",
    });
  }

  const page = (resources: readonly Resource[], call: Call, path?: string): Fields =>
    pageOf(resources, call, {
      itemType: rules.itemType,
      path: path ?? listPath(call),
      show: (resource) => show(resource, call),
    });
  const idOf = (call: Call): string => call.params["id"] ?? "";
  const one = (call: Call): Resource => find(idOf(call), call);
  const { view, create: creating } = rules.permissions ?? {};
  const routes: Record<string, Route> = {
    list: { method: "GET", path: rules.path, ...named(view), handle: (call) => ({ body: page(list(call), call) }) },
    all: {
      method: "GET",
      path: `${rules.path}/all`,
      ...named(view),
      handle: (call) => ({ body: list(call).map((resource) => show(resource, call)) }),
    },
    create: {
      method: "POST",
      path: rules.path,
      ...named(creating),
      handle: (call) => ({ status: 201, body: show(create(call.body, call), call) }),
    },
    get: {
      method: "GET",
      path: `${rules.path}/{id}`,
      ...named(view),
      handle: (call) => ({ body: show(one(call), call) }),
    },
    replace: {
      method: "PUT",
      path: `${rules.path}/{id}`,
      handle: (call) => ({ body: show(replace(one(call), call.body, call), call) }),
    },
    // 200 with an empty object: Octopus's Go client takes a 204 for an error.
    delete: { method: "DELETE", path: `${rules.path}/{id}`, handle: (call) => removed(call) },
  };
  function removed(call: Call): Answer {
    remove(one(call), call);
    return { body: {} };
  }
  const without: readonly string[] = rules.without ?? [];
  return {
    routes: Object.entries(routes).flatMap(([operation, route]) => (without.includes(operation) ? [] : [route])),
    find,
    list,
    show,
    create,
    replace,
    remove,
    page,
    selfOf,
  };
}

/** @throws a 400 that names the id, when this space (or, for kinds without spaces, the server) has no such document */
export function checkReference(
  id: string,
  { call, kind, path, anywhere = false }: { call: Call; kind: Kind; path: string; anywhere?: boolean },
): void {
  const found = call.model.collection(kind).find(id);
  const isElsewhere =
    found !== undefined && !anywhere && typeof found["SpaceId"] === "string" && found["SpaceId"] !== call.space.Id;
  if (found !== undefined && !isElsewhere) return;
  throw badRequest(`${path}: the resource '${id}' does not exist in this space.`);
}

/** "an environment", "A project": with the article that fits, at the start of a sentence. */
function withArticle(noun: string): string {
  return `${/^[aeio]/i.test(noun) ? "An" : "A"} ${noun}`;
}

function capitalized(noun: string): string {
  return noun.charAt(0).toUpperCase() + noun.slice(1);
}

function named(permission: string | undefined): { permission?: string } {
  return permission === undefined ? {} : { permission };
}

function orderOf(resource: Resource): number {
  return typeof resource["SortOrder"] === "number" ? resource["SortOrder"] : 0;
}

/** Replaces what was sent at a path by the secret to keep; `Details.Password` is found inside `Details`. */
function setSecret(fields: Fields, stored: Fields, path: readonly string[]): void {
  const [head = "", ...rest] = path;
  if (rest.length > 0) {
    const inner = fields[head];
    if (!isFields(inner)) return;
    const copy = { ...inner };
    setSecret(copy, fieldsOf(stored, head), rest);
    fields[head] = copy;
    return;
  }
  const kept = sensitiveFromRequest(fields[head], stored[head]);
  // Shown by real servers for a secret that was never set (go-octopusdeploy decodes it).
  fields[head] = isSensitive(kept) ? kept : { HasValue: false, NewValue: null, Hint: null };
}
