import type { Fields } from "../model/fields.ts";
import { createCrud } from "./crud.ts";
import { projects } from "./projects.ts";
import type { Call, Route } from "./route.ts";
import { whyUsed } from "./usage.ts";

const projectGroups = createCrud({
  kind: "projectgroups",
  path: "/api/{space}/projectgroups",
  itemType: "ProjectGroup",
  noun: "project group",
  fields: { Name: "", Description: "", EnvironmentIds: [], RetentionPolicyId: null },
  inUse: (group, call) => whyUsed(group, call, ["projects"]),
  // Source: go-octopusdeploy requests `Projects` as it is, so it is an address rather than a template.
  links: (self) => ({ Projects: `${self}/projects` }),
  permissions: {
    view: "ProjectGroupView",
    create: "ProjectGroupCreate",
    edit: "ProjectGroupEdit",
    delete: "ProjectGroupDelete",
  },
});

export const projectGroupsRoutes: Route[] = [
  ...projectGroups.routes,
  {
    method: "GET",
    path: "/api/{space}/projectgroups/{id}/projects",
    permission: "ProjectView",
    handle: (call) => ({ body: groupedProjects(call) }),
  },
];

function groupedProjects(call: Call): Fields {
  const group = projectGroups.find(call.params["id"] ?? "", call);
  const own = call.model
    .collection("projects")
    .listInSpace(call.space.Id, (project) => project["ProjectGroupId"] === group.Id);
  return projects.page(own, call, `${projectGroups.selfOf(group, call)}/projects`);
}
