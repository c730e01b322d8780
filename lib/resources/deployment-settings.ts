import type { ResourceKind } from "./resource-kind.ts";

/** What used to be fields of the project: versioning, connectivity, guided failure, release notes. May point into the process. */
export const deploymentSettings: ResourceKind = {
  id: "deploymentSettings",
  label: "deployment settings",
  ownedBy: ["project"],
  isSingleton: true,
  list: async (space, owner) => [await space.get(`/projects/${owner?.Id ?? ""}/deploymentsettings`)],
  update: (space, current, body) => space.put(`/projects/${String(current["ProjectId"])}/deploymentsettings`, body),
  nameOf: () => "",
  serverMade: ["ProjectId", "Version"],
};
