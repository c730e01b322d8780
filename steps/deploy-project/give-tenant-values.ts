import { foldName } from "../../lib/octopus/same-name.ts";
import { changeTenantValues, openTenantValues } from "../../lib/octopus/tenant-value-list.ts";
import type { TenantValue } from "../../lib/octopus/tenant-value.ts";
import type { ExtrasOptions } from "./brought-extras.ts";
import { markOf, type Linking, type SpaceNames, type Tenant } from "./linking.ts";

/** Gives the tenant the values that it lacks. @returns how many */
export async function giveValues(
  options: ExtrasOptions,
  { tenant, document, names, before, given }: Linking,
): Promise<number> {
  const { space, projectId, overwrite, onlyPlan } = options;
  const wanted = tenant.values.flatMap((value) => toValue(tenant, value, { ...names, projectId }));
  const fresh = wanted.filter(({ mark }) => overwrite || !before.has(mark));
  for (const { mark } of wanted) given.add(mark);
  if (fresh.length === 0) return 0;
  const { values: present } = await openTenantValues(space, document.Id, ["projects"]);
  const lacking = fresh.flatMap(({ value }) => (present.some((other) => isSamePlace(other, value)) ? [] : [value]));
  if (lacking.length > 0 && !onlyPlan)
    await changeTenantValues(space, document.Id, { set: lacking, removed: [] }, ["projects"]);
  return lacking.length;
}

function toValue(
  tenant: Tenant,
  { template, value, environments }: Tenant["values"][number],
  { projectId, ...names }: SpaceNames & { projectId: string },
): { value: TenantValue; mark: string }[] {
  const environmentIds = environments.flatMap((name) => names.environments.get(foldName(name)) ?? []);
  const isNarrower = environmentIds.length < environments.length;
  if (!names.templates.has(foldName(template)) || isNarrower) return [];
  const given = { ownerId: projectId, template, environmentIds, value, controlType: "" };
  return [{ value: given, mark: markOf([tenant.name, template, ...environments]) }];
}

/** Two values of one template must not apply in the same environment. */
function isSamePlace(a: TenantValue, b: TenantValue): boolean {
  if (a.ownerId !== b.ownerId || foldName(a.template) !== foldName(b.template)) return false;
  const isForAll = a.environmentIds.length === 0 || b.environmentIds.length === 0;
  return isForAll || a.environmentIds.some((id) => b.environmentIds.includes(id));
}
