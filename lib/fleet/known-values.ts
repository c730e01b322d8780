import { isJsonObject, objectOf, objectsOf, textOf, textsOf, type JsonObject, type JsonValue } from "../model/json.ts";
import type { OctopusDocument, OctopusSpace } from "../octopus/octopus-client.ts";
import { findProjectByName } from "../octopus/projects.ts";

/** Which variables runs for tenants would have, as far as the management space tells: of secrets, that they are there. */
export interface KnownValues {
  /** The name of the project whose variables such a run has; undefined where it was not found. */
  project: string | undefined;
  /** What a run for the tenant has for that variable: "" for a value that nobody can read; undefined for none. */
  read(tenantId: string, variable: string): string | undefined;
  /** The text that the tenant itself has, or that is the default for it; undefined for none, and for a secret. */
  readOwn(tenantId: string, variable: string): string | undefined;
}

export interface KnownValuesOptions {
  /** The project whose runbook deploys. */
  project: string;
  /** The variables of this run, which has no tenant. */
  readVariable(name: string): string | undefined;
}

/** Reads the values of all tenants, and which variables the project has, with four requests. */
export async function readKnownValues(
  management: OctopusSpace,
  { project: name, readVariable }: KnownValuesOptions,
): Promise<KnownValues> {
  const [tenants, project] = await Promise.all([
    management.getJson("/tenantvariables/all"),
    name === "" ? undefined : findProjectByName(management, name),
  ]);
  const own = new Map(listDocuments(tenants).map((tenant) => [textOf(tenant, "TenantId"), listValues(tenant)]));
  const names = project === undefined ? new Set<string>() : await listVariableNames(management, project);
  return {
    project: project === undefined ? undefined : textOf(project, "Name"),
    read: (tenantId, variable) =>
      toText(own.get(tenantId)?.get(variable)) ?? readVariable(variable) ?? (names.has(variable) ? "" : undefined),
    readOwn: (tenantId, variable) => {
      const value = own.get(tenantId)?.get(variable);
      return typeof value === "string" ? value : undefined;
    },
  };
}

function listDocuments(answer: JsonValue): JsonObject[] {
  return Array.isArray(answer) ? answer.filter(isJsonObject) : [];
}

/** What has no value counts as none: a run would have nothing either. */
function toText(value: JsonValue | undefined): string | undefined {
  return value === undefined || typeof value === "string" ? value || undefined : "";
}

/** By name. Of several environments that of any: a secret is there, or it is not. */
function listValues(tenant: JsonObject): Map<string, JsonValue> {
  const values = new Map<string, JsonValue>();
  const note = (templates: readonly JsonObject[], given: JsonObject): void => {
    for (const template of templates) {
      const [name, own] = [textOf(template, "Name"), given[textOf(template, "Id")]];
      const value = isGiven(own) ? own : values.has(name) ? undefined : template["DefaultValue"];
      if (isGiven(value)) values.set(name, typeof value === "string" ? value : true);
    }
  };
  const sets = objectOf(tenant, "LibraryVariables");
  for (const id of Object.keys(sets)) {
    const set = objectOf(sets, id);
    note(objectsOf(set, "Templates"), objectOf(set, "Variables"));
  }
  const projects = objectOf(tenant, "ProjectVariables");
  for (const id of Object.keys(projects)) {
    const project = objectOf(projects, id);
    const environments = objectOf(project, "Variables");
    for (const environment of ["", ...Object.keys(environments)])
      note(objectsOf(project, "Templates"), objectOf(environments, environment));
  }
  return values;
}

/** Of a secret Octopus tells whether there is one. */
function isGiven(value: JsonValue | undefined): value is JsonValue {
  return isJsonObject(value) ? value["HasValue"] === true || textOf(value, "NewValue") !== "" : (value ?? "") !== "";
}

/** Of the project, and of the library variable sets that it includes. */
async function listVariableNames(management: OctopusSpace, project: OctopusDocument): Promise<Set<string>> {
  const included = textsOf(project, "IncludedLibraryVariableSetIds");
  const sets = included.length === 0 ? [] : await management.list("/libraryvariablesets", { ids: included });
  const ids = [project, ...sets].map((owner) => textOf(owner, "VariableSetId"));
  const variables = (await management.listWhole("/variables/all", { ids })).flatMap((set) =>
    objectsOf(set, "Variables"),
  );
  return new Set(variables.map((variable) => textOf(variable, "Name")));
}
