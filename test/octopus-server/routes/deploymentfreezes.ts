import { fieldsOf, listOf, textOf, type Fields } from "../model/fields.ts";
import { createCrud } from "./crud.ts";
import { requirePaging } from "./paging.ts";
import { badRequest, type Call, type Route } from "./route.ts";

const freezes = createCrud({
  kind: "deploymentfreezes",
  path: "/api/deploymentfreezes",
  itemType: "DeploymentFreeze",
  noun: "deployment freeze",
  fields: {
    Name: "",
    Description: null,
    Start: null,
    End: null,
    ProjectEnvironmentScope: {},
    TenantProjectEnvironmentScope: [],
    RecurringSchedule: null,
    OwnerId: null,
  },
  // Source: octoterra's tests make a second freeze of the same name in the instance.
  naming: { slugs: false, unique: false },
  validate: checkTimes,
  filters: {
    projectIds: (freeze, value) =>
      value.split(",").some((id) => Object.hasOwn(fieldsOf(freeze, "ProjectEnvironmentScope"), id)),
    tenantIds: (freeze, value) =>
      listOf(freeze, "TenantProjectEnvironmentScope").some((scope) =>
        value.split(",").includes(textOf(scope, "TenantId")),
      ),
  },
  // Source: docs, deployment freezes: one permission to create and change them; that all may see them is assumed.
  permissions: {
    create: "DeploymentFreezeAdminister",
    edit: "DeploymentFreezeAdminister",
    delete: "DeploymentFreezeAdminister",
  },
  without: ["list", "all"],
});

/** Deployment freezes, which `freeze-rules.ts` and the worker heed. */
export const deploymentFreezesRoutes: Route[] = [
  { method: "GET", path: "/api/deploymentfreezes", handle: (call) => ({ body: list(call) }) },
  ...freezes.routes,
];

/** Not a page like the others (go-octopusdeploy, `DeploymentFreezes`). */
function list(call: Call): Fields {
  requirePaging(call);
  const all = freezes.list(call);
  const [skip, take] = [call.query.number("skip") ?? 0, call.query.number("take") ?? 30];
  return {
    DeploymentFreezes: all.slice(skip, skip + take).map((freeze) => freezes.show(freeze, call)),
    Count: all.length,
  };
}

/** Source: the provider requires both times; that the end comes later is assumed. */
function checkTimes(fields: Fields): void {
  const [start, end] = [Date.parse(textOf(fields, "Start")), Date.parse(textOf(fields, "End"))];
  if (Number.isNaN(start) || Number.isNaN(end)) throw badRequest("Please provide a start and an end.");
  if (end <= start) throw badRequest("The end must be after the start.");
}
