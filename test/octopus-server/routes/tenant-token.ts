import type { Resource } from "../model/collection.ts";
import { propertyOf, type Fields } from "../model/fields.ts";
import { concurrencyToken, storedValues } from "../model/tenant-variables.ts";
import { StaleData, type Call } from "./route.ts";
import { outOfDate } from "./stale-version.ts";

/** Clients that send the token they read are told when somebody else wrote in between (docs, tenants); Octopus's Go client never sends it. */
export function checkToken(tenant: Resource, sent: Fields, call: Call): void {
  const token = propertyOf(sent, "ConcurrencyToken");
  if (typeof token !== "string" || token === "" || token === concurrencyToken(call.model, tenant)) return;
  // Source: issue 907 of the Terraform provider; the status is assumed.
  throw new StaleData(outOfDate("TenantVariable", storedValues(call.model, tenant)[0]?.Id ?? tenant.Id));
}
