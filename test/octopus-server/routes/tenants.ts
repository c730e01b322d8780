import { valuesAt, fieldsOf, isFields, listOf, propertyOf, textOf, textsOf, type Fields } from "../model/fields.ts";
import type { Resource } from "../model/collection.ts";
import { forget } from "../model/forget.ts";
import { hasTags, isConnected } from "../model/tenancy.ts";
import {
  concurrencyToken,
  replaceValues,
  storedValues,
  templateOwners,
  valueToKeep,
  type TemplateOwner,
  type TenantValue,
} from "../model/tenant-variables.ts";
import { requirePermission } from "./access.ts";
import { requireBody } from "./binding.ts";
import { checkReference } from "./crud-checks.ts";
import { createCrud } from "./crud.ts";
import { badRequest, Refusal, type Answer, type Call, type Route } from "./route.ts";
import { checkTenantTags } from "./tagsets.ts";

export const tenants = createCrud({
  kind: "tenants",
  path: "/api/{space}/tenants",
  itemType: "Tenant",
  noun: "tenant",
  fields: {
    Name: "",
    Description: "",
    ProjectEnvironments: {},
    TenantTags: [],
    IsDisabled: false,
    ClonedFromTenantId: null,
  },
  validate: checkTenant,
  removed: (tenant, { model }) => {
    for (const stored of storedValues(model, tenant)) model.collection("tenantvariables").remove(stored.Id);
    forget(model, { id: tenant.Id, spaceId: textOf(tenant, "SpaceId") });
  },
  saved: dropDisconnected,
  filters: {
    projectId: (tenant, value) => isConnected(tenant, value),
    tags: (tenant, value) => hasTags(tenant, value.split(",")),
    isDisabled: (tenant, value) => String(tenant["IsDisabled"]) === value.toLowerCase(),
    clonedFromTenantId: (tenant, value) => tenant["ClonedFromTenantId"] === value,
  },
  links: (self) => ({ Variables: `${self}/variables`, Logo: `${self}/logo` }),
  permissions: { view: "TenantView", create: "TenantCreate", edit: "TenantEdit", delete: "TenantDelete" },
  bySlug: true,
});

const path = "/api/{space}/tenants";

/** Tenants and their values: one data set, seen by project and environment (v1), or as a list of scoped values (v2). */
export const tenantsRoutes: Route[] = [
  { method: "POST", path, permission: "TenantCreate", handle: createOrClone },
  ...tenants.routes.filter((route) => route.method !== "POST"),
  {
    method: "GET",
    path: `${path}/status`,
    handle: (call) => ({ body: tenants.list(call).map((tenant) => ({ TenantId: tenant.Id, Status: "Ok" })) }),
  },
  { method: "GET", path: `${path}/tag-test`, permission: "TenantView", handle: (call) => ({ body: testTags(call) }) },
  {
    method: "GET",
    path: `${path}/variables-missing`,
    permission: "TenantView",
    handle: (call) => ({ body: listMissing(call) }),
  },
  {
    method: "GET",
    path: "/api/{space}/tenantvariables/all",
    permission: "TenantView",
    handle: (call) => ({ body: allVariables(call) }),
  },
  {
    method: "GET",
    path: `${path}/{id}/variables`,
    handle: (call) => ({ body: variablesByEnvironment(tenantOf(call), call) }),
  },
  { method: "POST", path: `${path}/{id}/variables`, handle: setVariablesByEnvironment },
  { method: "PUT", path: `${path}/{id}/variables`, handle: setVariablesByEnvironment },
  {
    method: "GET",
    path: `${path}/{id}/projectvariables`,
    handle: (call) => ({ body: scopedVariables(tenantOf(call), call, "project") }),
  },
  { method: "PUT", path: `${path}/{id}/projectvariables`, handle: (call) => setScopedVariables(call, "project") },
  {
    method: "GET",
    path: `${path}/{id}/commonvariables`,
    handle: (call) => ({ body: scopedVariables(tenantOf(call), call, "common") }),
  },
  { method: "PUT", path: `${path}/{id}/commonvariables`, handle: (call) => setScopedVariables(call, "common") },
];

function tenantOf(call: Call): Resource {
  return tenants.find(call.params["id"] ?? "", call);
}

function editableTenant(call: Call): Resource {
  const tenant = tenantOf(call);
  requirePermission(call, "TenantEdit", { kind: "tenants", resource: tenant });
  return tenant;
}

