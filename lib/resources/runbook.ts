import { textOf } from "../model/json.ts";
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
  serverMade: ["ProjectId", "RunbookProcessId", "PublishedRunbookSnapshotId"],
  createOnly: ["Slug"],
  // No POST takes them (Octopus's API reference, runbooks).
  deferred: ["CancelQueuedTasks", "CancelRunningTasks", "FailTargetDiscovery"],
};
