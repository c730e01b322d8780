/** Variables that say how steps sign in to an instance; both forms may stand side by side. */
interface SignInVariables {
  apiKey: string;
  serviceAccountId: string;
  /** Holds a Generic OIDC account, whose token for the run is in `<variable>.OpenIdConnect.Jwt`. */
  oidcAccount: string;
}

/** The management space's own. */
export const thisInstanceSignIn: SignInVariables = {
  apiKey: "ThisInstance.Api.Key",
  serviceAccountId: "ThisInstance.ServiceAccountId",
  oidcAccount: "ThisInstance.OidcAccount",
};

/** Those of the space that a tenant stands for. */
export const managedTenantSignIn: SignInVariables = {
  apiKey: "ManagedTenant.Octopus.ApiKey",
  serviceAccountId: "ManagedTenant.Octopus.ServiceAccountId",
  oidcAccount: "ManagedTenant.Octopus.OidcAccount",
};

/** The parameters that {@link SignInVariables} fill, of a step whose parameters begin with `prefix`, such as `CreateSpace.Management`. */
export function toSignInParameters(prefix: string, variables: SignInVariables): Record<string, string> {
  return {
    [`${prefix}ApiKey`]: `#{${variables.apiKey}}`,
    [`${prefix}ServiceAccountId`]: `#{${variables.serviceAccountId}}`,
    [`${prefix}OidcToken`]: `#{${variables.oidcAccount}.OpenIdConnect.Jwt}`,
  };
}
