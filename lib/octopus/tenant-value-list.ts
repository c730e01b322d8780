import { setTimeout as sleep } from "node:timers/promises";
import { isJsonObject, isSameJson, textOf } from "../model/json.ts";
import { ConflictError, StepError } from "../step/errors.ts";
import type { OctopusSpace } from "./octopus-client.ts";
import { openScopedList } from "./scoped-tenant-value-list.ts";
import { isStale } from "./stale-data.ts";
import { keyOfTenantValue, type TenantValue, type TenantValueList } from "./tenant-value.ts";
import { openUnscopedList } from "./unscoped-tenant-value-list.ts";

/** What is to become of the values of one tenant; all others stay as they are, whoever gave them. */
export interface TenantValueChanges {
  set: readonly TenantValue[];
  removed: readonly TenantValue[];
}

/** Newer servers scope values one by one and have routes of their own for them; older ones answer 404 there. */
export async function openTenantValues(space: OctopusSpace, tenantId: string): Promise<TenantValueList> {
  return (await openScopedList(space, tenantId)) ?? openUnscopedList(space, tenantId);
}

/**
 * Changes some values of a tenant. Both forms of the API replace everything in one write, so that the values are read right before it;
 * where the server does not tell whether somebody else has written meanwhile, they are read again a moment after it.
 * @param wait - for tests that do not want to
 */
export async function changeTenantValues(
  space: OctopusSpace,
  tenantId: string,
  changes: TenantValueChanges,
  wait: (milliseconds: number) => Promise<void> = sleep,
): Promise<void> {
  let hasWritten = false;
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const list = await openTenantValues(space, tenantId);
    if (isDone(list, changes, hasWritten)) return;
    try {
      await list.write(withChanges(list.values, changes));
      if (list.isGuarded) return;
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

const attempts = 5;

/** Milliseconds: longer than another run takes from reading the values to writing them. */
const overlapTime = 500;

/** A concurrency token's refusal the status alone may tell. */
function isTokenRefused(error: unknown): boolean {
  return error instanceof StepError && /\((409|412)\)|concurren/i.test(error.message);
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