/** Docs, tenants: a clone has the tags, the connections and the values of its source. */
function createOrClone(call: Call): Answer {
  const sourceId = call.query.get("clone");
  if (sourceId === undefined || sourceId === "")
    return { status: 201, body: tenants.show(tenants.create(call.body, call), call) };
  const source = tenants.find(sourceId, call);
  const sent = requireBody(call.body);
  const created = tenants.create(
    {
      ...source,
      Slug: "",
      Name: propertyOf(sent, "Name"),
      Description: propertyOf(sent, "Description"),
      ClonedFromTenantId: source.Id,
    },
    call,
  );
  for (const { Id: _id, ...value } of storedValues(call.model, source))
    call.model.collection("tenantvariables").add({ ...value, TenantId: created.Id });
  return { status: 201, body: tenants.show(created, call) };
}

/** The mode of a project does not matter: go-octopusdeploy's and the provider's tests connect tenants to untenanted projects. */
function checkTenant(fields: Fields, call: Call): void {
  checkTenantTags(textsOf(fields, "TenantTags"), call);
  for (const [projectId, environmentIds] of Object.entries(fieldsOf(fields, "ProjectEnvironments"))) {
    checkReference(projectId, { call, kind: "projects", path: "ProjectEnvironments" });
    for (const id of valuesAt(environmentIds, ""))
      checkReference(String(id), { call, kind: "environments", path: `ProjectEnvironments.${projectId}` });
  }
}

/** Values for projects that the tenant is no longer connected to go (assumed: as the portal warns on disconnecting). */
function dropDisconnected(tenant: Resource, { model }: Call): void {
  const connected = fieldsOf(tenant, "ProjectEnvironments");
  for (const stored of storedValues(model, tenant)) {
    const ownerId = textOf(stored, "OwnerId");
    if (ownerId.startsWith("Projects-") && !Object.hasOwn(connected, ownerId))
      model.collection("tenantvariables").remove(stored.Id);
  }
}

function testTags(call: Call): Fields {
  const tags = call.query.list("tags") ?? [];
  const ids = call.query.list("tenantIds");
  const asked = tenants.list(call).filter((tenant) => ids === undefined || ids.length === 0 || ids.includes(tenant.Id));
  return Object.fromEntries(asked.map((tenant) => [tenant.Id, testTenant(tenant, tags)]));
}

function testTenant(tenant: Resource, tags: readonly string[]): Fields {
  const missing = tags.filter((tag) => !textsOf(tenant, "TenantTags").includes(tag));
  return {
    IsMatched: hasTags(tenant, tags),
    MissingTags: missing,
    Reason: missing.length === 0 ? "" : `Missing ${missing.join(", ")}`,
  };
}

/** v1: by project, environment and template, and by library variable set and template. */
function variablesByEnvironment(tenant: Resource, call: Call): Fields {
  const owners = templateOwners(call.model, tenant);
  const stored = storedValues(call.model, tenant);
  const projects = owners.filter((entry) => entry.isProject);
  const libraries = owners.filter((entry) => !entry.isProject && entry.templates.length > 0);
  return {
    Id: null,
    TenantId: tenant.Id,
    TenantName: tenant["Name"],
    SpaceId: tenant["SpaceId"],
    ConcurrencyToken: concurrencyToken(call.model, tenant),
    ProjectVariables: Object.fromEntries(
      projects.map((entry) => [entry.owner.Id, projectView(entry, { stored, call })]),
    ),
    LibraryVariables: Object.fromEntries(
      libraries.map((entry) => [entry.owner.Id, libraryView(entry, { stored, call })]),
    ),
    Links: { Self: `${tenants.selfOf(tenant, call)}/variables` },
  };
}

function projectView(
  { owner, templates, environmentIds }: TemplateOwner,
  { stored, call }: { stored: Resource[]; call: Call },
): Fields {
  const own = stored.filter((value) => value["OwnerId"] === owner.Id);
  const valuesIn = (environmentId: string): Fields =>
    Object.fromEntries(
      own
        .filter((value) => appliesIn(value, environmentId))
        .toSorted(generalFirst)
        .map((value) => [textOf(value, "TemplateId"), value["Value"]]),
    );
  return {
    ProjectId: owner.Id,
    ProjectName: owner["Name"],
    Templates: templates,
    Variables: Object.fromEntries(environmentIds.map((id) => [id, valuesIn(id)])),
    Links: { Project: `/api/${call.space.Id}/projects/${owner.Id}` },
  };
}

