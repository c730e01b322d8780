import { logRequests } from "../http/log-requests.ts";
import type { StepContext, StepLog } from "../step/define-step.ts";
import { ParameterError } from "../step/errors.ts";
import { describeRun } from "../step/parse-input.ts";
import { ownKey, tenantKey, type ApiKeyOrigin } from "./api-key.ts";
import { createOctopusClient, type OctopusClient } from "./octopus-client.ts";

/** What a client needs of the run that it works for. */
export interface Run {
  log: Pick<StepLog, "info" | "verbose" | "warn">;
  mask: StepContext["mask"];
  signal: AbortSignal;
  /** Tells for which tenant it is. */
  readVariable?: StepContext["readVariable"];
}

/** What `managementParameters` ask for. */
export interface ManagementInput {
  managementServerUrl: string;
  managementApiKey: string | undefined;
  managementServiceAccountId: string | undefined;
  managementOidcToken: string | undefined;
}

/** What `signInParameters` ask for, and of which instance. */
export interface InstanceInput {
  serverUrl: string;
  apiKey: string | undefined;
  serviceAccountId: string | undefined;
  oidcToken: string | undefined;
}

/** @throws as {@link connect} does */
export function connectToManagement(input: ManagementInput, run: Run): OctopusClient {
  return connect(
    {
      serverUrl: input.managementServerUrl,
      apiKey: input.managementApiKey,
      serviceAccountId: input.managementServiceAccountId,
      oidcToken: input.managementOidcToken,
    },
    run,
    ownKey("Management"),
  );
}

/**
 * As the service account where one is given, else by the API key.
 * @param keyOrigin - where the key came from, for sentences
 * @throws {@link ParameterError} when there is neither, or no token to sign in with
 */
export function connect(
  { serverUrl: url, apiKey, serviceAccountId, oidcToken }: InstanceInput,
  { log, mask, signal, readVariable }: Run,
  keyOrigin: ApiKeyOrigin = tenantKey,
): OctopusClient {
  const options = { url, signal, ...logRequests(log) };
  if (serviceAccountId === undefined) {
    if (apiKey === undefined)
      throw new ParameterError(
        `There is neither an API key nor a service account for Octopus at ${url}. Enter ${keyOrigin.name} (${keyOrigin.place}) or the service account; one that refers to a variable without a value ${readVariable === undefined ? "in this run" : describeRun(readVariable)} is none.`,
      );
    return createOctopusClient({ ...options, apiKey, keyOrigin });
  }
  if (oidcToken === undefined)
    throw new ParameterError(
      `There is no OIDC token by which the run could sign in to Octopus at ${url} as the service account "${serviceAccountId}". Give the runbook's project a variable with a Generic OIDC account, or leave the service account blank to use the API key.`,
    );
  log.verbose(
    `Signs in to ${url} as the service account "${serviceAccountId}"${apiKey === undefined ? "" : "; the API key is not used"}.`,
  );
  return createOctopusClient({ ...options, serviceAccountId, oidcToken, mask });
}
