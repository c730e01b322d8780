import { channelFields } from "../model/channel-fields.ts";
import type { Resource } from "../model/collection.ts";
import { switchesOfSettings } from "../model/deployment-settings.ts";
import { fieldsOf, isFields, listOf, propertyOf, textOf, textsOf, type Fields } from "../model/fields.ts";
import type { OctopusModel } from "../model/model.ts";
import { normalizeParameters, repeatedNames } from "../model/parameters.ts";
import { actionsOf, findProcess, processIdOf } from "../model/processes.ts";
import { removeWithSnapshots } from "../model/snapshots.ts";
import { isConnected } from "../model/tenancy.ts";
import { requirePermission } from "./access.ts";
import { isVersionControlled } from "./version-control-settings.ts";
import { createCrud } from "./crud.ts";
import { cloneProject } from "./project-clone.ts";
import { badRequest, type Answer, type Call, type Route } from "./route.ts";
import { keepImage, showImage } from "./uploaded-image.ts";
import { checkUsedActions } from "./used-actions.ts";

const tenantedModes = ["Untenanted", "TenantedOrUntenanted", "Tenanted"];
const guidedFailureModes = ["EnvironmentDefault", "Off", "On"];

/** As the API answers for a project that was made with a name, a group and a lifecycle only. */
export const projectFields: Fields = {
  Name: "",
  Description: null,
  IsDisabled: false,
  ProjectGroupId: "",
  LifecycleId: "",
  TenantedDeploymentMode: "Untenanted",
  DefaultGuidedFailureMode: "EnvironmentDefault",
  DefaultPowerShellEdition: null,
  DefaultToSkipIfAlreadyInstalled: false,
  DiscreteChannelRelease: false,
  AutoCreateRelease: false,
  AllowIgnoreChannelRules: true,
  CombineHealthAndSyncStatusInDashboardLiveStatus: false,
  ExecuteDeploymentsOnEventBasedPipeline: false,
  ForcePackageDownload: false,
  IsBadgesEnabled: false,
  IncludedLibraryVariableSetIds: [],
  Templates: [],
  AutoDeployReleaseOverrides: [],
  ProjectTags: [],
  ExtensionSettings: [],
  ReleaseCreationStrategy: null,
  VersioningStrategy: {
    Template: "#{Octopus.Version.LastMajor}.#{Octopus.Version.LastMinor}.#{Octopus.Version.NextPatch}",
    DonorPackage: null,
    DonorPackageStepId: null,
  },
  ProjectConnectivityPolicy: {
    SkipMachineBehavior: "None",
    TargetRoles: [],
    AllowDeploymentsToNoTargets: false,
    ExcludeUnhealthyTargets: false,
  },
  DeploymentChangesTemplate: null,
  ReleaseNotesTemplate: null,
  ProvisioningRunbookId: null,
  DeprovisioningRunbookId: null,
  Icon: null,
};

export const projects = createCrud({
  kind: "projects",
  path: "/api/{space}/projects",
  itemType: "Project",
  noun: "project",
  fields: (sent, { model }, stored) => ({
    ...projectFields,
    ...(model.strictness.mirrors ? unsentSettings(sent, stored) : {}),
  }),
  references: {
    ProjectGroupId: "projectgroups",
    LifecycleId: "lifecycles",
    IncludedLibraryVariableSetIds: "libraryvariablesets",
    ProvisioningRunbookId: "runbooks",
    DeprovisioningRunbookId: "runbooks",
  },
  kept: [
    "VariableSetId",
    "DeploymentProcessId",
    "ClonedFromProjectId",
    "IsVersionControlled",
    "PersistenceSettings",
    ...switchesOfSettings,
  ],
  defaults: (fields, call, stored) => ({
    ReleaseCreationStrategy: withPackageStep(fields["ReleaseCreationStrategy"], call, stored),
    Templates: normalizeParameters(fields["Templates"], listOf(stored ?? {}, "Templates")),
    IsVersionControlled: false,
    PersistenceSettings: { Type: "Database" },
    // No project here is made from a template of the platform hub.
    ProjectTemplateDetails: null,
    ClonedFromProjectId: null,
    // Docs: a POST does not know them, a PUT does.
    ...(stored === undefined ? { IsBadgesEnabled: false, DefaultPowerShellEdition: null } : {}),
    ...Object.fromEntries(switchesOfSettings.map((name) => [name, false])),
  }),
  validate: validateProject,
  saved: (project, call, stored) => {
    if (stored === undefined) addWhatComesWithProject(call.model, project);
  },
  removed: (project, call) => removeProjectDocuments(call.model, project),
  links: projectLinks,
  view: (shown, project) => ({ ...withoutSwitches(shown), ...(isVersionControlled(project) ? whatIsInGit : {}) }),
  filters: {
    // Docs: a part of the name, for old clients.
    name: (project, value) => textOf(project, "Name").toLowerCase().includes(value.toLowerCase()),
    clonedFromProjectId: (project, value) => project["ClonedFromProjectId"] === value,
  },
  permissions: { view: "ProjectView", create: "ProjectCreate", edit: "ProjectEdit", delete: "ProjectDelete" },
  bySlug: true,
});

