import type { Resource } from "../model/collection.ts";
import { fieldsOf, textOf, textsOf, type Fields } from "../model/fields.ts";
import { dashboardItem } from "./progression.ts";
import type { Call, Route } from "./route.ts";

/** Which release is where. Both dashboards match ids only; a name matches nothing (go-octopusdeploy's tests). */
export const dashboardRoutes: Route[] = [
  {
    method: "GET",
    path: "/api/{space}/dashboard",
    permission: "ProjectView",
    handle: (call) => ({
      body: dashboard(call, { ProjectId: "projectId", TenantId: "selectedTenants", ReleaseId: "releaseId" }),
    }),
  },
  {
    method: "GET",
    path: "/api/{space}/dashboard/dynamic",
    permission: "ProjectView",
    handle: (call) => ({ body: dashboard(call, { ProjectId: "projects", EnvironmentId: "environments" }) }),
  },
];

/** @param filters - the query parameter that narrows a field of the items down */
function dashboard(call: Call, filters: Readonly<Record<string, string>>): Fields {
  const { space, query } = call;
  const wanted = Object.entries(filters).flatMap(([field, parameter]) => {
    const ids = query.list(parameter) ?? [];
    return ids.length === 0 ? [] : [{ field, ids }];
  });
  const includePrevious = query.get("includePrevious")?.toLowerCase() === "true";
  return {
    Id: null,
    ...referenceData(call),
    Items: itemsOf(call, includePrevious).filter((item) =>
      wanted.every(({ field, ids }) => ids.includes(textOf(item, field))),
    ),
    ProjectLimit: null,
    IsFiltered: wanted.length > 0,
    Links: { Self: `/api/${space.Id}/dashboard` },
  };
}

/** The newest deployment of each project to each environment (and tenant), and the one before it when that is asked for. */
function itemsOf(call: Call, includePrevious: boolean): Fields[] {
  const seen = new Map<string, number>();
  return call.model
    .collection("deployments")
    .listInSpace(call.space.Id, (deployment) => isWholePlace(deployment, call))
    .toReversed()
    .flatMap((deployment) => {
      const cell = ["ProjectId", "EnvironmentId", "TenantId"].map((field) => textOf(deployment, field)).join("/");
      const position = seen.get(cell) ?? 0;
      seen.set(cell, position + 1);
      if (position > (includePrevious ? 1 : 0)) return [];
      return [{ ...dashboardItem(call, deployment), IsCurrent: position === 0, IsPrevious: position === 1 }];
    });
}

/** An item is shown by what it refers to, so deployments to what is gone are left out (go-octopusdeploy's tests). */
function isWholePlace(deployment: Resource, { model }: Call): boolean {
  const tenantId = textOf(deployment, "TenantId");
  return (
    model.collection("environments").find(textOf(deployment, "EnvironmentId")) !== undefined &&
    (tenantId === "" || model.collection("tenants").find(tenantId) !== undefined)
  );
}

/** What the items refer to, in the shapes that go-octopusdeploy models. */
function referenceData({ model, space }: Call): Fields {
  const list = (kind: "projects" | "projectgroups" | "environments" | "tenants"): Resource[] =>
    model.collection(kind).listInSpace(space.Id);
  const environmentIds = list("environments").map((environment) => environment.Id);
  return {
    Projects: list("projects").map((project) => ({
      ...named(project),
      Slug: project["Slug"],
      ProjectGroupId: project["ProjectGroupId"],
      EnvironmentIds: environmentIds,
      TenantedDeploymentMode: project["TenantedDeploymentMode"],
      CanPerformUntenantedDeployment: project["TenantedDeploymentMode"] !== "Tenanted",
      IsDisabled: project["IsDisabled"],
    })),
    ProjectGroups: list("projectgroups").map((group) => ({ ...named(group), EnvironmentIds: environmentIds })),
    Environments: list("environments").map(named),
    Tenants: list("tenants").map((tenant) => ({
      ...named(tenant),
      TenantTags: textsOf(tenant, "TenantTags"),
      ProjectEnvironments: fieldsOf(tenant, "ProjectEnvironments"),
      IsDisabled: tenant["IsDisabled"],
    })),
  };
}

function named(resource: Resource): Fields {
  return { Id: resource.Id, Name: resource["Name"], Links: {} };
}
