import { matchNames } from "../../lib/graph/name-patterns.ts";
import { isJsonObject, textOf, textsOf } from "../../lib/model/json.ts";
import type { OctopusDocument, OctopusSpace } from "../../lib/octopus/octopus-client.ts";
import { NotAllowedError } from "../../lib/step/errors.ts";

/**
 * Which tenants the project is connected to, as a sentence: their links and values stay behind. Those that are connected for
 * deployments to managed spaces alone, in an environment that is excluded, are no part of the template.
 */
export async function describeStayingTenants(
  space: OctopusSpace,
  project: OctopusDocument,
  excludedEnvironments: readonly string[],
): Promise<string[]> {
  if (textOf(project, "TenantedDeploymentMode") === "Untenanted") return [];
  const tenants = await listTenants(space, project);
  const excluded = await listExcluded(space, { project, tenants, excludedEnvironments });
  const names = tenants
    .filter((tenant) => environmentsOf(tenant, project).some((id) => !excluded.has(id)))
    .map((tenant) => `"${textOf(tenant, "Name")}"`)
    .toSorted();
  if (names.length === 0) return [];
  return [
    `The links of "${textOf(project, "Name")}" to the ${names.length === 1 ? "tenant" : "tenants"} ${shorten(names)}, and the values that it has there, stay behind.`,
  ];
}

/** Whoever may not see tenants connected none. */
async function listTenants(space: OctopusSpace, project: OctopusDocument): Promise<OctopusDocument[]> {
  try {
    return await space.list("/tenants", { projectId: project.Id });
  } catch (error) {
    if (error instanceof NotAllowedError) return [];
    throw error;
  }
}

interface Connected {
  project: OctopusDocument;
  tenants: readonly OctopusDocument[];
  excludedEnvironments: readonly string[];
}

async function listExcluded(
  space: OctopusSpace,
  { project, tenants, excludedEnvironments }: Connected,
): Promise<Set<string>> {
  const ids = [...new Set(tenants.flatMap((tenant) => environmentsOf(tenant, project)))];
  if (ids.length === 0) return new Set();
  const isExcluded = matchNames(excludedEnvironments);
  const environments = await space.list("/environments", { ids });
  return new Set(environments.filter(({ Name: name }) => isExcluded(String(name))).map(({ Id: id }) => id));
}

function environmentsOf(tenant: OctopusDocument, project: OctopusDocument): string[] {
  const links = tenant["ProjectEnvironments"];
  return isJsonObject(links) ? textsOf(links, project.Id) : [];
}

/** A template that hundreds of tenants use is told in one line, too. */
function shorten(names: readonly string[]): string {
  const shown = names.slice(0, 10).join(", ");
  return names.length > 10 ? `${shown} and ${names.length - 10} others` : shown;
}
