import type { Resource } from "../model/collection.ts";
import { healthFields, type MachineHealth } from "../model/machine-health.ts";
import type { OctopusModel } from "../model/model.ts";
import type { OctopusServer } from "../octopus-server.ts";
import { copySpace, readPattern } from "./copy-space.ts";
import { makeFirstSpace } from "./first-space.ts";
import { usualContents, usualHistory, type FleetPlan } from "./fleet-plan.ts";
import { writeHistory } from "./history.ts";

/** What came to the server. */
export interface Fleet {
  spaces: FleetSpace[];
}

export interface FleetSpace {
  id: string;
  name: string;
  /** What an id of the first space is in this one. */
  idFor: (id: string) => string;
}

/**
 * Fills a server with spaces, and with what happened in them: the first one over the API, the others as copies of its documents, written
 * straight into the model. Neither requests nor lines of the audit trail tell of it, except for those of the history, which is in the past: so
 * this comes before anything else is done, and before faults are planned.
 */
export async function seedFleet(server: OctopusServer, plan: FleetPlan): Promise<Fleet> {
  const { model } = server;
  const { isAuditOn } = model.instance;
  const asked = server.requests.length;
  const names = Array.from({ length: plan.spaces }, (_, index) => (plan.nameOf ?? usualName)(index + 1));
  const [name] = names;
  if (name === undefined) return { spaces: [] };
  model.instance.isAuditOn = false;
  const first = await makeFirstSpace(server, { name, contents: { ...usualContents, ...plan.contents } });
  await plan.prepare?.(first.id);
  server.requests.splice(asked);
  model.instance.isAuditOn = isAuditOn;
  const pattern = readPattern(model, first.id);
  const copies = names.slice(1).map((copyName) => ({ name: copyName, ...copySpace(model, pattern, copyName) }));
  const spaces = [{ id: first.id, name, idFor: (id: string) => id }, ...copies];
  for (const [index, { id }] of spaces.entries()) setHealth(model, id, { space: index + 1, plan });
  const history = { ...usualHistory, ...plan.history };
  writeHistory(model, {
    spaceIds: spaces.map(({ id }) => id),
    deployment: first.deployment,
    history,
    seed: plan.seed ?? 1,
  });
  return { spaces };
}

function usualName(space: number): string {
  return `Space ${String(space).padStart(3, "0")}`;
}

function setHealth(model: OctopusModel, spaceId: string, { space, plan }: { space: number; plan: FleetPlan }): void {
  const healthOf = plan.healthOf ?? ((): MachineHealth => "Healthy");
  for (const kind of ["machines", "workers"] as const)
    for (const [index, machine] of model.collection(kind).inOrder(spaceId).entries())
      become(machine, healthOf({ space, kind, number: index + 1 }));
}

function become(machine: Resource, health: MachineHealth): void {
  Object.assign(machine, healthFields(health, machine["IsDisabled"] === true));
}
