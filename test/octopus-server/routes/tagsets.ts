import type { Resource } from "../model/collection.ts";
import { fieldsOf, isFields, listOf, numberOf, propertyOf, textOf, textsOf, type Fields } from "../model/fields.ts";
import type { OctopusModel } from "../model/model.ts";
import { deploymentActionsIn } from "../model/processes.ts";
import { isFrozen } from "../model/snapshots.ts";
import { createCrud } from "./crud.ts";
import { sortOrderRoute } from "./sort-order.ts";
import { badRequest, type Call, type Route } from "./route.ts";

const tagSets = createCrud({
  kind: "tagsets",
  path: "/api/{space}/tagsets",
  itemType: "TagSet",
  noun: "tag set",
  fields: { Name: "", Description: "", SortOrder: 0, Type: "MultiSelect", Scopes: [], Tags: [] },
  naming: { slugs: false },
  validate: checkTags,
  defaults: (fields, call, stored) => ({
    IsSystem: false,
    Scopes: textsOf(fields, "Scopes").length === 0 ? ["Tenant"] : fields["Scopes"],
    SortOrder:
      numberOf(fields, "SortOrder") ||
      numberOf(stored ?? {}, "SortOrder") ||
      call.model.collection("tagsets").listInSpace(call.space.Id).length,
  }),
  saved: (tagSet, { model }, stored) => {
    const Tags = withIds(tagSet);
    model.collection("tagsets").replace(tagSet.Id, { ...tagSet, Tags });
    for (const tag of listOf(stored ?? {}, "Tags"))
      renameTag(model, {
        spaceId: textOf(tagSet, "SpaceId"),
        from: tag,
        to: Tags.find((other) => other["Id"] === tag["Id"]),
      });
  },
  inUse: (tagSet, call) =>
    whoHasTag(
      listOf(tagSet, "Tags").map((tag) => textOf(tag, "CanonicalTagName")),
      call,
    ),
  sortBy: "SortOrder",
  filters: { scopes: (tagSet, value) => value.split(",").some((scope) => textsOf(tagSet, "Scopes").includes(scope)) },
  permissions: { create: "TagSetCreate", edit: "TagSetEdit", delete: "TagSetDelete" },
});

export const tagSetsRoutes: Route[] = [
  ...tagSets.routes,
  sortOrderRoute({ kind: "tagsets", path: "/api/{space}/tagsets/sortorder", permission: "TagSetEdit" }),
];

/** @throws a 400 for a tag `Set/Tag` that the space does not have (assumed: status and sentence) */
export function checkTenantTags(tags: readonly string[], { model, space }: Call): void {
  const known = new Set(
    model
      .collection("tagsets")
      .listInSpace(space.Id)
      .flatMap((tagSet) => listOf(tagSet, "Tags").map((tag) => textOf(tag, "CanonicalTagName").toLowerCase())),
  );
  for (const tag of tags)
    if (!known.has(tag.toLowerCase())) throw badRequest(`The tag '${tag}' does not exist in this space.`);
}

/** Tags are known by id or else by name; those that leave while a tenant has them are refused (assumed). */
function checkTags(fields: Fields, call: Call, stored: Resource | undefined): void {
  checkKind(fields, call, stored);
  const names = new Set<string>();
  for (const tag of listOf(fields, "Tags")) {
    const name = String(propertyOf(tag, "Name") ?? "").toLowerCase();
    if (name.trim() === "") throw badRequest("Please provide a name for each tag.");
    if (names.has(name)) throw badRequest(`The tag set has more than one tag named '${name}'.`);
    names.add(name);
  }
  const ids = new Set(listOf(fields, "Tags").map((tag) => textOf(tag, "Id")));
  const leaving = listOf(stored ?? {}, "Tags").filter(
    (tag) => !ids.has(textOf(tag, "Id")) && !names.has(textOf(tag, "Name").toLowerCase()),
  );
  const reason = whoHasTag(
    leaving.map((tag) => textOf(tag, "CanonicalTagName")),
    call,
  );
  if (reason !== undefined) throw badRequest(reason);
}

