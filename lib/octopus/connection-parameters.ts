import { secret, text, url, type Parameter } from "../step/parameters.ts";

export interface ManagementParameters {
  managementServerUrl: Parameter<string>;
  managementApiKey: Parameter<string>;
  managementSpaceId: Parameter<string>;
}

/**
 * Where the management space is: by default the space that the step runs in.
 * @param help - what the instance and the space have, and what the user of the key may do there: each completes a sentence
 */
export function managementParameters(help: { instance: string; may: string; space: string }): ManagementParameters {
  return {
    managementServerUrl: url({
      label: "Management Server URL",
      help: `The instance ${help.instance}.`,
      default: "#{ThisInstance.Server.Url}",
    }),
    managementApiKey: secret({
      label: "Management API Key",
      help: `A key for that instance whose user may ${help.may}.`,
    }),
    managementSpaceId: text({
      label: "Management Space",
      help: `Id or name of the space ${help.space}.`,
      default: "#{Octopus.Space.Id}",
    }),
  };
}

export interface ManagedSpaceParameters {
  serverUrl: Parameter<string>;
  apiKey: Parameter<string>;
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
    apiKey: secret({ label: "Octopus API Key", help: `A key for that instance whose user may ${help.may}.` }),
    spaceId: text({
      label: "Space",
      help: ["Id or name of the managed space.", help.space].filter((part) => part !== undefined).join(" "),
      default: "#{ManagedTenant.Octopus.SpaceId}",
    }),
  };
}
