import { objectOf, objectsOf, textOf, textsOf, type JsonObject } from "../model/json.ts";
import type { OctopusDocument } from "../octopus/octopus-client.ts";
import { anyOf, essentialId, object } from "./field.ts";
import { collectionRoutes, listByExactNames, nameField, type ResourceKind } from "./resource-kind.ts";
import { describeTargetOf } from "./target-of.ts";

const routes = collectionRoutes("tenants");

/** Its links to projects are a list here, an item each, since the API has a map by ids, which are nobody's words. */
export const tenant: ResourceKind = {
  id: "tenant",
  label: "tenant",
  idPrefix: "Tenants",
  logoAt: (tenantId) => `/tenants/${tenantId}/logo`,
  list: async (space) => (await routes.list(space)).map(withLinks),
  listByIds: async (space, ids) => (await routes.listByIds(space, ids)).map(withLinks),
  listByNames: async (space, names) => (await listByExactNames(space, "tenants", names)).map(withLinks),
  read: async (space, { Id }) => withLinks(await space.get(`/tenants/${Id}`)),
  create: async (space, body) => withLinks(await routes.create(space, withMap(body))),
  update: async (space, current, body) => withLinks(await routes.update(space, current, withMap(body))),
  nameOf: nameField,
  fields: {
    TenantTags: anyOf("tag", "tenant tags"),
    ProjectEnvironments: object({ ProjectId: essentialId, EnvironmentIds: anyOf("id", "environments") }),
  },
  serverMade: ["ClonedFromTenantId", "CustomFields", "Icon"],
  createOnly: ["Slug"],
  items: [
    {
      path: ["ProjectEnvironments"],
      label: "link",
      identify: (link) => describeTargetOf(link["ProjectId"]),
      isUnordered: true,
      sortBy: (link) => [describeTargetOf(link["ProjectId"])],
    },
  ],
};

function withLinks(document: OctopusDocument): OctopusDocument {
  const map = objectOf(document, "ProjectEnvironments");
  const links = Object.keys(map).map((ProjectId) => ({ ProjectId, EnvironmentIds: textsOf(map, ProjectId) }));
  return { ...document, ProjectEnvironments: links };
}

function withMap(body: JsonObject): JsonObject {
  const links = objectsOf(body, "ProjectEnvironments");
  const map = links.map((link) => [textOf(link, "ProjectId"), textsOf(link, "EnvironmentIds")] as const);
  return { ...body, ProjectEnvironments: Object.fromEntries(map) };
}
