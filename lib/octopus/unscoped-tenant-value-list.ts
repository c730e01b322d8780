import { NotFoundError, ParameterError } from "../step/errors.ts";
import { isSameJson, objectOf, objectsOf, textOf, type JsonObject, type JsonValue } from "../model/json.ts";
import type { OctopusSpace } from "./octopus-client.ts";
import { readTenantValue, type TenantValue, type TenantValueList } from "./tenant-value.ts";
import { findTemplateIds } from "./tenant-template-ids.ts";

/** One project or library variable set, with its templates and the tenant's values for them. */
interface Owner {
  id: string;
  templates: JsonObject[];
  variables: JsonObject;
}

/** The form of older servers: a value for each environment of a project, and one for each common variable. */
export async function openUnscopedList(space: OctopusSpace, tenantId: string): Promise<TenantValueList> {
  const path = `/tenants/${tenantId}/variables`;
  const document = await space.get(path);
  const [sets, projects] = [listOwners(document, "LibraryVariables"), listOwners(document, "ProjectVariables")];
  return {
    values: [
      ...sets.flatMap(({ id, templates, variables }) => listOf(id, templates, variables)),
      ...projects.flatMap(listProjectValues),
    ],
    isGuarded: textOf(document, "ConcurrencyToken") !== "",
    async write(values) {
      refuseImpossible(values, { space, tenant: textOf(document, "TenantName"), sets, projects });
      const known = [...sets, ...projects].flatMap(({ id, templates }) =>
        templates.map((one) => ({ ownerId: id, template: textOf(one, "Name"), id: textOf(one, "Id") })),
      );
      const templateId = await findTemplateIds(space, known, values);
      const variablesOf = (owner: Owner, environmentId?: string): JsonObject =>
        toVariables(values, { owner, environmentId, templateId });
      await space.put(path, {
        ...document,
        Id: tenantId,
        LibraryVariables: withVariables(document, "LibraryVariables", (id) => variablesOf(ownerIn(sets, id))),
        ProjectVariables: withVariables(document, "ProjectVariables", (id) => {
          const owner = ownerIn(projects, id);
          const environments = Object.keys(owner.variables);
          return Object.fromEntries(environments.map((one) => [one, variablesOf(owner, one)]));
        }),
      });
    },
  };
}

interface Possible {
  space: OctopusSpace;
  tenant: string;
  sets: readonly Owner[];
  projects: readonly Owner[];
}

/** A tenant has values only for projects that it is connected to and the sets of these, and those of sets everywhere (Octopus docs, tenant variables). */
function refuseImpossible(values: readonly TenantValue[], { space, tenant, sets, projects }: Possible): void {
  const isOf = (owners: readonly Owner[], { ownerId }: TenantValue): boolean => owners.some(({ id }) => id === ownerId);
  for (const value of values) {
    const what = `The tenant "${tenant}" in the space "${space.name}" cannot have a value of "${value.template}"`;
    if (!isOf([...sets, ...projects], value))
      throw new NotFoundError(
        `${what}: it is not connected to the project that has this variable template, or includes its library variable set. Connect it.`,
      );
    if (value.environmentIds.length > 0 && isOf(sets, value))
      throw new ParameterError(
        `${what} for some environments only: its server gives values of library variable sets to all of them, which would widen it. Take the environments from the value, or upgrade the server to 2025.2.`,
      );
  }
}

function listOwners(document: JsonObject, field: string): Owner[] {
  const owners = objectOf(document, field);
  return Object.keys(owners).map((id) => {
    const owner = objectOf(owners, id);
    return { id, templates: objectsOf(owner, "Templates"), variables: objectOf(owner, "Variables") };
  });
}

function ownerIn(owners: readonly Owner[], id: string): Owner {
  return owners.find((owner) => owner.id === id) ?? { id, templates: [], variables: {} };
}

function listOf(ownerId: string, templates: readonly JsonObject[], variables: JsonObject): TenantValue[] {
  return templates.flatMap((template) => {
    const value = variables[textOf(template, "Id")] ?? null;
    if (value === null) return [];
    const controlType = textOf(objectOf(template, "DisplaySettings"), "Octopus.ControlType");
    return [
      { ownerId, template: textOf(template, "Name"), environmentIds: [], value: readTenantValue(value), controlType },
    ];
  });
}

/** What is the same in all environments is one value; nobody can tell that of secrets. */
function listProjectValues({ id, templates, variables }: Owner): TenantValue[] {
  const environments = Object.keys(variables);
  const all = environments.flatMap((environmentId) =>
    listOf(id, templates, objectOf(variables, environmentId)).map((value) => ({
      ...value,
      environmentIds: [environmentId],
    })),
  );
  return templates.flatMap((template) =>
    joinSame(
      all.filter((one) => one.template === textOf(template, "Name")),
      environments,
    ),
  );
}

function joinSame(values: readonly TenantValue[], environments: readonly string[]): TenantValue[] {
  const [first] = values;
  const isEverywhere = values.length === environments.length && values.length > 1;
  if (first === undefined || !isEverywhere || typeof first.value !== "string") return [...values];
  return values.every(({ value }) => isSameJson(value, first.value)) ? [{ ...first, environmentIds: [] }] : [...values];
}

function withVariables(document: JsonObject, field: string, variablesOf: (id: string) => JsonObject): JsonObject {
  const owners = objectOf(document, field);
  return Object.fromEntries(
    Object.keys(owners).map((id) => [id, { ...objectOf(owners, id), Variables: variablesOf(id) }]),
  );
}

interface Wanted {
  owner: Owner;
  environmentId: string | undefined;
  templateId: (value: TenantValue) => string;
}

/** A value for one environment comes before one for all of them. */
function toVariables(values: readonly TenantValue[], { owner, environmentId, templateId }: Wanted): JsonObject {
  const meant = values.filter(
    ({ ownerId, environmentIds }) =>
      ownerId === owner.id &&
      (environmentIds.length === 0 || environmentId === undefined || environmentIds.includes(environmentId)),
  );
  const general = meant.toSorted((a, b) => a.environmentIds.length - b.environmentIds.length);
  return Object.fromEntries(general.map((one): [string, JsonValue] => [templateId(one), one.value]));
}
