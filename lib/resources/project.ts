import { textOf, type JsonObject } from "../model/json.ts";
import { anyOf, id, map, object, optionalId, words, type Fields } from "./field.ts";
import { actionPackageFields, parameterFields } from "./process-fields.ts";
import { byName, collectionRoutes, listByExactNames, nameField, type ResourceKind } from "./resource-kind.ts";
import { whyUncarried } from "./uncarried-project.ts";
import { isVersionControlled, withoutVersioned } from "./version-control.ts";

const releaseCreation: Fields = {
  ChannelId: id,
  ReleaseCreationPackage: object(actionPackageFields),
  ReleaseCreationPackageStepId: { text: "action" },
};

/** They name releases, which no package has. */
function describeOverrides(overrides: JsonObject[], nameOf: (id: string) => string): string {
  const places = overrides.map((override) => {
    const environment = `to "${nameOf(textOf(override, "EnvironmentId"))}"`;
    const tenant = textOf(override, "TenantId");
    return tenant === "" ? environment : `${environment} for "${nameOf(tenant)}"`;
  });
  return `its overrides of automatic deployments stay behind with the releases: ${places.join(", ")}`;
}

export const project: ResourceKind = {
  id: "project",
  label: "project",
  isRenamable: true,
  idPrefix: "Projects",
  whyUncarried,
  logoAt: (projectId) => `/projects/${projectId}/logo`,
  ...collectionRoutes("projects"),
  // A project may have moved to Git since it was read, and its place there is another part's business (version-control.ts).
  read: (space, { Id }) => space.get(`/projects/${Id}`),
  update: (space, current, body) => {
    if (!isVersionControlled(current)) return space.put(`/projects/${current.Id}`, body);
    const { IsVersionControlled, PersistenceSettings = null } = current;
    return space.put(
      `/projects/${current.Id}`,
      withoutVersioned({ ...body, IsVersionControlled: IsVersionControlled === true, PersistenceSettings }),
    );
  },
  listByNames: (space, names) => listByExactNames(space, "projects", names),
  nameOf: nameField,
  fields: {
    LifecycleId: id,
    ProjectGroupId: id,
    IncludedLibraryVariableSetIds: anyOf("id", "library variable sets", { isOrdered: true }),
    ProjectTags: anyOf("tag", "project tags"),
    Templates: object(parameterFields),
    ExtensionSettings: object({ Values: map() }),
    ReleaseCreationStrategy: object(releaseCreation, { isWhole: true, takesAlong: ["AutoCreateRelease"] }),
    ProvisioningRunbookId: optionalId,
    DeprovisioningRunbookId: optionalId,
    // What its ids are is not a space's to say.
    Icon: map({ Id: words, Color: words }),
    AutoDeployReleaseOverrides: { staysBehind: describeOverrides },
  },
  serverMade: [
    "VariableSetId",
    "DeploymentProcessId",
    "ClonedFromProjectId",
    "IsVersionControlled",
    "PersistenceSettings",
  ],
  // Of the deployment settings.
  mirrors: [
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
    // No POST takes these two (Octopus's API reference, projects).
    "DefaultPowerShellEdition",
    "IsBadgesEnabled",
  ],
};
