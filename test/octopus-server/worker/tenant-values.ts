import type { Resource } from "../model/collection.ts";
import { listOf, textOf, textsOf, type Fields } from "../model/fields.ts";
import type { OctopusModel } from "../model/model.ts";
import type { Execution } from "./execution.ts";

/** A variable that a tenant brings, as it is now: tenant variables are not frozen by snapshots (docs, tenant variables). */
export interface TenantValue {
  name: string;
  /** Text or a secret. */
  value: unknown;
  isForEnvironment: boolean;
}

/** Values for the templates of the project and of its included library sets, where the tenant is connected to the project. */
export function listTenantValues(model: OctopusModel, { tenant, project, environment }: Execution): TenantValue[] {
  if (tenant === undefined) return [];
  const values = model.collection("tenantvariables").list((candidate) => textOf(candidate, "TenantId") === tenant.Id);
  const libraries = textsOf(project, "IncludedLibraryVariableSetIds").flatMap(
    (id) => model.collection("libraryvariablesets").find(id) ?? [],
  );
  return [project, ...libraries].flatMap((owner) =>
    listOf(owner, "Templates").flatMap((template) => {
      const own = values.filter(
        (value) => textOf(value, "OwnerId") === owner.Id && textOf(value, "TemplateId") === textOf(template, "Id"),
      );
      return chooseValue(template, own, environment);
    }),
  );
}

/** A value given for the environment wins over one for all; without either the template's default is taken, if it has one. */
function chooseValue(template: Fields, own: readonly Fields[], environment: Resource): TenantValue[] {
  const scoped = own.find((value) => textsOf(value, "EnvironmentIds").includes(environment.Id));
  const chosen = scoped ?? own.find((value) => textsOf(value, "EnvironmentIds").length === 0);
  const value = chosen?.["Value"] ?? template["DefaultValue"];
  return value === undefined || value === null
    ? []
    : [{ name: textOf(template, "Name"), value, isForEnvironment: scoped !== undefined }];
}
