import { createHash } from "node:crypto";
import type { Resource } from "./collection.ts";
import { fieldsOf, listOf, textOf, textsOf, type Fields } from "./fields.ts";
import type { OctopusModel } from "./model.ts";
import { isSensitive, sensitive, type Sensitive } from "./sensitive.ts";

/**
 * The values of tenants are kept once, as documents of `tenantvariables`; both forms of the API are views of them:
 * `{ Id, SpaceId, TenantId, OwnerId, TemplateId, Value, EnvironmentIds }`, where `OwnerId` is a project (a template of the project)
 * or a library variable set (a common template). No environment ids means every environment. A secret is a {@link Sensitive}.
 */
export interface TenantValue {
  /** Of a stored value that is given anew, perhaps for other environments; it keeps its id (the Terraform provider relies on it). */
  Id?: string;
  OwnerId: string;
  TemplateId: string;
  Value: string | Sensitive;
  EnvironmentIds: string[];
}

/** A project, or a library variable set that connected projects include, with the templates that want values of the tenant. */
export interface TemplateOwner {
  owner: Resource;
  isProject: boolean;
  templates: Fields[];
  /** Where the tenant is connected to the project; for a library variable set, where it is connected to any project that includes it. */
  environmentIds: string[];
}

/** Every owner of templates that this tenant is to give values for. */
export function templateOwners(model: OctopusModel, tenant: Resource): TemplateOwner[] {
  const connected = fieldsOf(tenant, "ProjectEnvironments");
  const projects = Object.keys(connected).flatMap((id) => model.collection("projects").find(id) ?? []);
  const libraryIds = [...new Set(projects.flatMap((project) => textsOf(project, "IncludedLibraryVariableSetIds")))];
  const libraries = libraryIds.flatMap((id) => model.collection("libraryvariablesets").find(id) ?? []);
  const environmentsOf = (project: Resource): string[] => textsOf(connected, project.Id);
  return [
    ...projects.map((project) => ({
      owner: project,
      isProject: true,
      templates: listOf(project, "Templates"),
      environmentIds: environmentsOf(project),
    })),
    ...libraries.map((library) => ({
      owner: library,
      isProject: false,
      templates: listOf(library, "Templates"),
      environmentIds: [
        ...new Set(
          projects
            .filter((project) => textsOf(project, "IncludedLibraryVariableSetIds").includes(library.Id))
            .flatMap(environmentsOf),
        ),
      ],
    })),
  ];
}

export function storedValues(model: OctopusModel, tenant: Resource): Resource[] {
  return model
    .collection("tenantvariables")
    .listInSpace(textOf(tenant, "SpaceId"), (stored) => stored["TenantId"] === tenant.Id);
}

/** Puts these values in the place of all that `replaces` accepts; a value that is as stored keeps its id. */
export function replaceValues(
  model: OctopusModel,
  tenant: Resource,
  { values, replaces }: { values: readonly TenantValue[]; replaces: (stored: Resource) => boolean },
): Resource[] {
  const collection = model.collection("tenantvariables");
  const before = storedValues(model, tenant).filter(replaces);
  const kept = values.map(({ Id, ...value }) => {
    const same = before.find((stored) => stored.Id === Id) ?? before.find((stored) => keyOf(stored) === keyOf(value));
    const document = { ...value, TenantId: tenant.Id, SpaceId: tenant["SpaceId"] };
    return same === undefined ? collection.add(document) : collection.replace(same.Id, document);
  });
  for (const stored of before) if (!kept.some((document) => document.Id === stored.Id)) collection.remove(stored.Id);
  return kept;
}

/** Changes whenever a value of the tenant does. */
export function concurrencyToken(model: OctopusModel, tenant: Resource): string {
  return createHash("sha256")
    .update(JSON.stringify([tenant["ProjectEnvironments"], storedValues(model, tenant)]))
    .digest("hex")
    .slice(0, 32);
}

export function isSecretTemplate(template: Fields): boolean {
  return fieldsOf(template, "DisplaySettings")["Octopus.ControlType"] === "Sensitive";
}

/**
 * What to keep of a value that a client sent: text for a template of secrets becomes one; `HasValue` without a new value keeps what
 * is stored. @returns undefined when there is no value, so that the default applies
 */
export function valueToKeep(
  sent: unknown,
  { template, stored }: { template: Fields; stored: unknown },
): string | Sensitive | undefined {
  if (typeof sent === "string") return textToKeep(sent, { template, stored });
  if (typeof sent !== "object" || sent === null) return undefined;
  const { HasValue, NewValue }: { HasValue?: unknown; NewValue?: unknown } = sent;
  if (typeof NewValue === "string" && NewValue !== "")
    return isSecretTemplate(template) ? sensitive(NewValue) : NewValue;
  return HasValue === true && isSensitive(stored) ? stored : undefined;
}

function textToKeep(
  sent: string,
  { template, stored }: { template: Fields; stored: unknown },
): string | Sensitive | undefined {
  if (!isSecretTemplate(template)) return sent;
  if (sent !== "") return sensitive(sent);
  return isSensitive(stored) ? stored : undefined;
}

function keyOf(value: Resource | TenantValue): string {
  return JSON.stringify([value["OwnerId"], value["TemplateId"], value.EnvironmentIds]);
}

/** Is this the tenant's value in that environment? A value without environments is one for all. */
export function appliesIn(value: Resource, environmentId: string): boolean {
  const ids = textsOf(value, "EnvironmentIds");
  return ids.length === 0 || ids.includes(environmentId);
}
