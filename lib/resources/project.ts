import { projectTerraform } from "./project-terraform.ts";
import { byName, collectionRoutes, listByExactNames, nameField, type ResourceKind } from "./resource-kind.ts";

export const project: ResourceKind = {
  id: "project",
  label: "project",
  idPrefix: "Projects",
  ...collectionRoutes("projects"),
  listByNames: (space, names) => listByExactNames(space, "projects", names),
  nameOf: nameField,
  // Mirrors of the deployment settings, and what Octopus makes together with a project.
  serverMade: [
    "VariableSetId",
    "DeploymentProcessId",
    "ClonedFromProjectId",
    "IsVersionControlled",
    "PersistenceSettings",
    "VersioningStrategy",
    "ReleaseNotesTemplate",
    "DeploymentChangesTemplate",
    "DefaultGuidedFailureMode",
    "DefaultToSkipIfAlreadyInstalled",
    "ProjectConnectivityPolicy",
    "ForcePackageDownload",
    "Icon",
  ],
  items: [{ path: ["Templates"], identify: byName, referencedAs: "template" }],
  createOnly: ["Slug"],
  deferred: [
    "AutoCreateRelease",
    "ReleaseCreationStrategy",
    "AutoDeployReleaseOverrides",
    "ProvisioningRunbookId",
    "DeprovisioningRunbookId",
  ],
  terraform: projectTerraform,
};
