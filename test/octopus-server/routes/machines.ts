import type { Resource } from "../model/collection.ts";
import { communicationStyles, machineFields, machineState } from "../model/endpoints.ts";
import { fieldsOf, textOf, textsOf, type Fields } from "../model/fields.ts";
import { createCrud, type CrudRules } from "./crud.ts";
import { badRequest, type Call, type Route } from "./route.ts";
import { checkTenantTags } from "./tagsets.ts";

/** Fields and filters that deployment targets and workers share. */
const sharedFilters: NonNullable<CrudRules["filters"]> = {
  isDisabled: (machine, value) => String(machine["IsDisabled"]) === value.toLowerCase(),
  healthStatuses: (machine, value) => value.split(",").includes(textOf(machine, "HealthStatus")),
  commStyles: (machine, value) => value.split(",").includes(textOf(fieldsOf(machine, "Endpoint"), "CommunicationStyle")),
  thumbprint: (machine, value) => textOf(machine, "Thumbprint").toLowerCase() === value.toLowerCase(),
  shellNames: (machine, value) => value.split(",").includes(textOf(machine, "ShellName")),
};

const machines = createCrud({
  kind: "machines",
  path: "/api/{space}/machines",
  itemType: "DeploymentTarget",
  noun: "deployment target",
  fields: { ...machineFields, EnvironmentIds: [], Roles: [], TenantedDeploymentParticipation: "Untenanted", TenantIds: [], TenantTags: [] },
  sensitiveFields: secretsOfEndpoint,
  references: { EnvironmentIds: "environments", TenantIds: "tenants", MachinePolicyId: "machinepolicies", "Endpoint.AccountId": "accounts", "Endpoint.ProxyId": "proxies", "Endpoint.DefaultWorkerPoolId": "workerpools" },
  defaults: (fields, call, stored) => ({ MachinePolicyId: fields["MachinePolicyId"] || defaultPolicyId(call), ...machineState(fields, stored) }),
  validate: checkTarget,
  filters: {
    ...sharedFilters,
    roles: (machine, value) => value.split(",").some((role) => textsOf(machine, "Roles").includes(role)),
    environmentIds: (machine, value) => value.split(",").some((id) => textsOf(machine, "EnvironmentIds").includes(id)),
    tenantIds: (machine, value) => value.split(",").some((id) => textsOf(machine, "TenantIds").includes(id)),
    tenantTags: (machine, value) => value.split(",").some((tag) => textsOf(machine, "TenantTags").includes(tag)),
  },
  links: (self) => ({ Connection: `${self}/connection`, TasksTemplate: `${self}/tasks{?skip,take,type}` }),
  permissions: { view: "MachineView", create: "MachineCreate", edit: "MachineEdit", delete: "MachineDelete" },
});

const workers = createCrud({
  kind: "workers",
  path: "/api/{space}/workers",
  itemType: "Worker",
  noun: "worker",
  fields: { ...machineFields, WorkerPoolIds: [] },
  sensitiveFields: secretsOfEndpoint,
  references: { WorkerPoolIds: "workerpools", MachinePolicyId: "machinepolicies", "Endpoint.AccountId": "accounts", "Endpoint.ProxyId": "proxies" },
  defaults: (fields, call, stored) => ({ MachinePolicyId: fields["MachinePolicyId"] || defaultPolicyId(call), ...machineState(fields, stored) }),
  validate: checkWorker,
  filters: { ...sharedFilters, workerPoolIds: (worker, value) => value.split(",").some((id) => textsOf(worker, "WorkerPoolIds").includes(id)) },
  links: (self) => ({ Connection: `${self}/connection` }),
  permissions: { view: "WorkerView", create: "WorkerEdit", edit: "WorkerEdit", delete: "WorkerEdit" },
});

/** Deployment targets, workers, and the roles that targets have. */
export const machinesRoutes: Route[] = [
  ...machines.routes,
  ...workers.routes,
  { method: "GET", path: "/api/{space}/machineroles/all", permission: "MachineView", handle: (call) => ({ body: rolesIn(call) }) },
  ...(["machines", "workers"] as const).flatMap((group): Route[] => [
    { method: "GET", path: `/api/{space}/${group}/operatingsystem/names/all`, handle: () => ({ body: ["Unknown"] }) },
    { method: "GET", path: `/api/{space}/${group}/operatingsystem/shells/all`, handle: () => ({ body: ["Unknown"] }) },
    { method: "GET", path: `/api/{space}/${group}/{id}/connection`, handle: (call) => ({ body: connectionOf(call, group) }) },
  ]),
];

function secretsOfEndpoint(fields: Fields): string[] {
  const endpoint = fieldsOf(fields, "Endpoint");
  return ["SensitiveVariablesEncryptionPassword", "AadUserCredentialPassword", "AadClientCredentialSecret"].filter((field) => field in endpoint).map((field) => `Endpoint.${field}`);
}

function defaultPolicyId({ model, space }: Call): string | null {
  return model.collection("machinepolicies").listInSpace(space.Id, (policy) => policy["IsDefault"] === true)[0]?.Id ?? null;
}

/** Source: docs, deployment targets: an environment and a role each; the sentences are assumed. */
function checkTarget(fields: Fields, call: Call): void {
  checkStyle(fields, "target");
  if (textsOf(fields, "EnvironmentIds").length === 0) throw badRequest("Please provide at least one environment.");
  if (textsOf(fields, "Roles").length === 0) throw badRequest("Please provide at least one target tag.");
  checkTenantTags(textsOf(fields, "TenantTags"), call);
}

/** Source: docs, worker pools: a worker is in at least one; the sentence is assumed. */
function checkWorker(fields: Fields): void {
  checkStyle(fields, "both");
  if (textsOf(fields, "WorkerPoolIds").length === 0) throw badRequest("Please provide at least one worker pool.");
}

function checkStyle(fields: Fields, use: "target" | "both"): void {
  const style = textOf(fieldsOf(fields, "Endpoint"), "CommunicationStyle");
  const allowed = communicationStyles[style];
  if (allowed === undefined || (use === "both" && allowed !== "both")) throw badRequest(`The communication style '${style}' is not valid.`);
}

function rolesIn({ model, space }: Call): string[] {
  return [...new Set(model.collection("machines").listInSpace(space.Id).flatMap((machine) => textsOf(machine, "Roles")))].toSorted();
}

function connectionOf(call: Call, group: "machines" | "workers"): Fields {
  const machine: Resource = (group === "machines" ? machines : workers).find(call.params["id"] ?? "", call);
  return { MachineId: machine.Id, Status: machine["Status"], Logs: [], LastChecked: null, CurrentTentacleVersion: null, Links: {} };
}
