import { isSameName } from "../../lib/octopus/same-name.ts";
import { findEqualNames } from "../../lib/git/repository-name.ts";
import { splitCredentials } from "../../lib/git/git-credentials.ts";
import { isJsonObject, textOf } from "../../lib/model/json.ts";
import { findNearNames } from "../../lib/near-names.ts";
import type { OctopusDocument, OctopusSpace } from "../../lib/octopus/octopus-client.ts";
import { isVersionControlled } from "../../lib/resources/version-control.ts";
import { ConflictError, NotFoundError, ParameterError } from "../../lib/step/errors.ts";

export interface Template {
  /** Without credentials. */
  url: string;
  defaultBranch: string;
}

/**
 * Where a project has its files.
 * @throws {@link NotFoundError} for no such project, {@link ParameterError} for one that is not in Git
 */
export function findTemplate(projects: readonly OctopusDocument[], name: string): Template {
  const project = projects.find((candidate) => isSameName(textOf(candidate, "Name"), name));
  if (project === undefined) {
    const names = projects.map((candidate) => textOf(candidate, "Name"));
    throw new NotFoundError(
      `The space has no project "${name}" that the user of this API key may see.${findNearNames(name, names)}`,
    );
  }
  const settings = project["PersistenceSettings"];
  if (isVersionControlled(project) && isJsonObject(settings))
    return { url: splitCredentials(textOf(settings, "Url")).url, defaultBranch: textOf(settings, "DefaultBranch") };
  throw new ParameterError(
    `The project "${name}" keeps its process in Octopus, so there is no repository to fork. Use "Deploy Project" alone for it.`,
  );
}

export interface NameOwner {
  pattern: string;
  tenant: string;
  /** What the copy is called. */
  project: string;
  /** What the template is called. */
  templateProject: string;
}

/**
 * Two tenants, or two templates, must not end up in one repository.
 * @throws {@link ConflictError} naming who else would use it
 */
export async function refuseSharedName(
  space: OctopusSpace,
  projects: readonly OctopusDocument[],
  owner: NameOwner,
): Promise<void> {
  const { pattern, tenant, project, templateProject } = owner;
  const others = projects
    .filter((other) => isVersionControlled(other) && textOf(other, "Name") !== templateProject)
    .map((other) => ({ tenant, project: textOf(other, "Name") }));
  const otherTenants = listOtherTenants(await space.list("/tenants"), tenant).map((other) => ({
    tenant: other,
    project,
  }));
  const own = { tenant, project };
  const [clash] = findEqualNames(pattern, [
    own,
    ...others.filter((other) => other.project !== project),
    ...otherTenants,
  ]).filter(({ parts }) => parts.includes(own));
  const sameName = clash?.parts.find((parts) => parts !== own);
  if (clash === undefined || sameName === undefined) return;
  const whose = sameName.tenant === tenant ? `the project "${sameName.project}"` : `the tenant "${sameName.tenant}"`;
  throw new ConflictError(
    `The repository name "${clash.name}" would also be that of ${whose}. Rename one of the two, or choose another "Repository Name".`,
  );
}

/** Tenants that are connected to a project which this one is connected to. */
function listOtherTenants(tenants: readonly OctopusDocument[], name: string): string[] {
  const connections = ({ ProjectEnvironments: connected }: OctopusDocument): string[] =>
    isJsonObject(connected) ? Object.keys(connected) : [];
  const own = tenants.filter((tenant) => isSameName(textOf(tenant, "Name"), name)).flatMap(connections);
  return tenants
    .filter((tenant) => !isSameName(textOf(tenant, "Name"), name) && connections(tenant).some((id) => own.includes(id)))
    .map((tenant) => textOf(tenant, "Name"));
}
