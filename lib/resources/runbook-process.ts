import { textOf } from "../model/json.ts";
import { moveIntoVariable, processFields } from "./process-fields.ts";
import { processItems } from "./process-items.ts";
import { listInBatches, type ResourceKind } from "./resource-kind.ts";

export const runbookProcess: ResourceKind = {
  id: "runbookProcess",
  label: "runbook process",
  ownedBy: ["runbook"],
  isSingleton: true,
  ownerIdOf: (document) => textOf(document, "RunbookId"),
  list: async (space, owner) => [await space.get(`/runbookProcesses/${textOf(owner ?? {}, "RunbookProcessId")}`)],
  listBelow: (space, owners) =>
    listInBatches(
      owners.map((owner) => textOf(owner, "RunbookProcessId")),
      (ids) => space.list("/runbookProcesses", { ids }),
    ),
  update: (space, current, body) => space.put(`/runbookProcesses/${current.Id}`, body),
  nameOf: () => "",
  fields: processFields,
  insteadOfSecrets: moveIntoVariable,
  serverMade: ["ProjectId", "RunbookId", "Version", "LastSnapshotId"],
  items: processItems,
};
