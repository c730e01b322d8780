import { textOf } from "../model/json.ts";
import { processFields } from "./process-fields.ts";
import { processItems } from "./process-items.ts";
import type { ResourceKind } from "./resource-kind.ts";

export const runbookProcess: ResourceKind = {
  id: "runbookProcess",
  label: "runbook process",
  ownedBy: ["runbook"],
  isSingleton: true,
  list: async (space, owner) => [await space.get(`/runbookProcesses/${textOf(owner ?? {}, "RunbookProcessId")}`)],
  update: (space, current, body) => space.put(`/runbookProcesses/${current.Id}`, body),
  nameOf: () => "",
  fields: processFields,
  serverMade: ["ProjectId", "RunbookId", "Version", "LastSnapshotId"],
  items: processItems,
};
