import { isJsonObject, objectOf, objectsOf, textOf, textsOf, type JsonObject } from "../model/json.ts";
import type { OctopusDocument, OctopusSpace } from "../octopus/octopus-client.ts";
import { essentialId, object, onlyFor } from "./field.ts";
import { numberNames } from "./number-names.ts";
import { listInBatches, nameField, type ResourceKind } from "./resource-kind.ts";
import { describeTargetOf } from "./target-of.ts";

/**
 * Freezes are the whole server's; of one, a space has what is about its projects. That is a list here, an item each, since the API has
 * maps by ids; what a freeze says about other spaces is written back as it is.
 */
export const deploymentFreeze: ResourceKind = {
  id: "deploymentFreeze",
  label: "deployment freeze",
  idPrefix: "DeploymentFreezes",
  list,
  create: async (space, body) => toOwn(await space.server.post("/deploymentfreezes", toFreeze(body, {})), body),
  update: async (space, current, body) => {
    const path = `/deploymentfreezes/${current.Id}`;
    const foreign = withoutOwn(await space.server.get(path), current);
    return toOwn(await space.server.put(path, { Id: current.Id, ...toFreeze(body, foreign) }), body);
  },
  nameOf: nameField,
  fields: {
    Projects: object({ ProjectId: essentialId, EnvironmentIds: onlyFor("id", "environments") }),
    Tenants: object({ TenantId: essentialId, ProjectId: essentialId, EnvironmentId: essentialId }),
  },
  serverMade: ["OwnerId", "ProjectEnvironmentScope", "TenantProjectEnvironmentScope"],
  items: [
    {
      path: ["Projects"],
      label: "scope",
      identify: (scope) => describeTargetOf(scope["ProjectId"]),
      isUnordered: true,
      sortBy: (scope) => [describeTargetOf(scope["ProjectId"])],
    },
    {
      path: ["Tenants"],
      label: "scope",
      identify: nameTenantScope,
      isUnordered: true,
      sortBy: (scope) => [nameTenantScope(scope)],
    },
  ],
  // No POST takes these (Octopus's API reference, deployment freezes).
  deferred: ["RecurringSchedule", "Tenants"],
};

function nameTenantScope(scope: JsonObject): string {
  return ["TenantId", "ProjectId", "EnvironmentId"].map((field) => describeTargetOf(scope[field])).join(", ");
}

/** Those that are about a project of the space. */
async function list(space: OctopusSpace): Promise<OctopusDocument[]> {
  const all = await listAll(space);
  const ids = new Set(
    all.flatMap((freeze) => [...projectsOf(freeze).map(toProject), ...tenantsOf(freeze).map(toProject)]),
  );
  const projects = await listInBatches([...ids], (batch) => space.list("/projects", { ids: batch }));
  const own = new Set(projects.map(({ Id }) => Id));
  const isOwn = (scope: JsonObject): boolean => own.has(toProject(scope));
  const relevant = all.map((freeze) => ({
    ...freeze,
    Projects: projectsOf(freeze).filter(isOwn),
    Tenants: tenantsOf(freeze).filter(isOwn),
  }));
  return numberNames(relevant.filter(({ Projects, Tenants }) => Projects.length + Tenants.length > 0));
}

const pageSize = 1000;

/** Not a page as others are (Octopus's API reference, deployment freezes). */
async function listAll({ server }: OctopusSpace): Promise<OctopusDocument[]> {
  const all: OctopusDocument[] = [];
  for (;;) {
    const answer = await server.getJson("/deploymentfreezes", { skip: all.length, take: pageSize });
    const page = isJsonObject(answer) ? objectsOf(answer, "DeploymentFreezes") : [];
    all.push(...page.map((freeze) => ({ ...freeze, Id: textOf(freeze, "Id") })));
    if (page.length < pageSize) return all;
  }
}

function toProject(scope: JsonObject): string {
  return textOf(scope, "ProjectId");
}

function projectsOf(freeze: JsonObject): JsonObject[] {
  const scope = objectOf(freeze, "ProjectEnvironmentScope");
  return Object.keys(scope).map((ProjectId) => ({ ProjectId, EnvironmentIds: textsOf(scope, ProjectId) }));
}

function tenantsOf(freeze: JsonObject): JsonObject[] {
  return objectsOf(freeze, "TenantProjectEnvironmentScope");
}

/** What it says about other spaces. */
function withoutOwn(freeze: JsonObject, current: JsonObject): Foreign {
  const own = new Set([...objectsOf(current, "Projects"), ...objectsOf(current, "Tenants")].map(toProject));
  const isForeign = (scope: JsonObject): boolean => !own.has(toProject(scope));
  return { projects: projectsOf(freeze).filter(isForeign), tenants: tenantsOf(freeze).filter(isForeign) };
}

interface Foreign {
  projects?: JsonObject[];
  tenants?: JsonObject[];
}

/** As the API has it: each project by its id. A creation takes no tenants. */
function toFreeze(body: JsonObject, { projects = [], tenants }: Foreign): JsonObject {
  const { Projects: _projects, Tenants: _tenants, SpaceId: _space, OwnerId: _owner, ...freeze } = body;
  const scopes = [...projects, ...objectsOf(body, "Projects")];
  const byProject = scopes.map((scope) => [toProject(scope), textsOf(scope, "EnvironmentIds")] as const);
  return {
    ...freeze,
    ProjectEnvironmentScope: Object.fromEntries(byProject),
    ...(tenants !== undefined && { TenantProjectEnvironmentScope: [...tenants, ...objectsOf(body, "Tenants")] }),
  };
}

function toOwn(answer: OctopusDocument, { Projects = [], Tenants = [] }: JsonObject): OctopusDocument {
  return { ...answer, Projects, Tenants };
}
