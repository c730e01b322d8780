import { setTimeout as sleep } from "node:timers/promises";
import {
  isJsonObject,
  isSameJson,
  objectsOf,
  textOf,
  textsOf,
  type JsonObject,
  type JsonValue,
} from "../model/json.ts";
import { ConflictError, NotFoundError, StepError } from "../step/errors.ts";
import type { OctopusDocument, OctopusSpace } from "./octopus-client.ts";

/** Where a tenant's value for a common variable is kept. */
export interface CommonTemplate {
  libraryVariableSetId: string;
  templateId: string;
  default: string;
}

/**
 * The template of a common variable.
 * @throws {@link NotFoundError} when no library variable set of the space has it, {@link ConflictError} when several do
 */
export async function getCommonTemplate(space: OctopusSpace, variable: string): Promise<CommonTemplate> {
  const sets = await space.list("/libraryvariablesets", { contentType: "Variables" });
  const found = sets.flatMap((set) =>
    objectsOf(set, "Templates")
      .filter((template) => textOf(template, "Name") === variable)
      .map((template) => ({
        libraryVariableSetId: set.Id,
        templateId: textOf(template, "Id"),
        default: textOf(template, "DefaultValue"),
      })),
  );
  const [only, another] = found;
  if (only === undefined) {
    throw new NotFoundError(
      `No library variable set in the space "${space.name}" has a template "${variable}". Run "managed-spaces install", which makes it.`,
    );
  }
  if (another !== undefined) {
    throw new ConflictError(
      `Several library variable sets in the space "${space.name}" have a template "${variable}". Remove all but one.`,
    );
  }
  return only;
}

/** The tenant's value of a common variable as plain text: the template's default where the tenant has none. */
export async function readCommonValue(
  space: OctopusSpace,
  tenantId: string,
  template: CommonTemplate,
): Promise<string> {
  const values = await openValues(space, tenantId);
  const value = values.find(template);
  return typeof value === "string" && value !== "" ? value : template.default;
}

/**
 * Sets one common variable of a tenant and leaves all its other values, secrets included, as they are. Both forms of the API
 * replace everything in one write and the newer one has no concurrency token, so the values are read right before it, and again a
 * moment after it: a run that had read them before ours was written has sent its own by then, and ours is written once more.
 * @param wait - for tests that do not want to
 * @returns whether anything had to be written
 */
export async function recordCommonValue(
  space: OctopusSpace,
  tenantId: string,
  template: CommonTemplate,
  value: string,
  wait: (milliseconds: number) => Promise<void> = sleep,
): Promise<boolean> {
  let hasWritten = false;
  for (let attempt = 0; attempt < 5; attempt += 1) {
    const values = await openValues(space, tenantId);
    if (values.find(template) === value) return hasWritten;
    try {
      await values.write(template, value);
      hasWritten = true;
      await wait(settlingTime);
    } catch (error) {
      // Somebody else wrote in between: the server's concurrency token says so, and we read again.
      if (!(error instanceof StepError) || !/\((409|412)\)|concurren|modified/i.test(error.message)) throw error;
    }
  }
  throw new ConflictError(
    `The values of the tenant ${tenantId} in the space "${space.name}" keep being changed by somebody else. Run the step again when that is done.`,
  );
}

/** Milliseconds: longer than another run takes from reading the values to writing them. */
const settlingTime = 500;

interface TenantValues {
  find(template: CommonTemplate): JsonValue | undefined;
  write(template: CommonTemplate, value: string): Promise<void>;
}

/** Newer servers scope common variables to environments and have routes of their own for them; older ones answer 404 there. */
async function openValues(space: OctopusSpace, tenantId: string): Promise<TenantValues> {
  const scoped = await space.find(`/tenants/${tenantId}/commonvariables`, { IncludeMissingVariables: false });
  if (scoped !== undefined) return openScopedValues(space, tenantId, scoped);
  return openUnscopedValues(space, tenantId, await space.get(`/tenants/${tenantId}/variables`));
}

function openScopedValues(space: OctopusSpace, tenantId: string, document: OctopusDocument): TenantValues {
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
        LibraryVariableSetId: template.libraryVariableSetId,
        TemplateId: template.templateId,
        Value: value,
        Scope: { EnvironmentIds: [] },
      };
      await space.put(`/tenants/${tenantId}/commonvariables`, {
        Variables: [...others, ...(own.length === 0 ? [fresh] : own)],
      });
    },
  };
}

function toPayload(variable: JsonObject): JsonObject {
  const scope = variable["Scope"];
  return {
    Id: textOf(variable, "Id"),
    LibraryVariableSetId: textOf(variable, "LibraryVariableSetId"),
    TemplateId: textOf(variable, "TemplateId"),
    Value: variable["Value"] ?? null,
    Scope: { EnvironmentIds: isJsonObject(scope) ? textsOf(scope, "EnvironmentIds") : [] },
  };
}

function openUnscopedValues(space: OctopusSpace, tenantId: string, document: OctopusDocument): TenantValues {
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
