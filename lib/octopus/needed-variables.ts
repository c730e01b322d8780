import { isSameName } from "./same-name.ts";
import { managedTenantSignIn } from "./sign-in-variables.ts";

/** Of those tenants whose spaces call things otherwise. */
export const mappingVariable = "ManagedTenant.Mapping";

/**
 * Whether a tenant may need a variable that it has no value for. A tenant has a key or a service account; the key stands for both where it has
 * neither. Few have a mapping.
 * @param open - names of all that it has no value for
 */
export function isNeeded(name: string, open: readonly string[]): boolean {
  if ([managedTenantSignIn.serviceAccountId, mappingVariable].some((one) => isSameName(name, one))) return false;
  return !isSameName(name, managedTenantSignIn.apiKey) || open.includes(managedTenantSignIn.serviceAccountId);
}
