import { isJsonObject, isSameJson, objectsOf, textOf, textsOf, type JsonObject } from "../model/json.ts";
import type { CommonTemplate } from "./common-template.ts";
import type { OctopusDocument, OctopusSpace } from "./octopus-client.ts";
import type { TenantValues } from "./tenant-values.ts";

/** The form of newer servers, which scope common variables to environments. @param document - as the server has the tenant's values now */
export function openScopedValues(space: OctopusSpace, tenantId: string, document: OctopusDocument): TenantValues {
  const all = objectsOf(document, "Variables");
  const isOf = (template: CommonTemplate) => (variable: JsonObject) =>
    textOf(variable, "LibraryVariableSetId") === template.libraryVariableSetId &&
    textOf(variable, "TemplateId") === template.templateId;
  return {
    find(template) {
      const values = all.filter(isOf(template)).map((variable) => variable["Value"] ?? null);
      const [first] = values;
      return values.every((value) => isSameJson(value, first)) ? first : undefined;
    },
    async write(template, value) {
      const others = all.filter((variable) => !isOf(template)(variable)).map(toPayload);
      const own = all.filter(isOf(template)).map((variable) => ({ ...toPayload(variable), Value: value }));
      const fresh = {
        ...ownedBy(template.libraryVariableSetId),
        TemplateId: template.templateId,
        Value: value,
        Scope: { EnvironmentIds: [] },
      };
      await space.put(`/tenants/${tenantId}/commonvariables`, {
        TenantId: tenantId,
        Variables: [...others, ...(own.length === 0 ? [fresh] : own)],
      });
    },
  };
}

/** Which set a value is for: the reference says `OwnerId`, Octopus's Go client `LibraryVariableSetId`. */
function ownedBy(setId: string): JsonObject {
  return { OwnerId: setId, LibraryVariableSetId: setId };
}

function toPayload(variable: JsonObject): JsonObject {
  const scope = variable["Scope"];
  return {
    Id: textOf(variable, "Id"),
    ...ownedBy(textOf(variable, "LibraryVariableSetId")),
    TemplateId: textOf(variable, "TemplateId"),
    Value: variable["Value"] ?? null,
    Scope: { EnvironmentIds: isJsonObject(scope) ? textsOf(scope, "EnvironmentIds") : [] },
  };
}
