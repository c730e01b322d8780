import { isReference, targetId } from "../model/graph.ts";
import { textOf, type JsonObject } from "../model/json.ts";
import { anyOf, onlyFor } from "./field.ts";
import { connectivityFields } from "./process-fields.ts";
import { listInBatches, nameField, type ResourceKind } from "./resource-kind.ts";
import { isVersionControlled } from "./version-control.ts";

/** How many runs to keep when a runbook does not say (go-octopusdeploy, NewDefaultRunbookRetentionPolicy; servers before `Strategy` keep 100 then). */
export const runsToKeep = { Strategy: "Default", QuantityToKeep: 100, ShouldKeepForever: false, Unit: "Items" };

export const runbook: ResourceKind = {
  id: "runbook",
  label: "runbook",
  idPrefix: "Runbooks",
  ownedBy: ["project"],
  ownerIdOf: (document) => textOf(document, "ProjectId"),
  isPartOf: (project) => !isVersionControlled(project),
  excludedBy: "runbooks",
  list: (space, owner) => space.list(`/projects/${owner?.Id ?? ""}/runbooks`),
  listBelow: (space, owners) =>
    listInBatches(
      owners.map(({ Id }) => Id),
      (projectIds) => space.listWhole("/runbooks/all", { projectIds }),
    ),
  listByIds: (space, ids) => listInBatches(ids, (batch) => space.list("/runbooks", { ids: batch })),
  read: (space, { Id }) => space.get(`/runbooks/${Id}`),
  creationDefaults: { RunRetentionPolicy: runsToKeep },
  create: (space, body, owner) => space.post("/runbooks", { ...body, ProjectId: owner?.Id ?? "" }),
  update: (space, current, body) =>
    space.put(`/runbooks/${current.Id}`, { ...body, ProjectId: textOf(current, "ProjectId") }),
  nameOf: nameField,
  fields: {
    Environments: onlyFor("id", "environments"),
    RunbookTags: anyOf("tag", "runbook tags"),
    ConnectivityPolicy: connectivityFields,
  },
  limitTo: (environments) => ({ EnvironmentScope: "Specified", Environments: environments }),
  serverMade: ["ProjectId", "RunbookProcessId", "PublishedRunbookSnapshotId"],
  createOnly: ["Slug"],
  isLateChange: takesEnvironments,
  // No POST takes them (Octopus's API reference, runbooks).
  deferred: ["CancelQueuedTasks", "CancelRunningTasks", "FailTargetDiscovery"],
};

/** An environment that a trigger runs in cannot be taken from its runbook (Octopus's API reference, runbooks). */
function takesEnvironments(current: JsonObject, body: JsonObject): boolean {
  const [before, after] = [current, body].map(listEnvironments);
  if (after === undefined) return false;
  return before === undefined || (after.length < before.length && after.every((one) => before.includes(one)));
}

/** Undefined where it may run in all of them. */
function listEnvironments({ EnvironmentScope, Environments }: JsonObject): string[] | undefined {
  if (EnvironmentScope !== "Specified") return undefined;
  return Array.isArray(Environments) ? Environments.filter(isReference).map(({ $ref }) => targetId($ref)) : [];
}
