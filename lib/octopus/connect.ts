import { logRequests } from "../http/log-requests.ts";
import type { StepLog } from "../step/define-step.ts";
import { createOctopusClient, type OctopusClient } from "./octopus-client.ts";

/** What a client needs of the run that it works for. */
export interface Run {
  log: Pick<StepLog, "info" | "verbose">;
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

/** A client for the run. */
export function connect(url: string, apiKey: string, { log, signal }: Run): OctopusClient {
  return createOctopusClient({ url, apiKey, signal, ...logRequests(log) });
}
