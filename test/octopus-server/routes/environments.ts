import type { Resource } from "../model/collection.ts";
import { isFields, numberOf, propertyOf, textOf, textsOf, type Fields } from "../model/fields.ts";
import { forget } from "../model/forget.ts";
import { countBy, styleOf, summarizeMachines } from "../model/machine-health.ts";
import { deploymentActionsIn } from "../model/processes.ts";
import { createCrud } from "./crud.ts";
import { ephemeralEnvironments } from "./ephemeralenvironments.ts";
import { machinesAsAsked } from "./machine-rules.ts";
import type { Call, Route } from "./route.ts";
import { pageOf, requirePaging } from "./paging.ts";
import { parentEnvironments } from "./parentenvironments.ts";
import { sortOrderRoute } from "./sort-order.ts";
import { whyUsed } from "./usage.ts";

const environments = createCrud({
  kind: "environments",
  path: "/api/{space}/environments",
  itemType: "Environment",
  noun: "environment",
  fields: {
    Name: "",
    Description: "",
    SortOrder: 0,
    UseGuidedFailure: false,
    AllowDynamicInfrastructure: false,
    EnvironmentTags: [],
    ExtensionSettings: [],
  },
  defaults: (_fields, call, stored) => ({ SortOrder: orderOf(call, stored) }),
  removed: (gone, { model, space }) => forget(model, { id: gone.Id, spaceId: space.Id }),
  inUse: whyEnvironmentStays,
  sortBy: "SortOrder",
  // Docs, as the other pages that have another number than 30.
  take: 10,
  naming: { maxLength: 50 },
  // Docs: a part of the name, for old clients.
  filters: { name: (environment, value) => textOf(environment, "Name").toLowerCase().includes(value.toLowerCase()) },
  links: (self) => ({
    Machines: `${self}/machines{?skip,take,partialName,roles,isDisabled,healthStatuses,commStyles,tenantIds,tenantTags}`,
    SinglyScopedVariableDetails: `${self}/singlyScopedVariableDetails`,
  }),
  permissions: {
    view: "EnvironmentView",
    create: "EnvironmentCreate",
    edit: "EnvironmentEdit",
    delete: "EnvironmentDelete",
  },
  bySlug: true,
});

/**
 * Source: issue 499 of the Terraform provider for lifecycles, sentence included; Octopus's issues 2604, 3136 and 4185 for steps, whose sentence is
 * assumed. Steps of runbooks do not count (assumed, as tags: Octopus's issue 6952): they keep the id of what is gone.
 */
function whyEnvironmentStays(environment: Resource, call: Call): string | undefined {
  const { model, space } = call;
  const lifecycles = model
    .collection("lifecycles")
    .listInSpace(space.Id, (one) => JSON.stringify(one).includes(`"${environment.Id}"`));
  const steps = deploymentActionsIn(model, space.Id).filter(({ action }) =>
    [...textsOf(action, "Environments"), ...textsOf(action, "ExcludedEnvironments")].includes(environment.Id),
  );
  const users = [
    { what: "lifecycles", names: lifecycles.map((one) => textOf(one, "Name")) },
    {
      what: "deployment steps",
      names: steps.map(({ action, projectName }) => `${projectName}: ${textOf(action, "Name")}`),
    },
  ].find(({ names }) => names.length > 0);
  if (users === undefined) return whyUsed(environment, call, ["machines"]);
  return `This environment cannot be deleted because it is being used by the following ${users.what}: ${users.names.join(", ")}`;
}

const path = "/api/{space}/environments";

