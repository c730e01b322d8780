import { fieldsOf, isFields, propertyOf, textOf, textsOf, valuesAt, type Fields } from "../model/fields.ts";
import type { Resource } from "../model/collection.ts";
import { forget } from "../model/forget.ts";
import { hasTags, isConnected } from "../model/tenancy.ts";
import { storedValues } from "../model/tenant-variables.ts";
import { requirePermission } from "./access.ts";
import { requireBody } from "./binding.ts";
import { checkReference } from "./crud-checks.ts";
import { createCrud } from "./crud.ts";
import { Refusal, type Answer, type Call, type Route } from "./route.ts";
import { checkTenantTags } from "./tagsets.ts";
import { keepImage, showImage } from "./uploaded-image.ts";

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
    CustomFields: [],
    Icon: null,
  },
  validate: checkTenant,
  removed: (tenant, { model }) => {
    for (const stored of storedValues(model, tenant)) model.collection("tenantvariables").remove(stored.Id);
    forget(model, { id: tenant.Id, spaceId: textOf(tenant, "SpaceId") });
  },
  saved: dropDisconnected,
  filters: {
    // Docs: a part of the name, for old clients.
    name: (tenant, value) => textOf(tenant, "Name").toLowerCase().includes(value.toLowerCase()),
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

export const tenantsRoutes: Route[] = [
  { method: "POST", path, permission: "TenantCreate", handle: createOrClone },
  ...tenants.routes.filter((route) => route.method !== "POST"),
  { method: "GET", path: `${path}/status`, handle: () => ({ body: { Id: "tenants-status", Enabled: true } }) },
  { method: "GET", path: `${path}/tag-test`, permission: "TenantView", handle: (call) => ({ body: testTags(call) }) },
  { method: "GET", path: `${path}/{id}/logo`, handle: (call) => showImage(call, tenantOf(call)) },
  { method: "POST", path: `${path}/{id}/logo`, rawBody: true, handle: setLogo },
  { method: "PUT", path: `${path}/{id}/logo`, rawBody: true, handle: setLogo },
];

/** The tenant that a path names. */
export function tenantOf(call: Call): Resource {
  return tenants.find(call.params["id"] ?? "", call);
}

/** The tenant that a path names, for a caller who may change it. */
export function editableTenant(call: Call): Resource {
  const tenant = tenantOf(call);
  requirePermission(call, "TenantEdit", { kind: "tenants", resource: tenant });
  return tenant;
}

async function setLogo(call: Call): Promise<Answer> {
  return keepImage(call, editableTenant(call));
}

/** Docs, tenants: a clone has the tags, the connections and the values of its source. */
function createOrClone(call: Call): Answer {
  const sourceId = call.query.get("clone") || textOf(isFields(call.body) ? call.body : {}, "Clone");
  if (sourceId === "") return { status: 201, body: tenants.show(tenants.create(call.body, call), call) };
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
    for (const id of valuesAt(environmentIds, "")) {
      refuseParent(String(id), call);
      checkReference(String(id), { call, kind: "environments", path: `ProjectEnvironments.${projectId}` });
    }
  }
}

/** Source: octoterra's module 93, which has the sentence. */
function refuseParent(id: string, { model }: Call): void {
  if (model.collection("parentenvironments").find(id) === undefined) return;
  throw new Refusal(
    403,
    "You do not have permission to perform this action. Please contact your Octopus administrator. You are attempting to add environments that you do not have permission to view.",
  );
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
    IsDisabled: tenant["IsDisabled"] === true,
    IsMatched: hasTags(tenant, tags),
    MissingTags: missing,
    Reason: missing.length === 0 ? "" : `Missing ${missing.join(", ")}`,
  };
}
