import type { Resource } from "../model/collection.ts";
import type { Call, Route } from "./route.ts";

export const dashboardRoutes: Route[] = [
  {
    method: "GET",
    path: "/api/{space}/dashboard",
    permission: "ProjectView",
    handle: (call) => ({ body: dashboard(call) }),
  },
];

/** Enough for a first look: what there is, without the state of each deployment. */
function dashboard({ model, space }: Call): Record<string, unknown> {
  const list = (kind: "projects" | "projectgroups" | "environments" | "tenants"): Resource[] =>
    model.collection(kind).listInSpace(space.Id);
  const brief = (resource: Resource): Record<string, unknown> => ({
    Id: resource.Id,
    Name: resource["Name"],
    Slug: resource["Slug"],
  });
  return {
    Id: null,
    Projects: list("projects").map((project) => ({
      ...brief(project),
      ProjectGroupId: project["ProjectGroupId"],
      IsDisabled: project["IsDisabled"],
    })),
    ProjectGroups: list("projectgroups").map(brief),
    Environments: list("environments").map(brief),
    Tenants: list("tenants").map(brief),
    Items: [],
    PreviousItems: [],
    IsFiltered: false,
    Links: { Self: `/api/${space.Id}/dashboard` },
  };
}
