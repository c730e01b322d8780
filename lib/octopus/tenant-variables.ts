import { setTimeout as sleep } from "node:timers/promises";
import { ConflictError, StepError } from "../step/errors.ts";
import type { CommonTemplate } from "./common-template.ts";
import type { OctopusSpace } from "./octopus-client.ts";
import { openScopedValues } from "./scoped-tenant-values.ts";
import { isStale } from "./stale-data.ts";
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
 * Sets one common variable of a tenant and leaves all its other values, secrets included, as they are. Both forms of the API
 * replace everything in one write and the newer one has no concurrency token, so the values are read right before it, and again a
 * moment after it: a run that had read them before ours was written has sent its own by then, and ours is written once more.
 * @param wait - for tests that do not want to
 * @returns whether anything had to be written
 */
export async function recordCommonValue(
  space: OctopusSpace,
  tenantId: string,
  template: CommonTemplate,
  value: string,
  wait: (milliseconds: number) => Promise<void> = sleep,
): Promise<boolean> {
  let hasWritten = false;
  for (let attempt = 0; attempt < 5; attempt += 1) {
    const values = await openValues(space, tenantId);
    if (values.find(template) === value) return hasWritten;
    try {
      await values.write(template, value);
      hasWritten = true;
      await wait(overlapTime);
    } catch (error) {
      // Somebody else wrote in between, and we read again.
      if (!isStale(error) && !isTokenRefused(error)) throw error;
    }
  }
  throw new ConflictError(
    `The values of the tenant ${tenantId} in the space "${space.name}" keep being changed by somebody else. Run the step again when that is done.`,
  );
}

/** The older form has a concurrency token, whose refusal the status alone may tell. */
function isTokenRefused(error: unknown): boolean {
  return error instanceof StepError && /\((409|412)\)|concurren/i.test(error.message);
}

/** Milliseconds: longer than another run takes from reading the values to writing them. */
const overlapTime = 500;

/** Newer servers scope common variables to environments and have routes of their own for them; older ones answer 404 there. */
async function openValues(space: OctopusSpace, tenantId: string): Promise<TenantValues> {
  const scoped = await space.find(`/tenants/${tenantId}/commonvariables`, { includeMissingVariables: false });
  if (scoped !== undefined) return openScopedValues(space, tenantId, scoped);
  return openUnscopedValues(space, tenantId, await space.get(`/tenants/${tenantId}/variables`));
}
