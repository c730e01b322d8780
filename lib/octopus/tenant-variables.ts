import type { CommonTemplate } from "./common-template.ts";
import type { OctopusSpace } from "./octopus-client.ts";
import { writeOverlapping } from "./overlapping-tenant-writes.ts";
import { openScopedValues } from "./scoped-tenant-values.ts";
import type { TenantValues } from "./tenant-values.ts";
import { openUnscopedValues } from "./unscoped-tenant-values.ts";

/** The tenant's value of a common variable as plain text: the template's default where the tenant has none. */
export async function readCommonValue(
  space: OctopusSpace,
  tenantId: string,
  template: CommonTemplate,
): Promise<string> {
  const values = await openValues(space, tenantId);
  const value = values.find(template);
  return typeof value === "string" && value !== "" ? value : template.default;
}

/**
 * Sets one common variable of a tenant and leaves all its other values, secrets included, as they are, whoever writes meanwhile.
 * @param wait - for tests that do not want to
 * @returns whether anything had to be written
 */
export function recordCommonValue(
  space: OctopusSpace,
  tenantId: string,
  template: CommonTemplate,
  value: string,
  wait?: (milliseconds: number) => Promise<void>,
): Promise<boolean> {
  return writeOverlapping(space, tenantId, {
    read: () => openValues(space, tenantId),
    isDone: (values) => values.find(template) === value,
    async write(values) {
      await values.write(template, value);
      return false;
    },
    wait,
  });
}

/** Newer servers scope common variables to environments and have routes of their own for them; older ones answer 404 there. */
async function openValues(space: OctopusSpace, tenantId: string): Promise<TenantValues> {
  const scoped = await space.find(`/tenants/${tenantId}/commonvariables`, { includeMissingVariables: false });
  if (scoped !== undefined) return openScopedValues(space, tenantId, scoped);
  return openUnscopedValues(space, tenantId, await space.get(`/tenants/${tenantId}/variables`));
}