function libraryView(
  { owner, templates }: TemplateOwner,
  { stored, call }: { stored: Resource[]; call: Call },
): Fields {
  const own = stored.filter((value) => value["OwnerId"] === owner.Id && textsOf(value, "EnvironmentIds").length === 0);
  return {
    LibraryVariableSetId: owner.Id,
    LibraryVariableSetName: owner["Name"],
    Templates: templates,
    Variables: Object.fromEntries(own.map((value) => [textOf(value, "TemplateId"), value["Value"]])),
    Links: { LibraryVariableSet: `/api/${call.space.Id}/libraryvariablesets/${owner.Id}` },
  };
}

function appliesIn(value: Resource, environmentId: string): boolean {
  const ids = textsOf(value, "EnvironmentIds");
  return ids.length === 0 || ids.includes(environmentId);
}

function generalFirst(a: Resource, b: Resource): number {
  return textsOf(b, "EnvironmentIds").length === 0 ? 1 : textsOf(a, "EnvironmentIds").length === 0 ? -1 : 0;
}

/**
 * A v1 write replaces all that v1 shows. A value for several environments (v2) stays one value as long as what is sent for each of
 * them is what is stored; common values scoped to environments are not visible in v1 and stay.
 */
function setVariablesByEnvironment(call: Call): Answer {
  const tenant = editableTenant(call);
  const sent = requireBody(call.body);
  checkToken(tenant, sent, call);
  const stored = storedValues(call.model, tenant);
  const owners = templateOwners(call.model, tenant);
  const values = owners.flatMap((entry) =>
    entry.isProject ? projectValues(entry, { sent, stored }) : libraryValues(entry, { sent, stored }),
  );
  const ownerIds = new Set(owners.map((entry) => entry.owner.Id));
  const isShown = (value: Resource): boolean =>
    ownerIds.has(textOf(value, "OwnerId")) &&
    (textOf(value, "OwnerId").startsWith("Projects-") || textsOf(value, "EnvironmentIds").length === 0);
  replaceValues(call.model, tenant, { values, replaces: isShown });
  return { body: variablesByEnvironment(tenant, call) };
}

/** Clients that send the token they read are told when somebody else wrote in between; Octopus's Go client never sends it. */
function checkToken(tenant: Resource, sent: Fields, call: Call): void {
  const token = propertyOf(sent, "ConcurrencyToken");
  if (typeof token !== "string" || token === "" || token === concurrencyToken(call.model, tenant)) return;
  // Assumed: status and sentence.
  throw new Refusal(
    409,
    "The tenant variables have been modified since they were read. Please refresh and try again.",
    ["The tenant variables have been modified since they were read. Please refresh and try again."],
  );
}

function projectValues(entry: TemplateOwner, { sent, stored }: { sent: Fields; stored: Resource[] }): TenantValue[] {
  const byEnvironment = fieldsOf(
    fieldsOf(fieldsOf({ Value: propertyOf(sent, "ProjectVariables") }, "Value"), entry.owner.Id),
    "Variables",
  );
  return entry.templates.flatMap((template) => {
    const templateId = textOf(template, "Id");
    const before = stored.filter((value) => value["OwnerId"] === entry.owner.Id && value["TemplateId"] === templateId);
    const wanted = entry.environmentIds.flatMap((environmentId) => {
      const old = before
        .filter((value) => appliesIn(value, environmentId))
        .toSorted(generalFirst)
        .at(-1);
      const value = valueToKeep(fieldsOf(byEnvironment, environmentId)[templateId], {
        template,
        stored: old?.["Value"],
      });
      return value === undefined ? [] : [{ environmentId, value }];
    });
    return joined(wanted, { before, entry, templateId });
  });
}

/** Keeps a stored value for several environments as one when every one of them is to have it. */
function joined(
  wanted: { environmentId: string; value: TenantValue["Value"] }[],
  { before, entry, templateId }: { before: Resource[]; entry: TemplateOwner; templateId: string },
): TenantValue[] {
  const open = new Map(wanted.map(({ environmentId, value }) => [environmentId, value]));
  const values: TenantValue[] = [];
  for (const old of before) {
    const ids = textsOf(old, "EnvironmentIds");
    const covered = ids.length === 0 ? entry.environmentIds : ids;
    const value = open.get(covered[0] ?? "");
    if (
      value === undefined ||
      !covered.every((id) => open.has(id) && JSON.stringify(open.get(id)) === JSON.stringify(value))
    )
      continue;
    values.push({ OwnerId: entry.owner.Id, TemplateId: templateId, Value: value, EnvironmentIds: ids });
    for (const id of covered) open.delete(id);
  }
  for (const [environmentId, value] of open)
    values.push({ OwnerId: entry.owner.Id, TemplateId: templateId, Value: value, EnvironmentIds: [environmentId] });
  return values;
}

