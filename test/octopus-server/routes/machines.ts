import { scopingEnvironments } from "../model/environment-kinds.ts";
import { machineFields } from "../model/endpoints.ts";
import { textsOf, type Fields } from "../model/fields.ts";
import { forget } from "../model/forget.ts";
import type { Resource } from "../model/collection.ts";
import { countBy, styleOf, summarizeMachines } from "../model/machine-health.ts";
import { createCrud } from "./crud.ts";
import {
  checkStyle,
  machineDefaults,
  machineDetailRoutes,
  machineFilters,
  machineReferences,
  secretsOfEndpoint,
  targetFilters,
} from "./machine-rules.ts";
import { badRequest, type Call, type Route } from "./route.ts";
import { checkTenantTags } from "./tagsets.ts";

const machines = createCrud({
  kind: "machines",
  path: "/api/{space}/machines",
  itemType: "Machine",
  noun: "deployment target",
  fields: {
    ...machineFields,
    EnvironmentIds: [],
    Roles: [],
    TenantedDeploymentParticipation: "Untenanted",
    TenantIds: [],
    TenantTags: [],
  },
  sensitiveFields: secretsOfEndpoint,
  references: {
    EnvironmentIds: scopingEnvironments,
    TenantIds: "tenants",
    ...machineReferences,
  },
  defaults: machineDefaults,
  // Source: the reference's PUT does not have it.
  kept: ["SkipInitialHealthCheck"],
  validate: checkTarget,
  removed: (gone, { model, space }) => forget(model, { id: gone.Id, spaceId: space.Id }),
  filters: {
    ...machineFilters,
    ...targetFilters,
  },
  links: (self) => ({ Connection: `${self}/connection`, TasksTemplate: `${self}/tasks{?skip,take,type}` }),
  permissions: { view: "MachineView", create: "MachineCreate", edit: "MachineEdit", delete: "MachineDelete" },
});

/** Deployment targets, and the roles that they have. */
export const machinesRoutes: Route[] = [
  ...machines.routes,
  {
    method: "GET",
    path: "/api/{space}/machines/summary",
    permission: "MachineView",
    handle: (call) => ({ body: summary(call) }),
  },
  {
    method: "GET",
    path: "/api/{space}/machineroles/all",
    permission: "MachineView",
    handle: (call) => ({ body: rolesIn(call) }),
  },
  ...machineDetailRoutes(machines, "/api/{space}/machines"),
];

/** Source: docs, deployment targets: an environment and a role each; the sentences are assumed. */
function checkTarget(fields: Fields, call: Call): void {
  checkStyle(fields, "target");
  if (textsOf(fields, "EnvironmentIds").length === 0) throw badRequest("Please provide at least one environment.");
  if (textsOf(fields, "Roles").length === 0) throw badRequest("Please provide at least one target tag.");
  checkTenantTags(textsOf(fields, "TenantTags"), call);
}

/** Docs, deployment targets: types with most targets come first. */
function summary(call: Call): Fields {
  const targets = machines.list(call);
  const styles = Object.entries(countBy(targets, (machine) => [styleOf(machine)]));
  const counts = (some: readonly Resource[]): Fields => {
    const { MachineHealthStatusSummaries, TotalDisabledMachines, TotalMachines } = summarizeMachines(some);
    return { MachineHealthStatusSummaries, TotalDisabledMachines, TotalMachines };
  };
  return {
    ...counts(targets),
    DeploymentTargetTypeSummaries: styles
      .toSorted(([, a], [, b]) => Number(b) - Number(a))
      .map(([style]) => ({
        DeploymentTargetType: style,
        ...counts(targets.filter((machine) => styleOf(machine) === style)),
      })),
  };
}

function rolesIn({ model, space }: Call): string[] {
  return [
    ...new Set(
      model
        .collection("machines")
        .listInSpace(space.Id)
        .flatMap((machine) => textsOf(machine, "Roles")),
    ),
  ].toSorted();
}
