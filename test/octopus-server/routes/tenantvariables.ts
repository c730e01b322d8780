import type { Resource } from "../model/collection.ts";
import { fieldsOf, propertyOf, textOf, textsOf, type Fields } from "../model/fields.ts";
import { isConnected } from "../model/tenancy.ts";
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
import type { Answer, Call, Route } from "./route.ts";
import { checkToken } from "./tenant-token.ts";
import { writeTenantValues } from "./tenant-values.ts";
import { editableTenant, tenantOf, tenants } from "./tenants.ts";

const path = "/api/{space}/tenants/{id}/variables";

/** The values of tenants by project and environment (v1). The same values one by one: `tenantvariables-scoped.ts`. */
export const tenantVariablesRoutes: Route[] = [
  { method: "GET", path, handle: (call) => ({ body: variablesByEnvironment(tenantOf(call), call) }) },
  { method: "POST", path, handle: setVariablesByEnvironment },
  { method: "PUT", path, handle: setVariablesByEnvironment },
  {
    method: "GET",
    path: "/api/{space}/tenantvariables/all",
    permission: "TenantView",
    handle: (call) => ({ body: allVariables(call) }),
  },
];

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
  writeTenantValues(call, tenant, { values, replaces: isShown });
  return { body: variablesByEnvironment(tenant, call) };
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

function allVariables(call: Call): Fields[] {
  const projectId = call.query.get("projectId");
  return tenants
    .list(call)
    .filter((tenant) => projectId === undefined || projectId === "" || isConnected(tenant, projectId))
    .map((tenant) => variablesByEnvironment(tenant, call));
}
