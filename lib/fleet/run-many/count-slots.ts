import { isJsonObject, objectsOf, type JsonObject } from "../../model/json.ts";
import type { OctopusClient } from "../../octopus/octopus-client.ts";
import { NotAllowedError, UnknownUserError } from "../../step/errors.ts";

/** How many of the command's runs may be under way at once. */
export interface Slots {
  count: number;
  /** Why no more, in a sentence; undefined where it is what was asked for. */
  why: string | undefined;
}

export interface SlotsOptions {
  /** As asked; undefined for what is usual. */
  atOnce: number | undefined;
  /** How many of the command's own runs the server is busy with. */
  running: number;
  /** How many are not over: more slots are of no use. */
  open: number;
}

const usual = 10;
const usualUnknown = 3;

/**
 * As many as are asked for, and as leave slots for others: of the tasks that all nodes take at once, a quarter is left besides what runs of
 * others. One is always let through, and waits in Octopus's queue as everybody's does.
 */
export async function countSlots(octopus: OctopusClient, { atOnce, running, open }: SlotsOptions): Promise<Slots> {
  const nodes = await readNodes(octopus);
  if (nodes === undefined) return withoutNodes(atOnce);
  const working = nodes.filter((node) => node["IsOffline"] !== true && node["IsInMaintenanceMode"] !== true);
  const cap = sum(working, "MaxConcurrentTasks");
  const others = Math.max(0, sum(working, "RunningTaskCount") - running);
  const wanted = Math.min(atOnce ?? usual, open);
  const left = Math.max(1, cap - Math.ceil(cap / 4) - others);
  if (wanted <= left) return { count: wanted, why: undefined };
  const busy = others === 0 ? "" : `, of which ${others} ${others === 1 ? "is" : "are"} in use`;
  return {
    count: left,
    why: `No more than ${left} at once: Octopus runs ${cap} ${cap === 1 ? "task" : "tasks"} at a time${busy}, and some are left for others.`,
  };
}

/** @returns undefined where the key may not ask */
async function readNodes(octopus: OctopusClient): Promise<JsonObject[] | undefined> {
  try {
    const summary = await octopus.getJson("/octopusservernodes/summary");
    const nodes = isJsonObject(summary) ? objectsOf(summary, "Nodes") : [];
    return nodes.length === 0 ? undefined : nodes;
  } catch (error) {
    if (error instanceof NotAllowedError && !(error instanceof UnknownUserError)) return undefined;
    throw error;
  }
}

function withoutNodes(atOnce: number | undefined): Slots {
  const count = atOnce ?? usualUnknown;
  const advice = atOnce === undefined ? " Ask for another number by --at-once." : "";
  return {
    count,
    why: `The user of the API key may not ask how many tasks Octopus runs at a time, so ${count} at once are started.${advice}`,
  };
}

function sum(nodes: readonly JsonObject[], field: string): number {
  return nodes.reduce((total, node) => total + (typeof node[field] === "number" ? node[field] : 0), 0);
}
