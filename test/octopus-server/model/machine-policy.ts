import type { Fields } from "./fields.ts";

/** Defaults of go-octopusdeploy's `NewMachinePolicy`; durations must never be empty, or the provider fails to read them. */
export const machinePolicyDefaults: Fields = {
  Name: "",
  Description: "",
  IsDefault: false,
  ConnectionConnectTimeout: "00:01:00",
  ConnectionRetryCountLimit: 5,
  ConnectionRetrySleepInterval: "00:00:01",
  ConnectionRetryTimeLimit: "00:05:00",
  PollingRequestQueueTimeout: "00:02:00",
  PollingRequestMaximumMessageProcessingTimeout: "00:10:00",
  MachineHealthCheckPolicy: {
    HealthCheckType: "RunScript",
    HealthCheckInterval: "1.00:00:00",
    HealthCheckCron: null,
    HealthCheckCronTimezone: "UTC",
    PowerShellHealthCheckPolicy: { RunType: "InheritFromDefault", ScriptBody: null },
    BashHealthCheckPolicy: { RunType: "InheritFromDefault", ScriptBody: null },
  },
  MachineConnectivityPolicy: { MachineConnectivityBehavior: "ExpectedToBeOnline" },
  MachineCleanupPolicy: { DeleteMachinesBehavior: "DoNotDelete", DeleteMachinesElapsedTimeSpan: "01:00:00" },
  MachineRpcCallRetryPolicy: { Enabled: false, RetryDuration: "00:02:30", HealthCheckRetryDuration: "00:01:30" },
  MachineUpdatePolicy: {
    CalamariUpdateBehavior: "UpdateOnDeployment",
    TentacleUpdateBehavior: "NeverUpdate",
    KubernetesAgentUpdateBehavior: "Update",
    TentacleUpdateAccountId: null,
  },
  MachinePackageCacheRetentionPolicy: {
    Strategy: "Default",
    QuantityOfPackagesToKeep: 0,
    PackageUnit: "Items",
    QuantityOfVersionsToKeep: 0,
    VersionUnit: "Items",
  },
};
