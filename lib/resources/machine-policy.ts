import { isJsonObject, type JsonObject } from "../model/json.ts";
import { object, program } from "./field.ts";
import { collectionRoutes, nameField, type ResourceKind } from "./resource-kind.ts";

const script = object({ ScriptBody: program });

/** As a new one is (go-octopusdeploy, NewMachinePolicy). */
const newPolicy = {
  Description: "Default machine policy.",
  ConnectionConnectTimeout: "00:01:00",
  ConnectionRetryCountLimit: 5,
  ConnectionRetrySleepInterval: "00:00:01",
  ConnectionRetryTimeLimit: "00:05:00",
  PollingRequestQueueTimeout: "00:02:00",
  PollingRequestMaximumMessageProcessingTimeout: "00:10:00",
  MachineHealthCheckPolicy: {
    HealthCheckType: "RunScript",
    HealthCheckInterval: "1.00:00:00",
    HealthCheckCronTimezone: "UTC",
    PowerShellHealthCheckPolicy: { RunType: "InheritFromDefault" },
    BashHealthCheckPolicy: { RunType: "InheritFromDefault" },
  },
  MachineConnectivityPolicy: { MachineConnectivityBehavior: "ExpectedToBeOnline" },
  MachineCleanupPolicy: { DeleteMachinesBehavior: "DoNotDelete", DeleteMachinesElapsedTimeSpan: "01:00:00" },
  MachineRpcCallRetryPolicy: { Enabled: false, RetryDuration: "00:02:30", HealthCheckRetryDuration: "00:01:30" },
  MachineUpdatePolicy: {
    CalamariUpdateBehavior: "UpdateOnDeployment",
    TentacleUpdateBehavior: "NeverUpdate",
    KubernetesAgentUpdateBehavior: "Update",
  },
};

/** What caches keep: a number without its unit would say something else, so that it is all or nothing. */
function listUntouched({ MachinePackageCacheRetentionPolicy: policy }: JsonObject): JsonObject {
  const isDefault = isJsonObject(policy) && policy["Strategy"] === "Default";
  return isDefault ? { MachinePackageCacheRetentionPolicy: policy } : {};
}

export const machinePolicy: ResourceKind = {
  id: "machinePolicy",
  label: "machine policy",
  idPrefix: "MachinePolicies",
  ...collectionRoutes("machinepolicies"),
  nameOf: nameField,
  isInEverySpace: (name) => name === "Default Machine Policy",
  inNewSpace: (document) => (document["IsDefault"] === true ? { ...newPolicy, ...listUntouched(document) } : undefined),
  fields: {
    MachineHealthCheckPolicy: object({ PowerShellHealthCheckPolicy: script, BashHealthCheckPolicy: script }),
  },
  // Every space has one default, which no other becomes.
  serverMade: ["IsDefault"],
};