/** Source: the CLI takes a project without a versioning strategy for one in Git; that the others are null, too, is assumed. */
const whatIsInGit = {
  DefaultGuidedFailureMode: "EnvironmentDefault",
  VersioningStrategy: null,
  ProjectConnectivityPolicy: null,
  ReleaseNotesTemplate: null,
  DeploymentChangesTemplate: null,
};

function withoutSwitches(shown: Fields): Fields {
  const hidden: readonly string[] = switchesOfSettings;
  return Object.fromEntries(Object.entries(shown).filter(([name]) => !hidden.includes(name)));
}

/** The project that a path names by its id or slug. */
export function projectOf(call: Call): Resource {
  return projects.find(call.params["project"] ?? "", call);
}

/** A project by id, slug or name, as the executions API names it. @throws a 404 */
export function findProjectByName(call: Call, idOrName: string): Resource {
  const wanted = idOrName.toLowerCase();
  const named = call.model
    .collection("projects")
    .listInSpace(call.space.Id, (project) => textOf(project, "Name").toLowerCase() === wanted)[0];
  return projects.find(named?.Id ?? idOrName, call);
}

export const projectRoutes: Route[] = [
  { method: "POST", path: "/api/{space}/projects", permission: "ProjectCreate", handle: createOrClone },
  // POST is above; PUT is with version control, because it may have to look into a repository.
  ...projects.routes.filter((route) => route.method !== "POST" && route.method !== "PUT"),
  { method: "GET", path: "/api/{space}/projects/{project}/summary", handle: (call) => ({ body: summaryOf(call) }) },
  {
    method: "GET",
    path: "/api/{space}/projects/{project}/metadata",
    handle: (call) => ({ body: projectOf(call) && [] }),
  },
  { method: "GET", path: "/api/{space}/projects/{project}/logo", handle: (call) => showImage(call, projectOf(call)) },
  { method: "POST", path: "/api/{space}/projects/{project}/logo", rawBody: true, handle: setLogo },
  { method: "PUT", path: "/api/{space}/projects/{project}/logo", rawBody: true, handle: setLogo },
];

const settings = [
  "VersioningStrategy",
  "DefaultGuidedFailureMode",
  "ReleaseNotesTemplate",
  "DeploymentChangesTemplate",
  "ProjectConnectivityPolicy",
  "DefaultToSkipIfAlreadyInstalled",
  "ForcePackageDownload",
];

/** What the deployment settings show too is one and the same: a PUT that leaves it out lets it stay (assumed); a null empties a text. */
function unsentSettings(sent: Fields, stored: Resource | undefined): Fields {
  const unsent = settings.filter((name) => {
    const value = propertyOf(sent, name);
    return value === undefined || (value === null && projectFields[name] !== null);
  });
  return Object.fromEntries(unsent.map((name) => [name, stored?.[name] ?? projectFields[name]]));
}

function createOrClone(call: Call): { status: number; body: unknown } {
  const sourceId = call.query.get("clone") || textOf(isFields(call.body) ? call.body : {}, "Clone");
  const create = (body: unknown): Resource => projects.create(body, call);
  const created = sourceId ? cloneProject(projects.find(sourceId, call), call, create) : create(call.body);
  return { status: 201, body: projects.show(created, call) };
}

