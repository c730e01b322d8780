import { fieldsOf, listOf, textsOf, type Fields } from "./fields.ts";
import type { Kind, OctopusModel } from "./model.ts";
import { isFrozen } from "./snapshots.ts";

/** Runbooks among them: source, Octopus's issue 9514. */
const kindsWithScopes: readonly Kind[] = ["accounts", "certificates", "projectgroups", "runbooks"];

/**
 * Takes a deleted environment, machine, channel or tenant out of whatever is scoped to it: variables, tenants, accounts and so on.
 * A value that was for nothing else goes with it (Octopus's issue 60 and the API's singlyScopedVariableDetails for environments, for others
 * assumed); documents of snapshots stay as they are.
 */
export function forget(model: OctopusModel, { id, spaceId }: { id: string; spaceId: string }): void {
  const change = (kind: Kind, edit: (document: Fields) => Fields): void => {
    for (const document of model.collection(kind).listInSpace(spaceId)) {
      if (!isFrozen(document) && JSON.stringify(document).includes(JSON.stringify(id)))
        model.collection(kind).replace(document.Id, edit(document));
    }
  };
  change("variablesets", (set) => ({
    ...set,
    Variables: listOf(set, "Variables")
      .filter((variable) => !isOnlyFor(fieldsOf(variable, "Scope"), id))
      .map((variable) => ({ ...variable, Scope: withoutId(fieldsOf(variable, "Scope"), id) })),
  }));
  change("tenants", (tenant) => ({
    ...tenant,
    ProjectEnvironments: environmentsWithout(fieldsOf(tenant, "ProjectEnvironments"), id),
  }));
  for (const kind of kindsWithScopes) change(kind, (document) => ({ ...document, ...withoutIdInLists(document, id) }));
  change("scopeduserroles", (role) => ({ ...role, ...withoutIdUnlessLast(role, id) }));
  for (const value of model
    .collection("tenantvariables")
    .listInSpace(spaceId, (stored) => textsOf(stored, "EnvironmentIds").includes(id))) {
    const rest = textsOf(value, "EnvironmentIds").filter((other) => other !== id);
    if (rest.length === 0) model.collection("tenantvariables").remove(value.Id);
    else model.collection("tenantvariables").replace(value.Id, { ...value, EnvironmentIds: rest });
  }
}

function isOnlyFor(scope: Fields, id: string): boolean {
  return Object.keys(scope).some((dimension) => {
    const ids = textsOf(scope, dimension);
    return ids.length > 0 && ids.every((other) => other === id);
  });
}

function withoutId(scope: Fields, id: string): Fields {
  const entries = Object.keys(scope).map(
    (dimension) => [dimension, textsOf(scope, dimension).filter((other) => other !== id)] as const,
  );
  return Object.fromEntries(entries.filter(([, ids]) => ids.length > 0));
}

function environmentsWithout(connected: Fields, id: string): Fields {
  return Object.fromEntries(
    Object.keys(connected)
      .filter((projectId) => projectId !== id)
      .map((projectId) => [projectId, textsOf(connected, projectId).filter((other) => other !== id)]),
  );
}

function withoutIdInLists(document: Fields, id: string): Fields {
  const lists = ["EnvironmentIds", "TenantIds", "Environments", "ProjectIds"].filter((field) =>
    textsOf(document, field).includes(id),
  );
  return Object.fromEntries(lists.map((field) => [field, textsOf(document, field).filter((other) => other !== id)]));
}

/** A role for one environment alone is for no other when that is gone: without its last id it would be for all (assumed). */
function withoutIdUnlessLast(role: Fields, id: string): Fields {
  const lists = Object.entries(withoutIdInLists(role, id)).filter(([, ids]) => Array.isArray(ids) && ids.length > 0);
  return Object.fromEntries(lists);
}