function libraryValues(entry: TemplateOwner, { sent, stored }: { sent: Fields; stored: Resource[] }): TenantValue[] {
  const byTemplate = fieldsOf(
    fieldsOf(fieldsOf({ Value: propertyOf(sent, "LibraryVariables") }, "Value"), entry.owner.Id),
    "Variables",
  );
  return entry.templates.flatMap((template) => {
    const templateId = textOf(template, "Id");
    const old = stored.find(
      (value) =>
        value["OwnerId"] === entry.owner.Id &&
        value["TemplateId"] === templateId &&
        textsOf(value, "EnvironmentIds").length === 0,
    );
    const value = valueToKeep(byTemplate[templateId], { template, stored: old?.["Value"] });
    return value === undefined
      ? []
      : [{ OwnerId: entry.owner.Id, TemplateId: templateId, Value: value, EnvironmentIds: [] }];
  });
}

type Side = "project" | "common";

/**
 * v2: one item a value, with its template and scope. When asked for, templates without a value are listed as missing, with a default
 * or without: the CLI shows the default from there, and the provider looks there for the template that it gives a value to.
 */
function scopedVariables(tenant: Resource, call: Call, side: Side): Fields {
  const owners = ownersOn(side, templateOwners(call.model, tenant));
  const stored = storedValues(call.model, tenant);
  const shown = stored.flatMap((value) => {
    const entry = owners.find(({ owner }) => owner.Id === value["OwnerId"]);
    const template = entry?.templates.find((candidate) => candidate["Id"] === value["TemplateId"]);
    return entry === undefined || template === undefined
      ? []
      : [
          itemView(entry, template, {
            id: value.Id,
            value: value["Value"],
            environmentIds: textsOf(value, "EnvironmentIds"),
          }),
        ];
  });
  const wantsMissing = call.query.get("IncludeMissingVariables")?.toLowerCase() === "true";
  return {
    TenantId: tenant.Id,
    Variables: shown,
    MissingVariables: wantsMissing ? owners.flatMap((entry) => itemsWithoutValue(entry, stored)) : [],
    Links: { Self: `${tenants.selfOf(tenant, call)}/${side}variables` },
  };
}

function itemsWithoutValue(entry: TemplateOwner, stored: Resource[]): Fields[] {
  return entry.templates.flatMap((template) => {
    const values = stored.filter(
      (value) => value["OwnerId"] === entry.owner.Id && value["TemplateId"] === template["Id"],
    );
    const without = entry.environmentIds.filter((id) => !values.some((value) => appliesIn(value, id)));
    return without.length === 0 ? [] : [itemView(entry, template, { id: "", value: null, environmentIds: without })];
  });
}

function hasDefault(template: Fields): boolean {
  const value = template["DefaultValue"];
  return typeof value === "string" ? value !== "" : isFields(value);
}

function itemView(
  { owner, isProject }: TemplateOwner,
  template: Fields,
  { id, value, environmentIds }: { id: string; value: unknown; environmentIds: string[] },
): Fields {
  const of = isProject
    ? { ProjectId: owner.Id, ProjectName: owner["Name"] }
    : { LibraryVariableSetId: owner.Id, LibraryVariableSetName: owner["Name"] };
  return {
    Id: id,
    ...of,
    TemplateId: template["Id"],
    Template: template,
    Value: value,
    Scope: { EnvironmentIds: environmentIds },
  };
}

function ownersOn(side: Side, owners: TemplateOwner[]): TemplateOwner[] {
  return owners.filter((entry) => entry.isProject === (side === "project"));
}

/** Replaces all values of this side. api-client sends the bare list, Go's client `{ Variables }`. */
function setScopedVariables(call: Call, side: Side): Answer {
  const tenant = editableTenant(call);
  const sent = Array.isArray(call.body)
    ? call.body.filter(isFields)
    : listOf({ Value: propertyOf(requireBody(call.body), "Variables") }, "Value");
  const owners = ownersOn(side, templateOwners(call.model, tenant));
  const stored = storedValues(call.model, tenant);
  const values = sent.flatMap((item) => scopedValue(item, { owners, stored, call }));
  checkOverlap(values);
  const isOnSide = (value: Resource): boolean =>
    textOf(value, "OwnerId").startsWith("Projects-") === (side === "project");
  replaceValues(call.model, tenant, { values, replaces: isOnSide });
  return { body: scopedVariables(tenant, call, side) };
}

