import type { JsonObject } from "../model/json.ts";
import { managedTenantSignIn, thisInstanceSignIn } from "../octopus/sign-in-variables.ts";

/** By which steps sign in to instances as service accounts; every field that is given replaces what is stored. */
export interface ServiceAccountOptions {
  /** The GUID of the service account on this server. */
  serviceAccountId: string | undefined;
  /** A Generic OIDC account of the management space, by its id. */
  oidcAccountId: string | undefined;
}

/** The variables of the set This Instance: only the Sync environment sees them. */
export function listSignInVariables(
  { serviceAccountId, oidcAccountId }: ServiceAccountOptions,
  syncEnvironmentId: string,
): JsonObject[] {
  const Scope = { Environment: [syncEnvironmentId] };
  const accounts = [thisInstanceSignIn.oidcAccount, managedTenantSignIn.oidcAccount];
  return [
    ...(serviceAccountId === undefined
      ? []
      : [{ Name: thisInstanceSignIn.serviceAccountId, Value: serviceAccountId, Type: "String", Scope }]),
    ...(oidcAccountId === undefined
      ? []
      : accounts.map((Name) => ({ Name, Value: oidcAccountId, Type: "GenericOidcAccount", Scope }))),
  ];
}
