import type { Resource } from "../model/collection.ts";
import { recordEvent } from "../model/events.ts";
import { textOf } from "../model/fields.ts";
import { replaceValues, type TenantValue } from "../model/tenant-variables.ts";
import type { Call } from "./route.ts";

/** Puts these values in the place of others, and a line into the audit trail that names the tenant and whose templates they are for. */
export function writeTenantValues(
  call: Call,
  tenant: Resource,
  change: { values: readonly TenantValue[]; replaces: (stored: Resource) => boolean },
): void {
  replaceValues(call.model, tenant, change);
  recordEvent(call.model, {
    category: "Modified",
    message: `Variables of the tenant ${textOf(tenant, "Name")} were changed`,
    user: call.user,
    spaceId: call.space.Id,
    relatedDocumentIds: [tenant.Id, ...change.values.map(({ OwnerId }) => OwnerId)],
    userAgent: call.request.headers.get("user-agent") ?? "",
  });
}
