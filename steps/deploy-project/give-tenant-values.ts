import { foldName } from "../../lib/octopus/same-name.ts";
import { addProjectValues, findProjectValues, type ProjectValue } from "../../lib/octopus/tenant-project-values.ts";
import type { ExtrasOptions } from "./brought-extras.ts";
import { markOf, type Linking, type SpaceNames, type Tenant } from "./linking.ts";

/** Gives the tenant the values that it lacks. @returns how many */
export async function giveValues(
  options: ExtrasOptions,
  { tenant, document, names, before, given }: Linking,
): Promise<number> {
  const { space, projectId, overwrite, onlyPlan } = options;
  const wanted = tenant.values.flatMap((value) => toValue(tenant, value, names));
  const fresh = wanted.filter(({ mark }) => overwrite || !before.has(mark));
  for (const { mark } of wanted) given.add(mark);
  if (fresh.length === 0) return 0;
  const present = await findProjectValues(space, document.Id, projectId);
  const lacking = fresh.filter(({ value }) => !present?.some((other) => isSamePlace(other, value)));
  if (present === undefined || lacking.length === 0) return 0;
  if (!onlyPlan) await addProjectValues(space, document.Id, { projectId, values: lacking.map(({ value }) => value) });
  return lacking.length;
}

function toValue(
  tenant: Tenant,
  { template, value, environments }: Tenant["values"][number],
  names: SpaceNames,
): { value: ProjectValue; mark: string }[] {
  const templateId = names.templates.get(foldName(template));
  const environmentIds = environments.flatMap((name) => names.environments.get(foldName(name)) ?? []);
  const isNarrower = environmentIds.length < environments.length;
  if (templateId === undefined || isNarrower) return [];
  return [{ value: { templateId, value, environmentIds }, mark: markOf([tenant.name, template, ...environments]) }];
}

/** Two values of one template must not apply in the same environment. */
function isSamePlace(a: ProjectValue, b: ProjectValue): boolean {
  if (a.templateId !== b.templateId) return false;
  const isForAll = a.environmentIds.length === 0 || b.environmentIds.length === 0;
  return isForAll || a.environmentIds.some((id) => b.environmentIds.includes(id));
}
