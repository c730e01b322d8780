import type { Resource } from "../model/collection.ts";
import { communicationStyles, machineState } from "../model/endpoints.ts";
import { fieldsOf, textOf, textsOf, type Fields } from "../model/fields.ts";
import { visible } from "./access.ts";
import type { CrudRules } from "./crud-rules.ts";
import type { Crud } from "./crud.ts";
import { badRequest, type Call, type Route } from "./route.ts";

/** What deployment targets and workers refer to. */
export const machineReferences = {
  MachinePolicyId: "machinepolicies",
  "Endpoint.AccountId": "accounts",
  "Endpoint.ProxyId": "proxies",
  "Endpoint.ClusterCertificate": "certificates",
  "Endpoint.Authentication.AccountId": "accounts",
  "Endpoint.Authentication.ClientCertificate": "certificates",
  "Endpoint.Container.FeedId": "feeds",
} as const;

/** What the server says of a machine of either kind by itself. */
export function machineDefaults(fields: Fields, call: Call, stored: Resource | undefined): Fields {
  return { MachinePolicyId: fields["MachinePolicyId"] || defaultPolicyId(call), ...machineState(fields, stored) };
}

/** Filters that deployment targets and workers share. */
export const machineFilters: NonNullable<CrudRules["filters"]> = {
  isDisabled: (machine, value) => String(machine["IsDisabled"]) === value.toLowerCase(),
  healthStatuses: (machine, value) => value.split(",").includes(textOf(machine, "HealthStatus")),
  commStyles: (machine, value) =>
    value.split(",").includes(textOf(fieldsOf(machine, "Endpoint"), "CommunicationStyle")),
  thumbprint: (machine, value) => textOf(machine, "Thumbprint").toLowerCase() === value.toLowerCase(),
  shellNames: (machine, value) => value.split(",").includes(textOf(machine, "ShellName")),
};

/** Filters that only deployment targets have. */
export const targetFilters: NonNullable<CrudRules["filters"]> = {
  roles: (machine, value) => value.split(",").some((role) => textsOf(machine, "Roles").includes(role)),
  environmentIds: (machine, value) => value.split(",").some((id) => textsOf(machine, "EnvironmentIds").includes(id)),
  tenantIds: (machine, value) => value.split(",").some((id) => textsOf(machine, "TenantIds").includes(id)),
  tenantTags: (machine, value) => value.split(",").some((tag) => textsOf(machine, "TenantTags").includes(tag)),
};

/** Targets of the space that a summary of environments or targets is asked for. */
export function machinesAsAsked(call: Call): Resource[] {
  return asAsked(call, {
    kind: "machines",
    permission: "MachineView",
    filters: { ...machineFilters, ...targetFilters },
  });
}

/** Workers of the space that a summary of pools is asked for. */
export function workersAsAsked(call: Call): Resource[] {
  return asAsked(call, { kind: "workers", permission: "WorkerView", filters: machineFilters });
}

/** As `machinePartialName` and the filters of the list say: `ids` and `partialName` are those of environments and pools. */
function asAsked(
  call: Call,
  options: { kind: "machines" | "workers"; permission: string; filters: NonNullable<CrudRules["filters"]> },
): Resource[] {
  const { kind, permission, filters } = options;
  const part = call.query.get("machinePartialName")?.toLowerCase() ?? "";
  const asked = Object.entries(filters).flatMap(([parameter, accepts]) => {
    const value = call.query.list(parameter)?.join(",") ?? "";
    return value === "" ? [] : [(machine: Resource) => accepts(machine, value, call)];
  });
  return visible(call, call.model.collection(kind).listInSpace(call.space.Id), { kind, permission }).filter(
    (machine) => textOf(machine, "Name").toLowerCase().includes(part) && asked.every((accepts) => accepts(machine)),
  );
}

export function secretsOfEndpoint(fields: Fields): string[] {
  const endpoint = fieldsOf(fields, "Endpoint");
  return ["SensitiveVariablesEncryptionPassword", "AadUserCredentialPassword", "AadClientCredentialSecret"]
    .filter((field) => field in endpoint)
    .map((field) => `Endpoint.${field}`);
}

function defaultPolicyId({ model, space }: Call): string | null {
  return (
    model.collection("machinepolicies").listInSpace(space.Id, (policy) => policy["IsDefault"] === true)[0]?.Id ?? null
  );
}

export function checkStyle(fields: Fields, use: "target" | "both"): void {
  const style = textOf(fieldsOf(fields, "Endpoint"), "CommunicationStyle");
  // Source: go-octopusdeploy knows these styles; the sentence is assumed.
  const allowed = communicationStyles[style];
  if (allowed === undefined || (use === "both" && allowed !== "both"))
    throw badRequest(`The communication style '${style}' is not valid.`);
}

/** What can be asked about machines of both kinds. Nobody connects to them here, so little is known. */
export function machineDetailRoutes(crud: Crud, path: string): Route[] {
  return [
    { method: "GET", path: `${path}/operatingsystem/names/all`, handle: () => ({ body: ["Unknown"] }) },
    { method: "GET", path: `${path}/operatingsystem/shells/all`, handle: () => ({ body: ["Unknown"] }) },
    {
      method: "GET",
      path: `${path}/{id}/connection`,
      handle: (call) => ({ body: connectionOf(crud.find(call.params["id"] ?? "", call)) }),
    },
  ];
}

function connectionOf(machine: Resource): Fields {
  return {
    Id: null,
    MachineId: machine.Id,
    Status: machine["Status"],
    Logs: [],
    LastChecked: null,
    CurrentTentacleVersion: null,
    Links: {},
  };
}
