import { awkward, secret, type KindStory } from "../kind-story.ts";

export const stories: KindStory[] = [
  {
    kind: "machinePolicy",
    what: "with scripts, all its durations and an account for upgrades",
    edit: { Description: "Edited" },
    async seed(space) {
      const account = await space.post("/accounts", {
        Name: awkward("Upgrades"),
        AccountType: "UsernamePassword",
        Username: "upgrader",
        Password: secret("of upgrades"),
      });
      await space.post("/machinepolicies", {
        Name: awkward("Easy"),
        MachineHealthCheckPolicy: {
          HealthCheckType: "OnlyConnectivity",
          HealthCheckInterval: "10:00:00",
          HealthCheckCronTimezone: "UTC",
          PowerShellHealthCheckPolicy: { RunType: "InheritFromDefault" },
          BashHealthCheckPolicy: { RunType: "InheritFromDefault" },
        },
        MachineUpdatePolicy: {
          CalamariUpdateBehavior: "UpdateOnNewMachine",
          TentacleUpdateBehavior: "NeverUpdate",
          KubernetesAgentUpdateBehavior: "Block",
        },
      });
      await space.post("/machinepolicies", {
        Name: awkward("Strict"),
        Description: "Looks often.",
        ConnectionConnectTimeout: "00:02:00",
        ConnectionRetryCountLimit: 7,
        ConnectionRetrySleepInterval: "00:00:02.5000000",
        ConnectionRetryTimeLimit: "00:06:00",
        PollingRequestQueueTimeout: "00:03:00",
        MachineHealthCheckPolicy: {
          HealthCheckType: "RunScript",
          HealthCheckInterval: "2.00:00:00",
          HealthCheckCron: "0 0 * * * *",
          HealthCheckCronTimezone: "Europe/Zurich",
          PowerShellHealthCheckPolicy: { RunType: "Inline", ScriptBody: "Write-Host '#{Octopus.Machine.Name}'" },
          BashHealthCheckPolicy: { RunType: "Inline", ScriptBody: "echo Environments-1" },
        },
        MachineConnectivityPolicy: { MachineConnectivityBehavior: "MayBeOfflineAndCanBeSkipped" },
        MachineCleanupPolicy: {
          DeleteMachinesBehavior: "DeleteUnavailableMachines",
          DeleteMachinesElapsedTimeSpan: "3.00:00:00",
        },
        MachineRpcCallRetryPolicy: { Enabled: true, RetryDuration: "00:03:00", HealthCheckRetryDuration: "00:01:00" },
        MachineUpdatePolicy: {
          CalamariUpdateBehavior: "UpdateAlways",
          TentacleUpdateBehavior: "Update",
          KubernetesAgentUpdateBehavior: "NeverUpdate",
          TentacleUpdateAccountId: account.Id,
        },
        MachinePackageCacheRetentionPolicy: {
          Strategy: "Quantities",
          QuantityOfPackagesToKeep: 4,
          PackageUnit: "Items",
          QuantityOfVersionsToKeep: 2,
          VersionUnit: "Items",
        },
      });
    },
  },
];
