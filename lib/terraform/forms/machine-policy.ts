import { always, block, only, timeSpan } from "../field-forms.ts";
import type { TerraformForm } from "../form.ts";
import { plainResource } from "../plain-form.ts";

const script = { RunType: "run_type", ScriptBody: "script_body" };

export const machinePolicy: TerraformForm = {
  isInEverySpace: ({ key }) => key[0] === "Default Machine Policy",
  lookUp: { dataSource: "octopusdeploy_machine_policies", collection: "machine_policies", label: "machinepolicy" },
  resource: plainResource({
    label: "machinepolicy",
    type: "octopusdeploy_machine_policy",
    fields: {
      Name: "name",
      Description: always("description"),
      IsDefault: only(false),
      ConnectionConnectTimeout: timeSpan("connection_connect_timeout"),
      ConnectionRetryCountLimit: "connection_retry_count_limit",
      ConnectionRetrySleepInterval: timeSpan("connection_retry_sleep_interval"),
      ConnectionRetryTimeLimit: timeSpan("connection_retry_time_limit"),
      PollingRequestQueueTimeout: timeSpan("polling_request_queue_timeout"),
      MachineCleanupPolicy: block("machine_cleanup_policy", {
        DeleteMachinesBehavior: "delete_machines_behavior",
        DeleteMachinesElapsedTimeSpan: timeSpan("delete_machines_elapsed_timespan"),
      }),
      MachineConnectivityPolicy: block("machine_connectivity_policy", {
        MachineConnectivityBehavior: "machine_connectivity_behavior",
      }),
      MachineHealthCheckPolicy: block("machine_health_check_policy", {
        HealthCheckType: "health_check_type",
        HealthCheckInterval: timeSpan("health_check_interval"),
        HealthCheckCron: "health_check_cron",
        HealthCheckCronTimezone: "health_check_cron_timezone",
        BashHealthCheckPolicy: block("bash_health_check_policy", script),
        PowerShellHealthCheckPolicy: block("powershell_health_check_policy", script),
      }),
      MachinePackageCacheRetentionPolicy: block("machine_package_cache_retention_policy", {
        Strategy: "strategy",
        QuantityOfPackagesToKeep: "quantity_of_packages_to_keep",
        PackageUnit: "package_unit",
        QuantityOfVersionsToKeep: "quantity_of_versions_to_keep",
        VersionUnit: "version_unit",
      }),
      MachineUpdatePolicy: block("machine_update_policy", {
        CalamariUpdateBehavior: "calamari_update_behavior",
        TentacleUpdateBehavior: "tentacle_update_behavior",
        KubernetesAgentUpdateBehavior: "kubernetes_agent_update_behavior",
        TentacleUpdateAccountId: "tentacle_update_account_id",
      }),
    },
  }),
};