function scopedValue(
  item: Fields,
  { owners, stored, call }: { owners: TemplateOwner[]; stored: Resource[]; call: Call },
): TenantValue[] {
  const ownerId = String(propertyOf(item, "ProjectId") || propertyOf(item, "LibraryVariableSetId") || "");
  const templateId = String(propertyOf(item, "TemplateId") ?? "");
  const entry = owners.find(({ owner }) => owner.Id === ownerId);
  const template = entry?.templates.find((candidate) => candidate["Id"] === templateId);
  // Assumed: a value for something that the tenant is not connected to is refused.
  if (entry === undefined || template === undefined)
    throw badRequest(`The template '${templateId}' of '${ownerId}' is not one that this tenant can give a value for.`);
  const scope = propertyOf(item, "Scope");
  const environmentIds = textsOf(isFields(scope) ? scope : {}, "EnvironmentIds");
  for (const id of environmentIds) checkReference(id, { call, kind: "environments", path: "Scope.EnvironmentIds" });
  const old =
    stored.find((value) => value.Id === propertyOf(item, "Id")) ??
    stored.find(
      (value) =>
        value["OwnerId"] === ownerId &&
        value["TemplateId"] === templateId &&
        sameSet(textsOf(value, "EnvironmentIds"), environmentIds),
    );
  const value = valueToKeep(propertyOf(item, "Value"), { template, stored: old?.["Value"] });
  return value === undefined
    ? []
    : [{ ...idOf(old), OwnerId: ownerId, TemplateId: templateId, Value: value, EnvironmentIds: environmentIds }];
}

function idOf(stored: Resource | undefined): { Id?: string } {
  return stored === undefined ? {} : { Id: stored.Id };
}

function sameSet(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((item) => right.includes(item));
}

/** Assumed: two values of one template for the same environment contradict each other. */
function checkOverlap(values: readonly TenantValue[]): void {
  const seen = new Set<string>();
  for (const { OwnerId, TemplateId, EnvironmentIds } of values) {
    for (const id of EnvironmentIds.length === 0 ? [""] : EnvironmentIds) {
      const key = `${OwnerId} ${TemplateId} ${id}`;
      if (seen.has(key))
        throw badRequest(`More than one value is given for the template '${TemplateId}' in the same environment.`);
      seen.add(key);
    }
  }
}

function listMissing(call: Call): Fields[] {
  const { query } = call;
  const asked = tenants.list(call).filter((tenant) => isAsked(tenant.Id, query.get("tenantId")));
  return asked.flatMap((tenant) => {
    const stored = storedValues(call.model, tenant);
    const missing = templateOwners(call.model, tenant)
      .filter((entry) => !entry.isProject || isAsked(entry.owner.Id, query.get("projectId")))
      .flatMap((entry) => missingOf(entry, { stored, environmentId: query.get("environmentId") }));
    return missing.length === 0
      ? []
      : [{ TenantId: tenant.Id, MissingVariables: missing, Links: { Self: tenants.selfOf(tenant, call) } }];
  });
}

function isAsked(id: string, wanted: string | undefined): boolean {
  return wanted === undefined || wanted === "" || wanted === id;
}

function missingOf(
  entry: TemplateOwner,
  { stored, environmentId }: { stored: Resource[]; environmentId: string | undefined },
): Fields[] {
  const owner = entry.isProject ? { ProjectId: entry.owner.Id } : { LibraryVariableSetId: entry.owner.Id };
  return itemsWithoutValue(entry, stored).flatMap((item) => {
    const template = fieldsOf(item, "Template");
    if (hasDefault(template)) return [];
    const brief = { ...owner, VariableTemplateId: template["Id"], VariableTemplateName: template["Name"], Links: {} };
    const environmentIds = textsOf(fieldsOf(item, "Scope"), "EnvironmentIds").filter((id) =>
      isAsked(id, environmentId),
    );
    if (!entry.isProject) return environmentIds.length === 0 ? [] : [brief];
    return environmentIds.map((id) => ({ ...brief, EnvironmentId: id }));
  });
}

function allVariables(call: Call): Fields[] {
  const projectId = call.query.get("projectId");
  return tenants
    .list(call)
    .filter((tenant) => projectId === undefined || projectId === "" || isConnected(tenant, projectId))
    .map((tenant) => variablesByEnvironment(tenant, call));
}
