import { isSameName } from "./same-name.ts";
import { managedTenantSignIn } from "./sign-in-variables.ts";

/** Of those tenants whose spaces call things otherwise. */
export const mappingVariable = "ManagedTenant.Mapping";

/** What a run for one tenant is told about conflicts in its space. */
export const decisionsVariable = "ManagedSpaces.Decisions";

/** Of those tenants whose spaces have something of their own in copies by decision, so that it is not told as what many changed alike. */
export const ownChangesVariable = "ManagedTenant.OwnChanges";

/**
 * Whether a tenant may need a variable that it has no value for. A tenant has a key or a service account; the key stands for both where it has
 * neither. Few have a mapping, or changes of their own.
 * @param open - names of all that it has no value for
 */
export function isNeeded(name: string, open: readonly string[]): boolean {
  const rare = [managedTenantSignIn.serviceAccountId, mappingVariable, ownChangesVariable];
  if (rare.some((one) => isSameName(name, one))) return false;
  return !isSameName(name, managedTenantSignIn.apiKey) || open.includes(managedTenantSignIn.serviceAccountId);
}
