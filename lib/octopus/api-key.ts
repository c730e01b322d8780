import { managedTenantSignIn, thisInstanceSignIn } from "./sign-in-variables.ts";

/** Where the key of a client came from, so that a sentence can tell which of several is meant. */
export interface ApiKeyOrigin {
  /** As it goes on behind `the user of`: `"Management API Key"`. */
  name: string;
  /** Where people change it, in a phrase that follows the name: `usually ThisInstance.Api.Key …`. */
  place: string;
}

/** The key of the management space's own instance, in a step's form. @param label - first word of the parameter's label */
export function ownKey(label: string): ApiKeyOrigin {
  return {
    name: `"${label} API Key"`,
    place: `usually ${thisInstanceSignIn.apiKey} of the variable set "This Instance"`,
  };
}

/** The key of the instance that a tenant's space is on, in a step's form. */
export const tenantKey: ApiKeyOrigin = {
  name: '"Octopus API Key"',
  place: `usually the tenant's variable ${managedTenantSignIn.apiKey}`,
};
