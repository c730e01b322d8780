import type { Resource } from "../model/collection.ts";
import { fieldsOf, isFields, propertyOf, textOf, valuesAt, type Fields } from "../model/fields.ts";
import type { Kind } from "../model/model.ts";
import { isSensitive, sensitiveFromRequest } from "../model/sensitive.ts";
import { uniqueSlug } from "../model/slugs.ts";
import { requirePermission } from "./access.ts";
import { bindFields, requireBody } from "./binding.ts";
import { documentsInScope, isOfSpace, nameFieldOf, nameOf, type CrudRules } from "./crud-rules.ts";
import { badRequest, type Call } from "./route.ts";

interface Writing {
  call: Call;
  /** What a PUT replaces; undefined for a POST. */
  stored: Resource | undefined;
}

/** Binds, names, checks and completes what a client sent. @throws a 400, or a 403 for a POST that is not allowed */
export function checkedFields(rules: CrudRules, body: unknown, { call, stored }: Writing): Fields {
  const sent = requireBody(body);
  const declared = typeof rules.fields === "function" ? rules.fields(sent, call, stored) : rules.fields;
  const bound = bindFields(sent, declared);
  const fields = { ...bound, ...slugFor(rules, { sent, bound }, { call, stored }) };
  keepSecrets(rules, fields, stored);
  checkName(rules, fields, { call, stored });
  checkReferences(rules, fields, call);
  if (stored === undefined) checkMayCreate(rules, fields, call);
  rules.validate?.(fields, call, stored);
  return { ...fields, ...rules.defaults?.(fields, call, stored) };
}

/** In paths it stands for everything. */
const reservedSlug = "all";

/** A slug that is sent is honored (the provider's space test sends one); "" or none generates one, or keeps the stored one. */
function slugFor(
  rules: CrudRules,
  { sent, bound }: { sent: Fields; bound: Fields },
  { call, stored }: Writing,
): Fields {
  if (rules.naming?.slugs === false) return {};
  const others = rivals(rules, bound, { call, stored });
  const taken = new Set([reservedSlug, ...others.map((other) => textOf(other, "Slug").toLowerCase())]);
  const wanted = propertyOf(sent, "Slug");
  if (typeof wanted !== "string" || wanted === "")
    return { Slug: textOf(stored ?? {}, "Slug") || uniqueSlug(nameOf(rules, bound), taken) };
  // Assumed: slugs are letters, digits, hyphens and underscores, and unique like names.
  if (!/^[A-Za-z0-9_-]+$/.test(wanted)) throw badRequest(`The slug '${wanted}' is not valid.`);
  // Source: Octopus's issue 9673, sentence included.
  if (wanted.toLowerCase() === reservedSlug) throw badRequest("slug must not be called 'all'.");
  // Assumed: the sentence. Source: a client's clone with its source's slug fails (octopus-python-client, pull request 10).
  if (taken.has(wanted.toLowerCase()))
    throw badRequest(`${withArticle(rules.noun)} with the slug '${wanted}' already exists.`);
  return { Slug: wanted };
}

/** Names are compared as SQL Server's usual collation does: without case (assumed), and without the spaces that clients trim (OctopusClients). */
function checkName(rules: CrudRules, fields: Fields, writing: Writing): void {
  const field = nameFieldOf(rules);
  if (!(field in fields)) return;
  const name = nameOf(rules, fields);
  const limit = rules.naming?.maxLength ?? 200;
  // Source: go-octopusdeploy marks Name as required on every named kind; the sentence is assumed.
  if (name.trim() === "") throw badRequest(`Please provide a value for ${field}.`);
  if (name.length > limit) throw badRequest(`The ${field} must be ${limit} characters or fewer.`);
  if (rules.naming?.unique === false) return;
  const isTaken = rivals(rules, fields, writing).some(
    (other) => nameOf(rules, other).trim().toLowerCase() === name.trim().toLowerCase(),
  );
  // Source: 400 by the Terraform provider's tests, the sentence by users' reports.
  if (isTaken)
    throw badRequest(`${withArticle(rules.noun)} with this name already exists. Please choose a different name.`);
}

/** The documents whose names and slugs this one may not have. */
function rivals(rules: CrudRules, fields: Fields, { call, stored }: Writing): Resource[] {
  const within = rules.naming?.uniqueWithin ?? [];
  return documentsInScope(rules, call).filter(
    (other) => other.Id !== stored?.Id && within.every((field) => other[field] === fields[field]),
  );
}

/** Assumed: an id that is not in this space is refused whether it exists in another one or not. */
function checkReferences(rules: CrudRules, fields: Fields, call: Call): void {
  for (const [path, kind] of Object.entries(rules.references ?? {})) {
    for (const id of valuesAt(fields, path)) {
      if (id === "" || (typeof id === "string" && rules.referencesAllowed?.includes(id))) continue;
      checkReference(String(id), { call, kind, path, anywhere: !isOfSpace(rules) });
    }
  }
}

/** @throws a 400 that names the id, when this space (or, for kinds without spaces, the server) has no such document */
export function checkReference(
  id: string,
  {
    call,
    kind,
    path,
    anywhere = false,
  }: { call: Call; kind: Kind | readonly Kind[]; path: string; anywhere?: boolean },
): void {
  const found = [kind].flat().flatMap((one: Kind) => call.model.collection(one).find(id) ?? [])[0];
  const isElsewhere =
    found !== undefined && !anywhere && typeof found["SpaceId"] === "string" && found["SpaceId"] !== call.space.Id;
  if (found !== undefined && !isElsewhere) return;
  // Assumed: status and sentence, and that it makes no difference whether another space has the document.
  throw badRequest(`${path}: the resource '${id}' does not exist in this space.`);
}

function checkMayCreate(rules: CrudRules, fields: Fields, call: Call): void {
  const spaceId = isOfSpace(rules) ? call.space.Id : textOf(fields, "SpaceId") || null;
  const resource = { ...fields, Id: "", SpaceId: spaceId };
  requirePermission(call, rules.permissions?.create, { kind: rules.kind, resource });
}

function keepSecrets(rules: CrudRules, fields: Fields, stored: Resource | undefined): void {
  const { sensitiveFields = [] } = rules;
  const paths = typeof sensitiveFields === "function" ? sensitiveFields(fields) : sensitiveFields;
  for (const path of paths) setSecret(fields, stored ?? {}, path.split("."));
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

/** "an environment", "A project": with the article that fits, at the start of a sentence. */
function withArticle(noun: string): string {
  return `${/^[aeio]/i.test(noun) ? "An" : "A"} ${noun}`;
}
