import { projectTerraform } from "./project-terraform.ts";
import { byName, collectionRoutes, listByExactNames, nameField, type ResourceKind } from "./resource-kind.ts";
import { isVersionControlled, withoutVersioned } from "./version-control.ts";

export const project: ResourceKind = {
  id: "project",
  label: "project",
  idPrefix: "Projects",
  ...collectionRoutes("projects"),
  // A project may have moved to Git since it was read, and its place there is another part's business (version-control.ts).
  update: async (space, current, body) => {
    const now = await space.get(`/projects/${current.Id}`);
    if (!isVersionControlled(now)) return space.put(`/projects/${current.Id}`, body);
    const { IsVersionControlled, PersistenceSettings = null } = now;
    return space.put(
      `/projects/${current.Id}`,
      withoutVersioned({ ...body, IsVersionControlled: IsVersionControlled === true, PersistenceSettings }),
    );
  },
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
