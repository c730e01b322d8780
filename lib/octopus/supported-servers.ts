import { isJsonObject, textOf } from "../model/json.ts";
import { StepError } from "../step/errors.ts";
import type { StepLog } from "../step/define-step.ts";
import { compareVersions } from "./compare-versions.ts";
import type { OctopusClient } from "./octopus-client.ts";

/** The oldest line of Octopus Server that the stories are told on (decisions/0018). */
const oldestServer = "2024.4";

/** What is to be said of a server that is older; undefined for any other, and for a version that says no year. */
export function describeOldServer(url: string, version: string): string | undefined {
  if (!/^\d{4}\./.test(version) || compareVersions(version, oldestServer) >= 0) return undefined;
  return `${url} is Octopus Server ${version}. Managed Spaces supports ${oldestServer} and newer: with this one it may fail, or leave out what the server does not have. Upgrade the server.`;
}

/** Warns of each server that is older than what is supported: one request for each that is not the same. Never throws for an answer. */
export async function warnOfOldServers(clients: readonly OctopusClient[], log: Pick<StepLog, "warn">): Promise<void> {
  for (const [url, octopus] of new Map(clients.map((client) => [client.url, client]))) {
    const sentence = describeOldServer(url, await readServerVersion(octopus));
    if (sentence !== undefined) log.warn(sentence);
  }
}

/** As the root tells it, which needs no permission; "" when it does not. */
async function readServerVersion(octopus: OctopusClient): Promise<string> {
  try {
    const root = await octopus.getJson("");
    return isJsonObject(root) ? textOf(root, "Version") : "";
  } catch (error) {
    if (error instanceof StepError) return "";
    throw error;
  }
}