function validateProject(fields: Fields, call: Call, stored: Resource | undefined): void {
  for (const name of ["ProjectGroupId", "LifecycleId"]) {
    // Source: go-octopusdeploy marks both as required; the sentence is assumed.
    if (textOf(fields, name) === "") throw badRequest(`Please provide a value for ${name}.`);
  }
  if (!tenantedModes.includes(textOf(fields, "TenantedDeploymentMode")))
    throw badRequest(`The tenanted deployment mode '${textOf(fields, "TenantedDeploymentMode")}' is not valid.`);
  if (!guidedFailureModes.includes(textOf(fields, "DefaultGuidedFailureMode")))
    throw badRequest(`The guided failure mode '${textOf(fields, "DefaultGuidedFailureMode")}' is not valid.`);
  checkChoices(fields, call, stored);
  const repeated = repeatedNames(listOf(fields, "Templates"));
  // Assumed: variable templates of one project cannot share a name.
  if (repeated.length > 0) throw badRequest(`The variable template name '${repeated[0]}' is used more than once.`);
  checkAutomaticReleases(fields);
  checkUsedActions(fields, call, stored);
  checkScriptModules(fields, call);
}

/** Docs, projects; the sentences are assumed. */
function checkChoices(fields: Fields, { model }: Call, stored: Resource | undefined): void {
  const edition = textOf(fields, "DefaultPowerShellEdition");
  if (edition !== "" && edition !== "Desktop" && edition !== "Core")
    throw badRequest(`The PowerShell edition '${edition}' is not valid.`);
  for (const name of ["ProvisioningRunbookId", "DeprovisioningRunbookId"]) {
    const runbook = model.collection("runbooks").find(textOf(fields, name));
    if (runbook !== undefined && runbook["ProjectId"] !== stored?.Id)
      throw badRequest(`${name}: the runbook '${runbook.Id}' belongs to another project.`);
  }
}

/** Source: the Terraform provider's project_auto_create_release refuses to send it without a package; the sentence is assumed. */
function checkAutomaticReleases(fields: Fields): void {
  if (fields["AutoCreateRelease"] !== true) return;
  if (isFields(fieldsOf(fields, "ReleaseCreationStrategy")["ReleaseCreationPackage"])) return;
  throw badRequest("Automatic release creation needs a package: set ReleaseCreationStrategy.ReleaseCreationPackage.");
}

/** Source: the Terraform provider's built-in trigger sends the package alone and reads which step it belongs to. */
function withPackageStep(strategy: unknown, { model }: Call, project: Resource | undefined): unknown {
  if (!isFields(strategy)) return strategy;
  const release = fieldsOf(strategy, "ReleaseCreationPackage");
  if (project === undefined || textOf(release, "DeploymentAction") === "") return strategy;
  const action = actionsOf(model, project.Id).find((candidate) => candidate.Name === release["DeploymentAction"]);
  return { ...strategy, ReleaseCreationPackageStepId: action?.Id ?? null };
}

function checkScriptModules(fields: Fields, call: Call): void {
  const ids = textsOf(fields, "IncludedLibraryVariableSetIds");
  // Assumed: a set cannot be included twice.
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice === undefined) return;
  const name = textOf(call.model.collection("libraryvariablesets").find(twice) ?? {}, "Name");
  throw badRequest(`The library variable set '${name}' is included more than once.`);
}

/** A project comes with a process, a variable set and the channel Default (docs, and every client relies on it). */
function addWhatComesWithProject(model: OctopusModel, project: Resource): void {
  const owner = { kind: "deploymentprocesses", ownerId: project.Id } as const;
  const shared = { SpaceId: project["SpaceId"], Version: 0 };
  const process = model
    .collection("deploymentprocesses")
    .add({ ...shared, Id: processIdOf(owner), ProjectId: project.Id, Steps: [], LastSnapshotId: null });
  const variables = model
    .collection("variablesets")
    .add({ ...shared, Id: `variableset-${project.Id}`, OwnerId: project.Id, Variables: [] });
  Object.assign(project, { DeploymentProcessId: process.Id, VariableSetId: variables.Id });
  const own = { SpaceId: project["SpaceId"], ProjectId: project.Id };
  model
    .collection("channels")
    .add({ ...structuredClone(channelFields), Name: "Default", Slug: "default", IsDefault: true, ...own });
}

