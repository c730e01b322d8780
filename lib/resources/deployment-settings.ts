import { deploymentProcess } from "./deployment-process.ts";
import { object, words, type Fields } from "./field.ts";
import { actionPackageFields, connectivityFields } from "./process-fields.ts";
import type { ResourceKind } from "./resource-kind.ts";
import { isVersionControlled } from "./version-control.ts";

/** By a template or by the package of a step: a server puts a template of its own where none is said. */
const versioning: Fields = {
  Template: { text: "words", isEmptySaid: true },
  DonorPackage: object(actionPackageFields),
  DonorPackageStepId: { text: "action" },
};

/** What used to be fields of the project: versioning, connectivity, guided failure, release notes. May point into the process. */
export const deploymentSettings: ResourceKind = {
  id: "deploymentSettings",
  label: "deployment settings",
  ownedBy: ["project"],
  isSingleton: true,
  isPartOf: (project) => !isVersionControlled(project),
  list: async (space, owner) => [await space.get(`/projects/${owner?.Id ?? ""}/deploymentsettings`)],
  update: (space, current, body) => space.put(`/projects/${String(current["ProjectId"])}/deploymentsettings`, body),
  nameOf: () => "",
  fields: {
    VersioningStrategy: object(versioning, { isWhole: true }),
    ReleaseNotesTemplate: words,
    DeploymentChangesTemplate: words,
    ConnectivityPolicy: connectivityFields,
  },
  serverMade: ["ProjectId", "Version"],
  // The versioning strategy names a step.
  comesAfter: [deploymentProcess.id],
};
