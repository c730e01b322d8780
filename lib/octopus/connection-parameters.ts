import { secret, text, url, type Parameter } from "../step/parameters.ts";

export interface ManagementParameters {
  managementServerUrl: Parameter<string>;
  managementApiKey: Parameter<string | undefined>;
  managementServiceAccountId: Parameter<string | undefined>;
  managementOidcToken: Parameter<string | undefined>;
  managementSpaceId: Parameter<string>;
}

/**
 * Where the management space is: by default the space that the step runs in.
 * @param help - what the instance and the space have, and what the user of the key may do there: each completes a sentence
 */
export function managementParameters(help: { instance: string; may: string; space: string }): ManagementParameters {
  const { apiKey, serviceAccountId, oidcToken } = signInParameters({
    ...thisInstance,
    label: "Management",
    help: `A key for that instance whose user may ${help.may}.`,
  });
  return {
    managementServerUrl: url({
      label: "Management Server URL",
      help: `The instance ${help.instance}.`,
      default: "#{ThisInstance.Server.Url}",
    }),
    managementApiKey: apiKey,
    managementServiceAccountId: serviceAccountId,
    managementOidcToken: oidcToken,
    managementSpaceId: text({
      label: "Management Space",
      help: `Id or name of the space ${help.space}.`,
      default: "#{Octopus.Space.Id}",
    }),
  };
}

export interface SignInParameters {
  apiKey: Parameter<string | undefined>;
  serviceAccountId: Parameter<string | undefined>;
  oidcToken: Parameter<string | undefined>;
}

export interface SignInHelp {
  /** First word of the labels. */
  label: string;
  /** What the variables of the instance begin with. */
  variables: string;
  /** Whose key it is. */
  help: string;
}

export const thisInstance = { label: "Octopus", variables: "ThisInstance" } as const;
export const managedTenant = { label: "Octopus", variables: "ManagedTenant.Octopus" } as const;

/** How the step signs in: as a service account, by the run's own token, or with a key. Which of them a tenant has differs, so none is required. */
export function signInParameters({ label, variables, help }: SignInHelp): SignInParameters {
  const optional = { optional: true, mayBeUnresolved: true } as const;
  return {
    apiKey: secret({ label: `${label} API Key`, help, ...optional }),
    serviceAccountId: text({
      label: `${label} Service Account`,
      help: "Id of a service account to sign in as instead, which then wins over the key.",
      default: `#{${variables}.ServiceAccountId}`,
      ...optional,
    }),
    oidcToken: secret({
      label: `${label} OIDC Token`,
      help: `The run's token for that service account: \`#{${variables}.OidcAccount.OpenIdConnect.Jwt}\`.`,
      ...optional,
    }),
  };
}

export interface ManagedSpaceParameters extends SignInParameters {
  serverUrl: Parameter<string>;
  spaceId: Parameter<string>;
}

/**
 * Where the managed space is: by default the one that the tenant of the run stands for.
 * @param help - what the user of the key may do, which completes a sentence; what else is to be said about the space
 */
export function managedSpaceParameters(help: { may: string; space?: string }): ManagedSpaceParameters {
  return {
    serverUrl: url({
      label: "Octopus Server URL",
      help: "The instance with the managed space.",
      default: "#{ManagedTenant.Octopus.Url}",
    }),
    ...signInParameters({ ...managedTenant, help: `A key for that instance whose user may ${help.may}.` }),
    spaceId: text({
      label: "Space",
      help: ["Id or name of the managed space.", help.space].filter((part) => part !== undefined).join(" "),
      default: "#{ManagedTenant.Octopus.SpaceId}",
    }),
  };
}
