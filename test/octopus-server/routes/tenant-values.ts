import type { Resource } from "../model/collection.ts";
import { textOf } from "../model/fields.ts";
import { replaceValues, type TenantValue } from "../model/tenant-variables.ts";
import { recordDeed } from "./audit.ts";
import type { Call } from "./route.ts";

/** Puts these values in the place of others, and a line into the audit trail that names the tenant and whose templates they are for. */
export function writeTenantValues(
  call: Call,
  tenant: Resource,
  change: { values: readonly TenantValue[]; replaces: (stored: Resource) => boolean },
): void {
  replaceValues(call.model, tenant, change);
  recordDeed(call, tenant, {
    category: "Modified",
    message: `Variables of the tenant ${textOf(tenant, "Name")} were changed`,
    related: change.values.map(({ OwnerId }) => OwnerId),
  });
}