/** Environments. v2 lists the same, parents and ephemeral ones, with their type. */
export const environmentsRoutes: Route[] = [
  ...environments.routes,
  sortOrderRoute({ kind: "environments", path: `${path}/sortorder`, permission: "EnvironmentEdit" }),
  // Since when: Octopus's issue 9631.
  {
    method: "GET",
    path: `${path}/v2`,
    since: "2025.4",
    permission: "EnvironmentView",
    handle: (call) => ({ body: listTyped(call) }),
  },
  {
    method: "GET",
    path: `${path}/summary`,
    permission: "EnvironmentView",
    handle: (call) => ({
      body: summary(
        call,
        environments.list(call).map((one) => shownWithId(one, call)),
      ),
    }),
  },
  {
    method: "GET",
    path: `${path}/summary/v2`,
    since: "2025.4",
    permission: "EnvironmentView",
    // Docs: of all together it does not say which Tentacles could be upgraded.
    handle: (call) => ({ body: { ...summary(call, allTyped(call)), MachineIdsForTentacleUpgrade: undefined } }),
  },
  {
    method: "GET",
    path: `${path}/{id}/machines`,
    permission: "MachineView",
    handle: (call) => ({ body: machinesOf(call) }),
  },
  {
    method: "GET",
    path: `${path}/{id}/singlyScopedVariableDetails`,
    handle: (call) => ({
      body: environments.find(call.params["id"] ?? "", call) && {
        HasUnauthorizedProjectVariables: false,
        HasUnauthorizedLibraryVariableSetVariables: false,
        VariableMap: {},
      },
    }),
  },
];

/** Source: the Terraform provider's tests ask for 0 and want it back; as clients send 0 for nothing, the second that asks gets the next (octoterra). */
function orderOf({ body, model, space }: Call, stored: Resource | undefined): number {
  const wanted = isFields(body) ? propertyOf(body, "SortOrder") : undefined;
  const taken = model
    .collection("environments")
    .listInSpace(space.Id, (other) => other.Id !== stored?.Id)
    .map((environment) => numberOf(environment, "SortOrder"));
  if (typeof wanted === "number" && (wanted !== 0 || !taken.includes(0))) return wanted;
  return stored === undefined ? Math.max(-1, ...taken) + 1 : numberOf(stored, "SortOrder");
}

function listTyped(call: Call): Fields {
  requirePaging(call);
  return pageOf(allTyped(call), call, {
    itemType: "BaseEnvironmentV2",
    path: `/api/${call.space.Id}/environments/v2`,
    show: (environment) => environment,
  });
}

function allTyped(call: Call): Resource[] {
  const types = (call.query.list("type") ?? []).map((type) => type.toLowerCase());
  const lists = [
    { Type: "Static", crud: environments },
    { Type: "Parent", crud: parentEnvironments },
    { Type: "Ephemeral", crud: ephemeralEnvironments },
  ];
  return lists
    .filter(({ Type }) => types.length === 0 || types.includes(Type.toLowerCase()))
    .flatMap(({ Type, crud }) =>
      crud.list(call).map((one) => ({ EnvironmentTags: [], ...one, ...crud.show(one, call), Type })),
    );
}

function machinesIn(environment: Resource, { model, space }: Call): Resource[] {
  return model
    .collection("machines")
    .listInSpace(space.Id, (machine) => textsOf(machine, "EnvironmentIds").includes(environment.Id));
}

function machinesOf(call: Call): Fields {
  const environment = environments.find(call.params["id"] ?? "", call);
  return pageOf(machinesIn(environment, call), call, {
    itemType: "Machine",
    take: 20,
    path: `/api/${call.space.Id}/environments/${environment.Id}/machines`,
    show: (machine) => machine,
  });
}

/** Parameters that choose environments; all others choose targets (docs, environments). */
function summary(call: Call, shown: readonly Resource[]): Fields {
  const targets = machinesAsAsked(call);
  const own = (environment: Resource): Resource[] =>
    targets.filter((machine) => textsOf(machine, "EnvironmentIds").includes(environment.Id));
  const hideEmpty = call.query.get("hideEmptyEnvironments")?.toLowerCase() === "true";
  const summaries = shown
    .filter((environment) => !hideEmpty || own(environment).length > 0)
    .map((environment) => ({ Environment: environment, ...summarizeTargets(own(environment)) }));
  return { EnvironmentSummaries: summaries, ...summarizeTargets(targets) };
}

function shownWithId(environment: Resource, call: Call): Resource {
  return { ...environments.show(environment, call), Id: environment.Id };
}

function summarizeTargets(targets: readonly Resource[]): Fields {
  return {
    ...summarizeMachines(targets),
    DeploymentTargetSummaries: countBy(targets, (machine) => [styleOf(machine)]),
    MachineTenantSummaries: countBy(targets, (machine) => textsOf(machine, "TenantIds")),
    MachineTenantTagSummaries: countBy(targets, (machine) => textsOf(machine, "TenantTags")),
  };
}
