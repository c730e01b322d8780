import type { StepLog } from "../step/define-step.ts";
import { logAttempts } from "./log-attempts.ts";
import { createOctopusClient, type OctopusClient } from "./octopus-client.ts";

/** What a client needs of the run that it works for. */
export interface Run {
  log: Pick<StepLog, "verbose">;
  signal: AbortSignal;
}

/** The instance that `managementParameters` ask for. */
export function connectToManagement(
  { managementServerUrl, managementApiKey }: { managementServerUrl: string; managementApiKey: string },
  run: Run,
): OctopusClient {
  return connect(managementServerUrl, managementApiKey, run);
}

/** The instance that `managedSpaceParameters` ask for. */
export function connectToManaged(
  { serverUrl, apiKey }: { serverUrl: string; apiKey: string },
  run: Run,
): OctopusClient {
  return connect(serverUrl, apiKey, run);
}

function connect(url: string, apiKey: string, { log, signal }: Run): OctopusClient {
  return createOctopusClient({ url, apiKey, signal, onAttempt: logAttempts(log) });
}
