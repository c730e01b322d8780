import type { Extras } from "../../lib/graph/extras.ts";
import { matchNames } from "../../lib/graph/name-patterns.ts";
import { isJsonObject, textOf, textsOf } from "../../lib/model/json.ts";
import type { OctopusDocument, OctopusSpace } from "../../lib/octopus/octopus-client.ts";
import { openTenantValues } from "../../lib/octopus/tenant-value-list.ts";
import type { TenantValue } from "../../lib/octopus/tenant-value.ts";
import { NotAllowedError } from "../../lib/step/errors.ts";

export type Tenants = NonNullable<Extras["tenants"]>;

/** The tenants of a project, and what their environments are called; without the environments that are excluded. */
export interface ConnectedTenants {
  project: OctopusDocument;
  tenants: OctopusDocument[];
  environments: Map<string, string>;
}

/**
 * Those that are connected in an environment that is excluded alone are no part of the template: they stand for managed spaces, to
 * which it is deployed.
 */
export async function listConnectedTenants(
  space: OctopusSpace,
  project: OctopusDocument,
  excludedEnvironments: readonly string[],
): Promise<ConnectedTenants> {
  const all = textOf(project, "TenantedDeploymentMode") === "Untenanted" ? [] : await listTenants(space, project);
  const ids = [...new Set(all.flatMap((tenant) => environmentsOf(tenant, project)))];
  const isExcluded = matchNames(excludedEnvironments);
  const found = ids.length === 0 ? [] : await space.list("/environments", { ids });
  const kept = found.filter((environment) => !isExcluded(textOf(environment, "Name")));
  const environments = new Map(kept.map((environment) => [environment.Id, textOf(environment, "Name")]));
  const tenants = all.filter((tenant) => environmentsOf(tenant, project).some((id) => environments.has(id)));
  return { project, tenants: tenants.toSorted(compareNames), environments };
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

/** Their links, and their values but for secrets, by names. */
export async function readTenants(space: OctopusSpace, connected: ConnectedTenants): Promise<Tenants> {
  const read: Tenants = [];
  for (const tenant of connected.tenants) {
    const { values } = await openTenantValues(space, tenant.Id, ["projects"]);
    read.push({
      name: textOf(tenant, "Name"),
      environments: namesOf(environmentsOf(tenant, connected.project), connected),
      values: values.flatMap((value) => toNamed(value, connected)),
    });
  }
  return read;
}

function toNamed(
  { ownerId, template, value, environmentIds }: TenantValue,
  connected: ConnectedTenants,
): Tenants[number]["values"] {
  const environments = namesOf(environmentIds, connected);
  // Without its last environment a value would apply in all of them.
  const isGone = environmentIds.length > 0 && environments.length === 0;
  if (ownerId !== connected.project.Id || typeof value !== "string" || isGone) return [];
  return [{ template, value, environments }];
}

function namesOf(ids: readonly string[], { environments }: ConnectedTenants): string[] {
  return ids.flatMap((id) => environments.get(id) ?? []).toSorted();
}

function environmentsOf(tenant: OctopusDocument, project: OctopusDocument): string[] {
  const links = tenant["ProjectEnvironments"];
  return isJsonObject(links) ? textsOf(links, project.Id) : [];
}

function compareNames(a: OctopusDocument, b: OctopusDocument): number {
  return textOf(a, "Name") < textOf(b, "Name") ? -1 : 1;
}

/** One sentence, or none. */
export function describeStayingTenants({ project, tenants }: ConnectedTenants): string[] {
  if (tenants.length === 0) return [];
  const names = tenants.map((tenant) => `"${textOf(tenant, "Name")}"`);
  return [
    `The links of "${textOf(project, "Name")}" to the ${names.length === 1 ? "tenant" : "tenants"} ${shorten(names)}, and the values that it has there, stay behind: "Include Tenants" carries them.`,
  ];
}

/** A template that hundreds of tenants use is told in one line, too. */
function shorten(names: readonly string[]): string {
  const shown = names.slice(0, 10).join(", ");
  return names.length > 10 ? `${shown} and ${names.length - 10} others` : shown;
}
