import type { Resource } from "./collection.ts";
import { recordEvent } from "./events.ts";
import { fieldsOf, numberOf, textOf, textsOf, type Fields } from "./fields.ts";
import type { OctopusModel } from "./model.ts";

/** How a machine is (docs, health checks). */
export type MachineHealth = "Healthy" | "HasWarnings" | "Unhealthy" | "Unavailable" | "Unknown";

const told: Readonly<Record<MachineHealth, { status: string; summary: string; category: string | undefined }>> = {
  Healthy: { status: "Online", summary: "The machine is healthy.", category: "MachineHealthy" },
  HasWarnings: { status: "Online", summary: "The machine has warnings.", category: "MachineHasWarnings" },
  Unhealthy: { status: "Online", summary: "The machine is not healthy.", category: "MachineUnhealthy" },
  Unavailable: { status: "Offline", summary: "The machine cannot be reached.", category: "MachineUnavailable" },
  Unknown: { status: "Unknown", summary: "The health of this machine is not known.", category: undefined },
};

export function healthOf(machine: Fields): MachineHealth {
  const health = textOf(machine, "HealthStatus");
  return isHealth(health) ? health : "Unknown";
}

function isHealth(text: string): text is MachineHealth {
  return Object.hasOwn(told, text);
}

/** What a machine tells that is so. */
export function healthFields(health: MachineHealth, isDisabled: boolean): Fields {
  const { status, summary } = told[health];
  return { HealthStatus: health, Status: isDisabled ? "Disabled" : status, StatusSummary: summary };
}

/** What a health check would have found out, as nobody connects to machines here; a change leaves a line in the audit trail. */
export function setMachineHealth(
  model: OctopusModel,
  { kind, id, health }: { kind: "machines" | "workers"; id: string; health: MachineHealth },
): Resource {
  const machine = model.collection(kind).find(id);
  if (machine === undefined) throw new Error(`There is no ${id} among the ${kind}.`);
  const before = machine["HealthStatus"];
  const changed = model
    .collection(kind)
    .replace(id, { ...machine, ...healthFields(health, machine["IsDisabled"] === true) });
  const { category } = told[health];
  if (category !== undefined && before !== health)
    recordEvent(model, {
      category,
      message: `Machine ${textOf(machine, "Name")} was found to be ${health.toLowerCase()}`,
      spaceId: textOf(machine, "SpaceId") || null,
      relatedDocumentIds: [id, ...textsOf(machine, "EnvironmentIds"), ...textsOf(machine, "WorkerPoolIds")],
      userAgent: "Server",
    });
  return changed;
}

/** Machines counted by what a text of theirs says, or by each of several. */
export function countBy(machines: readonly Resource[], keysOf: (machine: Resource) => readonly string[]): Fields {
  const counts: Fields = {};
  for (const machine of machines)
    for (const key of keysOf(machine)) if (key !== "") counts[key] = numberOf(counts, key) + 1;
  return counts;
}

/** How machines are, those that are disabled left out, and how they are reached (docs: of summaries). */
export function summarizeMachines(machines: readonly Resource[]): Fields {
  const enabled = machines.filter((machine) => machine["IsDisabled"] !== true);
  return {
    MachineEndpointSummaries: countBy(machines, (machine) => [styleOf(machine)]),
    MachineHealthStatusSummaries: countBy(enabled, (machine) => [textOf(machine, "HealthStatus")]),
    MachineIdsForCalamariUpgrade: [],
    MachineIdsForTentacleUpgrade: [],
    TentacleUpgradesRequired: false,
    TotalMachines: machines.length,
    TotalDisabledMachines: machines.length - enabled.length,
  };
}

/** What a target is called by is assumed to be how it is reached. */
export function styleOf(machine: Resource): string {
  return textOf(fieldsOf(machine, "Endpoint"), "CommunicationStyle");
}
