import { textOf } from "../model/json.ts";
import { moveIntoVariable, processFields } from "./process-fields.ts";
import { processItems } from "./process-items.ts";
import { listInBatches, type ResourceKind } from "./resource-kind.ts";
import { isVersionControlled } from "./version-control.ts";

export const deploymentProcess: ResourceKind = {
  id: "deploymentProcess",
  label: "deployment process",
  ownedBy: ["project"],
  isSingleton: true,
  ownerIdOf: (document) => textOf(document, "ProjectId"),
  isPartOf: (project) => !isVersionControlled(project),
  list: async (space, owner) => [await space.get(`/projects/${owner?.Id ?? ""}/deploymentprocesses`)],
  listBelow: (space, owners) =>
    listInBatches(
      owners.map((owner) => textOf(owner, "DeploymentProcessId")),
      (ids) => space.list("/deploymentprocesses", { ids }),
    ),
  update: (space, current, body) => space.put(`/projects/${String(current["ProjectId"])}/deploymentprocesses`, body),
  nameOf: () => "",
  fields: processFields,
  insteadOfSecrets: moveIntoVariable,
  serverMade: ["ProjectId", "Version", "LastSnapshotId"],
  items: processItems,
};
