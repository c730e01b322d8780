import { isJsonObject, isSameJson, textOf } from "../model/json.ts";
import type { OctopusSpace } from "./octopus-client.ts";
import { writeOverlapping } from "./overlapping-tenant-writes.ts";
import { openScopedList } from "./scoped-tenant-value-list.ts";
import { keyOfTenantValue, type TenantValue, type TenantValueList, type ValueOwners } from "./tenant-value.ts";
import { openUnscopedList } from "./unscoped-tenant-value-list.ts";

/** What is to become of the values of one tenant; all others stay as they are, whoever gave them. */
export interface TenantValueChanges {
  set: readonly TenantValue[];
  removed: readonly TenantValue[];
}

const allOwners: readonly ValueOwners[] = ["sets", "projects"];

/**
 * Newer servers scope values one by one and have routes of their own for them; older ones answer 404 there.
 * @param owners - whose values are wanted; older servers give all
 */
export async function openTenantValues(
  space: OctopusSpace,
  tenantId: string,
  owners: readonly ValueOwners[] = allOwners,
): Promise<TenantValueList> {
  return (await openScopedList(space, tenantId, owners)) ?? openUnscopedList(space, tenantId);
}

/** Changes some values of a tenant, whoever writes meanwhile. @param owners - whose values change */
export async function changeTenantValues(
  space: OctopusSpace,
  tenantId: string,
  changes: TenantValueChanges,
  owners?: readonly ValueOwners[],
): Promise<void> {
  await writeOverlapping(space, tenantId, {
    read: () => openTenantValues(space, tenantId, owners),
    isDone: (list, hasWritten) => isDone(list, changes, hasWritten),
    async write(list) {
      await list.write(withChanges(list.values, changes));
      return list.isGuarded;
    },
  });
}

function withChanges(values: readonly TenantValue[], { set, removed }: TenantValueChanges): TenantValue[] {
  const changed = new Set([...set, ...removed].map(keyOfTenantValue));
  const ids = new Map(values.map((value) => [keyOfTenantValue(value), value.id]));
  const others = values.filter((value) => !changed.has(keyOfTenantValue(value)));
  return [...others, ...set.map((value) => withId(value, ids.get(keyOfTenantValue(value))))];
}

function withId({ id: _id, ...value }: TenantValue, id: string | undefined): TenantValue {
  return id === undefined ? value : { ...value, id };
}

/** What a secret is nobody can read: once it was sent, it is enough that there is one. */
function isDone({ values }: TenantValueList, { set, removed }: TenantValueChanges, hasWritten: boolean): boolean {
  const known = new Map(values.map((value) => [keyOfTenantValue(value), value]));
  const isThere = (value: TenantValue): boolean => {
    const own = known.get(keyOfTenantValue(value));
    return own !== undefined && (isNewSecret(value) ? hasWritten : isSameJson(own.value, value.value));
  };
  return set.every(isThere) && !removed.some((value) => known.has(keyOfTenantValue(value)));
}

function isNewSecret({ value }: TenantValue): boolean {
  return isJsonObject(value) && textOf(value, "NewValue") !== "";
}