/** Docs, tag sets; the sentences are assumed. */
function checkKind(fields: Fields, call: Call, stored: Resource | undefined): void {
  if (fields["Type"] === "FreeText" && listOf(fields, "Tags").length > 0)
    throw badRequest("A tag set of free text has no tags of its own.");
  const tags = listOf(stored ?? {}, "Tags").map((tag) => textOf(tag, "CanonicalTagName"));
  const user = whoHasTag(tags, call);
  if (stored === undefined || user === undefined) return;
  const [before, after] = [textOf(stored, "Type"), textOf(fields, "Type")];
  if (before !== after && !(before === "SingleSelect" && after === "MultiSelect"))
    throw badRequest(`The type of the tag set cannot be changed. ${user}`);
  const scopes = textsOf(fields, "Scopes");
  if (scopes.length > 0 && !scopes.includes("Tenant") && textsOf(stored, "Scopes").includes("Tenant"))
    throw badRequest(`The scope 'Tenant' cannot be taken from the tag set. ${user}`);
}

/** Whoever has the tag has it under its new name (docs, tag sets: by its id a tag is renamed). Files in Git keep the old one (Octopus's issue 9609). */
function renameTag(
  model: OctopusModel,
  { spaceId, from, to }: { spaceId: string; from: Fields; to: Fields | undefined },
): void {
  const [before, after] = [textOf(from, "CanonicalTagName"), textOf(to ?? {}, "CanonicalTagName")];
  if (after === "" || before === after) return;
  for (const kind of taggedKinds) {
    const tagged = model
      .collection(kind)
      .listInSpace(spaceId, (one) => !isFrozen(one) && JSON.stringify(one).includes(JSON.stringify(before)));
    for (const { Id, ...fields } of tagged) model.collection(kind).replace(Id, inLists(fields, { before, after }));
  }
}

const taggedKinds = [
  "tenants",
  "machines",
  "accounts",
  "certificates",
  "environments",
  "projects",
  "runbooks",
  "channels",
  "projecttriggers",
  "deploymentprocesses",
  "runbookprocesses",
  "subscriptions",
  "variablesets",
] as const;

/** Tags stand in lists; the same words elsewhere are words. */
function inLists(document: Fields, { before, after }: { before: string; after: string }): Fields {
  const renamed = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map((item) => (item === before ? after : renamed(item)));
    return isFields(value) ? inLists(value, { before, after }) : value;
  };
  return Object.fromEntries(Object.entries(document).map(([field, value]) => [field, renamed(value)]));
}

/**
 * Source: Octopus's issues 3436, 4185 and 6952: tenants, steps of deployment processes, variables and machines hold a tag. Those of runbooks do
 * not, and keep the name of a tag that is gone; that channels and triggers do neither, and the sentence, are assumed.
 */
function whoHasTag(tags: readonly string[], { model, space }: Call): string | undefined {
  const named = (document: Fields, field: string): boolean =>
    textsOf(document, field).some((tag) => tags.includes(tag));
  for (const [kind, noun] of [
    ["tenants", "tenant"],
    ["machines", "machine"],
  ] as const) {
    const [user] = model.collection(kind).listInSpace(space.Id, (one) => named(one, "TenantTags"));
    if (user !== undefined) return `The tag is used by the ${noun} ${textOf(user, "Name")}.`;
  }
  const step = deploymentActionsIn(model, space.Id).find(({ action }) => named(action, "TenantTags"));
  if (step !== undefined)
    return `The tag is used by the step ${textOf(step.action, "Name")} of the project ${step.projectName}.`;
  const variable = model
    .collection("variablesets")
    .listInSpace(space.Id, (set) => !isFrozen(set))
    .flatMap((set) => listOf(set, "Variables"))
    .find((one) => named(fieldsOf(one, "Scope"), "TenantTag"));
  return variable === undefined ? undefined : `The tag is used by the variable ${textOf(variable, "Name")}.`;
}

/** New tags get an id of the set's; the name of the set is part of what a tag is called. */
function withIds(tagSet: Resource): Fields[] {
  const tags = Array.isArray(tagSet["Tags"]) ? tagSet["Tags"].filter(isFields) : [];
  let highest = Math.max(
    0,
    ...tags.map((tag) => Number(/Tags-(\d+)$/.exec(String(propertyOf(tag, "Id") ?? ""))?.[1] ?? 0)),
  );
  return tags.map((tag, index) => ({
    Id: propertyOf(tag, "Id") || `${tagSet.Id}/Tags-${++highest}`,
    Name: propertyOf(tag, "Name"),
    CanonicalTagName: `${textOf(tagSet, "Name")}/${String(propertyOf(tag, "Name"))}`,
    Color: propertyOf(tag, "Color") || "#333333",
    Description: propertyOf(tag, "Description") ?? "",
    SortOrder: propertyOf(tag, "SortOrder") || index + 1,
  }));
}
