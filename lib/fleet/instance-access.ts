import { connect, type InstanceInput, type Run } from "../octopus/connect.ts";
import type { OctopusClient } from "../octopus/octopus-client.ts";
import { ParameterError } from "../step/errors.ts";
import { toAddress } from "./list-tenants.ts";

/** One key an instance: all its spaces are asked with it. */
export interface InstanceAccess {
  /** @throws {@link ParameterError} where there is no key for that instance */
  open(url: string): OctopusClient;
  /** Several addresses may lead to the instance of the management space: then its own. */
  addressOf(url: string): string;
  /** Sent so far to all instances, that of the management space among them. */
  countRequests(): number;
}

export interface InstanceAccessOptions {
  /** The client of the management space's own instance, which is that of the tenants with the same address. */
  management: OctopusClient;
  /** Addresses by which steps reach that instance, too. */
  aliases: readonly string[];
  readVariable(name: string): string | undefined;
  run: Run;
}

/** What the variables of an instance begin with: `ManagedInstance.octopus.example.com`, with the port and the path where there is one. */
export function instancePrefix(url: string): string {
  return `ManagedInstance.${url.replace(/^https?:\/\//, "")}`;
}

/**
 * Signs in to the instances of a fleet. A run that has no tenant sees no tenant's key, so instances have keys of their own: variables of
 * the set *Managed Instances*.
 */
export function createInstanceAccess({
  management,
  aliases,
  readVariable,
  run,
}: InstanceAccessOptions): InstanceAccess {
  const others = aliases.map((alias) => toAddress(alias)[0]).filter((url) => url !== "");
  const own = new Set([management.url, ...others].map((url) => url.toLowerCase()));
  const isOwn = (url: string): boolean => own.has(url.toLowerCase());
  const open = new Map<string, OctopusClient>();
  return {
    open(url) {
      if (isOwn(url)) return management;
      const client = open.get(url) ?? openNow(url, { readVariable, run });
      open.set(url, client);
      return client;
    },
    addressOf: (url) => (isOwn(url) ? management.url : url),
    countRequests: () => [management, ...open.values()].reduce((sum, { requestCount }) => sum + requestCount, 0),
  };
}

/** No form has declared the keys: they are asked for by name as instances become known. */
function openNow(
  url: string,
  { readVariable, run }: Pick<InstanceAccessOptions, "readVariable" | "run">,
): OctopusClient {
  const signIn = readSignIn(url, readVariable);
  for (const secret of [signIn.apiKey, signIn.oidcToken]) if (secret !== undefined) run.mask(secret);
  return connect(signIn, run, {
    name: "the API key of this instance",
    place: `${instancePrefix(url)}.ApiKey of the variable set "Managed Instances", or of the file of --instance-keys`,
  });
}

function readSignIn(url: string, readVariable: (name: string) => string | undefined): InstanceInput {
  const prefix = instancePrefix(url);
  const apiKey = readVariable(`${prefix}.ApiKey`) || undefined;
  const serviceAccountId = readVariable(`${prefix}.ServiceAccountId`) || undefined;
  if (apiKey === undefined && serviceAccountId === undefined)
    throw new ParameterError(
      `There is no key for the instance ${url}. Add the secret variable ${prefix}.ApiKey to the library variable set "Managed Instances", with the key of a user who may view its spaces; at a terminal, add its address and key to the file of --instance-keys.`,
    );
  const oidcToken = readVariable(`${prefix}.OidcAccount.OpenIdConnect.Jwt`) || undefined;
  return { serverUrl: url, apiKey, serviceAccountId, oidcToken };
}
