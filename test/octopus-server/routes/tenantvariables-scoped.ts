import type { Resource } from "../model/collection.ts";
import { fieldsOf, isFields, listOf, propertyOf, textOf, textsOf, type Fields } from "../model/fields.ts";
import {
  appliesIn,
  concurrencyToken,
  storedValues,
  templateOwners,
  valueToKeep,
  type TemplateOwner,
  type TenantValue,
} from "../model/tenant-variables.ts";
import { requireBody } from "./binding.ts";
import { checkReference } from "./crud-checks.ts";
import { badRequest, since, type Answer, type Call, type Route } from "./route.ts";
import { checkToken } from "./tenant-token.ts";
import { writeTenantValues } from "./tenant-values.ts";
import { editableTenant, tenantOf, tenants } from "./tenants.ts";

const path = "/api/{space}/tenants";

/** The values of tenants one by one, each with its scope (v2), and the templates that have none. */
export const scopedTenantVariablesRoutes: Route[] = [
  // Since when: Octopus's issue 9414; that no earlier server answers there is assumed (9222: 2025.1 has them switched off).
  ...since("2025.2", [
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
  ]),
  {
    method: "GET",
    path: `${path}/variables-missing`,
    permission: "TenantView",
    handle: (call) => ({ body: listMissing(call) }),
  },
];

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
    ConcurrencyToken: concurrencyToken(call.model, tenant),
    Variables: shown,
    // Docs, tenants: null unless it is asked for.
    ...(call.request.method === "GET"
      ? { MissingVariables: wantsMissing ? owners.flatMap((entry) => itemsWithoutValue(entry, stored)) : null }
      : {}),
    Links: { Self: `${tenants.selfOf(tenant, call)}/${side}variables` },
  };
}

function itemsWithoutValue(entry: TemplateOwner, stored: Resource[]): Fields[] {
  return entry.templates.flatMap((template) => {
    const values = stored.filter(
      (value) => value["OwnerId"] === entry.owner.Id && value["TemplateId"] === template["Id"],
    );
    const without = entry.environmentIds.filter((id) => !values.some((value) => appliesIn(value, id)));
    const { Id: _, ...missing } = itemView(entry, template, { id: "", value: null, environmentIds: without });
    return without.length === 0 ? [] : [missing];
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
  if (isFields(call.body)) checkToken(tenant, call.body, call);
  const owners = ownersOn(side, templateOwners(call.model, tenant));
  const stored = storedValues(call.model, tenant);
  const values = sent.flatMap((item) => scopedValue(item, { owners, stored, call }));
  checkOverlap(values);
  const isOnSide = (value: Resource): boolean =>
    textOf(value, "OwnerId").startsWith("Projects-") === (side === "project");
  writeTenantValues(call, tenant, { values, replaces: isOnSide });
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
