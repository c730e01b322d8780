import { name } from "../references.ts";
import { description, nameField, type Section } from "../section.ts";
import { object } from "../shape.ts";
import { count, flag, oneOf, text } from "../words.ts";

const span = (at: string, about?: string) =>
  text(at, `${about === undefined ? "" : `${about}, as `}\`[days.]hh:mm:ss\`.`);

const script = (at: string) =>
  object(at, undefined, {
    fields: {
      runType: oneOf("RunType", undefined, ["InheritFromDefault", "Inline", "OnlyConnectivity"]),
      script: text("ScriptBody"),
    },
  });

export const machinePolicies: Section = {
  key: "machinePolicies",
  kind: "machinePolicy",
  about: "How Octopus looks after machines.",
  fields: {
    name: nameField,
    description,
    connectTimeout: span("ConnectionConnectTimeout"),
    retryCount: count("ConnectionRetryCountLimit"),
    retrySleep: span("ConnectionRetrySleepInterval"),
    retryTimeLimit: span("ConnectionRetryTimeLimit"),
    pollingQueueTimeout: span("PollingRequestQueueTimeout"),
    pollingProcessingTimeout: span("PollingRequestMaximumMessageProcessingTimeout"),
    healthCheck: object("MachineHealthCheckPolicy", "Whether machines are well.", {
      fields: {
        type: oneOf("HealthCheckType", undefined, ["RunScript", "OnlyConnectivity"]),
        interval: span("HealthCheckInterval"),
        cron: text("HealthCheckCron", "Instead of the interval."),
        cronTimezone: text("HealthCheckCronTimezone"),
        powerShell: script("PowerShellHealthCheckPolicy"),
        bash: script("BashHealthCheckPolicy"),
      },
    }),
    connectivity: oneOf("MachineConnectivityPolicy.MachineConnectivityBehavior", "Whether machines may be away.", [
      "ExpectedToBeOnline",
      "MayBeOfflineAndCanBeSkipped",
    ]),
    cleanup: oneOf("MachineCleanupPolicy.DeleteMachinesBehavior", "What becomes of machines that stay away.", [
      "DoNotDelete",
      "DeleteUnavailableMachines",
    ]),
    cleanupAfter: span("MachineCleanupPolicy.DeleteMachinesElapsedTimeSpan"),
    callRetries: object("MachineRpcCallRetryPolicy", undefined, {
      fields: {
        enabled: flag("Enabled"),
        duration: span("RetryDuration"),
        healthCheckDuration: span("HealthCheckRetryDuration"),
      },
    }),
    updates: object("MachineUpdatePolicy", undefined, {
      fields: {
        calamari: oneOf("CalamariUpdateBehavior", undefined, [
          "UpdateOnDeployment",
          "UpdateOnNewMachine",
          "UpdateAlways",
        ]),
        tentacle: oneOf("TentacleUpdateBehavior", undefined, ["NeverUpdate", "Update"]),
        tentacleAccount: name("account", "TentacleUpdateAccountId"),
        kubernetesAgent: oneOf("KubernetesAgentUpdateBehavior", undefined, ["NeverUpdate", "Update", "Block"]),
      },
    }),
    packageCache: object("MachinePackageCacheRetentionPolicy", undefined, {
      fields: {
        strategy: oneOf("Strategy", undefined, ["Default", "Quantities"]),
        packages: count("QuantityOfPackagesToKeep"),
        packageUnit: oneOf("PackageUnit", undefined, ["Items"]),
        versions: count("QuantityOfVersionsToKeep"),
        versionUnit: oneOf("VersionUnit", undefined, ["Items"]),
      },
    }),
  },
};
