import { isJsonObject, textOf, type JsonObject } from "../model/json.ts";
import { NotFoundError } from "../step/errors.ts";
import type { CommonTemplate } from "./common-template.ts";
import type { OctopusDocument, OctopusSpace } from "./octopus-client.ts";
import type { TenantValues } from "./tenant-values.ts";

/** The form of older servers, a value a common variable. @param document - as the server has the tenant's values now */
export function openUnscopedValues(space: OctopusSpace, tenantId: string, document: OctopusDocument): TenantValues {
  const sets = isJsonObject(document["LibraryVariables"]) ? document["LibraryVariables"] : {};
  return {
    find: (template) => valuesOf(sets, template)?.[template.templateId],
    async write(template, value) {
      const values = valuesOf(sets, template);
      if (values === undefined) throw notConnected(space, textOf(document, "TenantName"));
      const set = sets[template.libraryVariableSetId];
      const changed = { ...(isJsonObject(set) ? set : {}), Variables: { ...values, [template.templateId]: value } };
      await space.put(`/tenants/${tenantId}/variables`, {
        ...document,
        Id: tenantId,
        LibraryVariables: { ...sets, [template.libraryVariableSetId]: changed },
      });
    },
  };
}

function valuesOf(sets: JsonObject, template: CommonTemplate): JsonObject | undefined {
  const set = sets[template.libraryVariableSetId];
  if (!isJsonObject(set)) return undefined;
  return isJsonObject(set["Variables"]) ? set["Variables"] : {};
}

/** A tenant has values only for the sets of projects that it is connected to (Octopus docs, tenant variables). */
function notConnected(space: OctopusSpace, tenant: string): NotFoundError {
  return new NotFoundError(
    `The tenant "${tenant}" in the space "${space.name}" is not connected to a project that includes the library variable set. Connect it to the project "__ Client Space".`,
  );
}
