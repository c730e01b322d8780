import type { GraphNode } from "../../model/graph.ts";
import { isJsonObject, textOf, type JsonValue } from "../../model/json.ts";
import { always, block, nothing, only, timeSpan } from "../field-forms.ts";
import type { TerraformForm } from "../form.ts";
import { objectAt, plainResource, type FieldForm } from "../plain-form.ts";

const quantities = {
  QuantityOfPackagesToKeep: "quantity_of_packages_to_keep",
  PackageUnit: "package_unit",
  QuantityOfVersionsToKeep: "quantity_of_versions_to_keep",
  VersionUnit: "version_unit",
};
const counted = block("machine_package_cache_retention_policy", { Strategy: "strategy", ...quantities });
const byDefault = block("machine_package_cache_retention_policy", {
  Strategy: "strategy",
  ...Object.fromEntries(Object.keys(quantities).map((field) => [field, nothing])),
});

/** The provider reads no numbers where the server chooses. */
const cacheRetention: FieldForm = (place) => {
  const form = textOf(objectAt(place), "Strategy") === "Default" ? byDefault : counted;
  return typeof form === "string" ? {} : form(place);
};

/** The server also knows `Block`, which the provider takes for a mistake (1.17.0). */
const agentUpdates: FieldForm = ({ value, module, node }) =>
  value === "NeverUpdate" || value === "Update"
    ? { attributes: { kubernetes_agent_update_behavior: module.value(value, node) } }
    : { isUnsaid: value !== undefined };

const script = { RunType: "run_type", ScriptBody: "script_body" };

const durations = {
  ConnectionConnectTimeout: "connection_connect_timeout",
  ConnectionRetrySleepInterval: "connection_retry_sleep_interval",
  ConnectionRetryTimeLimit: "connection_retry_time_limit",
  PollingRequestQueueTimeout: "polling_request_queue_timeout",
} as const;

export const machinePolicy: TerraformForm = {
  lookUp: { dataSource: "octopusdeploy_machine_policies", collection: "machine_policies", label: "machinepolicy" },
  resource: plainResource({
    label: "machinepolicy",
    type: "octopusdeploy_machine_policy",
    ignoreChanges: listUnreadable,
    fields: {
      Name: "name",
      Description: always("description"),
      IsDefault: only(false),
      ConnectionConnectTimeout: timeSpan(durations.ConnectionConnectTimeout),
      ConnectionRetryCountLimit: "connection_retry_count_limit",
      ConnectionRetrySleepInterval: timeSpan(durations.ConnectionRetrySleepInterval),
      ConnectionRetryTimeLimit: timeSpan(durations.ConnectionRetryTimeLimit),
      PollingRequestQueueTimeout: timeSpan(durations.PollingRequestQueueTimeout),
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
      MachinePackageCacheRetentionPolicy: cacheRetention,
      MachineUpdatePolicy: block("machine_update_policy", {
        CalamariUpdateBehavior: "calamari_update_behavior",
        TentacleUpdateBehavior: "tentacle_update_behavior",
        KubernetesAgentUpdateBehavior: agentUpdates,
        TentacleUpdateAccountId: "tentacle_update_account_id",
      }),
    },
  }),
};

const policyBlocks = {
  MachineCleanupPolicy: "machine_cleanup_policy",
  MachineHealthCheckPolicy: "machine_health_check_policy",
} as const;

/** Durations with days, or with less than seconds, are sent by the provider and read as others: it would send them again and again. */
function listUnreadable({ body }: GraphNode): string[] {
  return [
    ...Object.entries(durations).flatMap(([field, name]) => (isUnreadable(body[field]) ? [name] : [])),
    ...Object.entries(policyBlocks).flatMap(([field, name]) => (hasUnreadable(body[field]) ? [name] : [])),
  ];
}

function hasUnreadable(policy: JsonValue | undefined): boolean {
  return isJsonObject(policy) && Object.values(policy).some(isUnreadable);
}

function isUnreadable(value: JsonValue | undefined): boolean {
  return typeof value === "string" && value.includes(".") && /^(\d+\.)?\d+:\d+:\d+(\.\d+)?$/.test(value);
}