/** Deleting a project deletes all that belongs to it (docs, projects). */
function removeProjectDocuments(model: OctopusModel, project: Resource): void {
  const belongs = (document: Resource): boolean => document["ProjectId"] === project.Id;
  for (const runbook of model.collection("runbooks").list(belongs))
    removeWithSnapshots(model, "runbookprocesses", processIdOf({ kind: "runbookprocesses", ownerId: runbook.Id }));
  removeWithSnapshots(model, "deploymentprocesses", processIdOf({ kind: "deploymentprocesses", ownerId: project.Id }));
  removeWithSnapshots(model, "variablesets", `variableset-${project.Id}`);
  for (const kind of [
    "channels",
    "runbooks",
    "runbooksnapshots",
    "runbookruns",
    "releases",
    "deployments",
    "projecttriggers",
    "tenantvariables",
  ] as const) {
    for (const document of model.collection(kind).list(belongs)) model.collection(kind).remove(document.Id);
  }
  for (const tenant of model.collection("tenants").list((candidate) => isConnected(candidate, project.Id)))
    disconnect(tenant, project.Id);
}

function disconnect(tenant: Resource, projectId: string): void {
  const { [projectId]: _, ...others } = fieldsOf(tenant, "ProjectEnvironments");
  tenant["ProjectEnvironments"] = others;
}

/** The link keys that the Octopus CLI and go-octopusdeploy follow (CLI test fixtures). */
function projectLinks(self: string, project: Resource): Record<string, string> {
  return {
    ...(isVersionControlled(project) ? gitLinks(self, project) : databaseLinks(self, project)),
    ConvertToVcs: `${self}/git/convert`,
    Channels: `${self}/channels{/id}{?skip,take,partialName}`,
    Releases: `${self}/releases{/version}{?skip,take,searchByVersion}`,
    Progression: `${self}/progression{?aggregate}`,
    Triggers: `${self}/triggers{/id}{?skip,take,partialName,triggerActionType,triggerActionCategory,runbooks}`,
    RunbookSnapshots: `${self}/runbookSnapshots{/name}{?skip,take,searchByName}`,
    Summary: `${self}/summary`,
    Metadata: `${self}/metadata`,
    Logo: `${self}/logo`,
    Web: `/app#/${textOf(project, "SpaceId")}/projects/${project.Id}`,
  };
}

function databaseLinks(self: string, project: Resource): Record<string, string> {
  return {
    Variables: `${self.slice(0, self.indexOf("/projects/"))}/variables/${textOf(project, "VariableSetId")}`,
    DeploymentProcess: `${self}/deploymentprocesses`,
    DeploymentSettings: `${self}/deploymentsettings`,
    Runbooks: `${self}/runbooks{/id}{?skip,take,partialName}`,
  };
}

/** What is in Git is a template of the reference (CLI test fixtures); that secrets have an address of their own is assumed. */
function gitLinks(self: string, project: Resource): Record<string, string> {
  return {
    Variables: `${self}/{gitRef}/variables`,
    SensitiveVariables: `${self.slice(0, self.indexOf("/projects/"))}/variables/${textOf(project, "VariableSetId")}`,
    DeploymentProcess: `${self}/{gitRef}/deploymentprocesses`,
    DeploymentSettings: `${self}/{gitRef}/deploymentsettings`,
    Runbooks: `${self}/{gitRef}/runbooks{/id}{?skip,take,partialName}`,
    Branches: `${self}/git/branches{/name}{?skip,take,searchByName,refresh}`,
    Tags: `${self}/git/tags{/name}{?skip,take,searchByName,refresh}`,
    Commits: `${self}/git/commits{/hash}{?skip,take,refresh}`,
  };
}

function summaryOf(call: Call): Fields {
  const project = projectOf(call);
  const process = findProcess(call.model, { kind: "deploymentprocesses", ownerId: project.Id }) ?? {};
  const runbooks = call.model
    .collection("runbooks")
    .listInSpace(call.space.Id, (runbook) => runbook["ProjectId"] === project.Id);
  const deployed = call.model
    .collection("deployments")
    .listInSpace(call.space.Id, (deployment) => deployment["ProjectId"] === project.Id);
  const succeeded = deployed.some(
    (deployment) => call.model.collection("tasks").find(textOf(deployment, "TaskId"))?.["State"] === "Success",
  );
  return {
    HasBeenSuccessfullyDeployed: succeeded,
    HasDeploymentProcess: listOf(process, "Steps").length > 0,
    HasRunbooks: runbooks.length > 0,
  };
}

async function setLogo(call: Call): Promise<Answer> {
  const project = projectOf(call);
  requirePermission(call, "ProjectEdit", { kind: "projects", resource: project });
  return keepImage(call, project);
}
