import { isSameJson, type JsonValue } from "../model/json.ts";
import type { CommonTemplate } from "./common-template.ts";
import type { OctopusSpace } from "./octopus-client.ts";
import { writeOverlapping } from "./overlapping-tenant-writes.ts";
import { openTenantValues } from "./tenant-value-list.ts";
import type { TenantValue } from "./tenant-value.ts";

/** The tenant's value of a common variable as plain text: the template's default where the tenant has none. */
export async function readCommonValue(
  space: OctopusSpace,
  tenantId: string,
  template: CommonTemplate,
): Promise<string> {
  const { values } = await openTenantValues(space, tenantId, ["sets"]);
  const value = findValue(values, template);
  return typeof value === "string" && value !== "" ? value : template.default;
}

/**
 * Sets one common variable of a tenant, in all environments, and leaves all its other values, secrets included, as they are, whoever
 * writes meanwhile.
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
    read: () => openTenantValues(space, tenantId, ["sets"]),
    isDone: ({ values }) => findValue(values, template) === value,
    async write({ values, write }) {
      const own = values.filter((one) => isOf(one, template));
      const others = values.filter((one) => !isOf(one, template));
      await write([...others, ...(own.length === 0 ? [toNew(template)] : own).map((one) => ({ ...one, value }))]);
      // Whoever writes without the token is not refused, and may undo it.
      return false;
    },
    wait,
  });
}

/** What it has in every environment; undefined where these differ. */
function findValue(values: readonly TenantValue[], template: CommonTemplate): JsonValue | undefined {
  const [first, ...others] = values.filter((one) => isOf(one, template));
  return others.every(({ value }) => isSameJson(value, first?.value)) ? first?.value : undefined;
}

function isOf({ ownerId, template }: TenantValue, { libraryVariableSetId, name }: CommonTemplate): boolean {
  return ownerId === libraryVariableSetId && template === name;
}

function toNew({ libraryVariableSetId, name }: CommonTemplate): TenantValue {
  return { ownerId: libraryVariableSetId, template: name, environmentIds: [], value: "", controlType: "" };
}
