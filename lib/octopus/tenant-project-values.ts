import { isJsonObject, objectsOf, textOf, textsOf, type JsonObject, type JsonValue } from "../model/json.ts";
import type { OctopusDocument, OctopusSpace } from "./octopus-client.ts";

/** What a tenant has for a variable template of a project. */
export interface ProjectValue {
  templateId: string;
  /** Undefined for a secret, which nobody can read. */
  value: string | undefined;
  /** None: in all of them. */
  environmentIds: string[];
}

/** @returns undefined when the server is older than the route for values with scopes */
export async function findProjectValues(
  space: OctopusSpace,
  tenantId: string,
  projectId: string,
): Promise<ProjectValue[] | undefined> {
  const document = await space.find(`/tenants/${tenantId}/projectvariables`);
  if (document === undefined) return undefined;
  return objectsOf(document, "Variables")
    .filter((variable) => textOf(variable, "ProjectId") === projectId)
    .map((variable) => ({
      templateId: textOf(variable, "TemplateId"),
      value: readValue(variable["Value"] ?? null),
      environmentIds: environmentsOf(variable),
    }));
}

/** Adds values to those that the tenant has for its projects, which are all sent: what is left out is deleted. */
export async function addProjectValues(
  space: OctopusSpace,
  tenantId: string,
  { projectId, values }: { projectId: string; values: readonly ProjectValue[] },
): Promise<void> {
  const path = `/tenants/${tenantId}/projectvariables`;
  const document = await space.get(path);
  const fresh = values.map(({ templateId, value, environmentIds }) => ({
    ...ownedBy(projectId),
    TemplateId: templateId,
    Value: value ?? null,
    Scope: { EnvironmentIds: environmentIds },
  }));
  await space.put(path, {
    TenantId: tenantId,
    ...tokenOf(document),
    Variables: [...objectsOf(document, "Variables").map(toPayload), ...fresh],
  });
}

/** Makes the server refuse what was read before somebody else wrote; some do not give one. */
function tokenOf(document: OctopusDocument): JsonObject {
  const token = textOf(document, "ConcurrencyToken");
  return token === "" ? {} : { ConcurrencyToken: token };
}

/** Which project a value is for: the reference says `OwnerId`, Octopus's Go client `ProjectId`. */
function ownedBy(projectId: string): JsonObject {
  return { OwnerId: projectId, ProjectId: projectId };
}

function toPayload(variable: JsonObject): JsonObject {
  return {
    Id: textOf(variable, "Id"),
    ...ownedBy(textOf(variable, "ProjectId")),
    TemplateId: textOf(variable, "TemplateId"),
    Value: variable["Value"] ?? null,
    Scope: { EnvironmentIds: environmentsOf(variable) },
  };
}

/** Servers give a text, or an object that says whether it is one. */
function readValue(value: JsonValue): string | undefined {
  if (typeof value === "string") return value;
  return isJsonObject(value) && value["IsSensitive"] === false ? textOf(value, "Value") : undefined;
}

function environmentsOf(variable: JsonObject): string[] {
  const { Scope: scope } = variable;
  return isJsonObject(scope) ? textsOf(scope, "EnvironmentIds") : [];
}
