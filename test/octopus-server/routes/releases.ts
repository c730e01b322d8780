import { randomUUID } from "node:crypto";
import type { Resource } from "../model/collection.ts";
import { fieldsOf, isFields, listOf, propertyOf, textOf, type Fields } from "../model/fields.ts";
import { selectPackages, builtInVersions, isBuiltInFeed, type PackageSelection } from "../model/package-selection.ts";
import { actionsIn, findProcess, packageReferencesIn, type PackageReference } from "../model/processes.ts";
import { lifecycleOf, progressionOf, type Progression } from "../model/progression.ts";
import { freezeVariableSets, snapshotFieldsOf, snapshotOf } from "../model/snapshots.ts";
import { compareVersions, parseVersion } from "../model/versions.ts";
import { requirePermission } from "./access.ts";
import { requireBody } from "./binding.ts";
import { channelsOf, defaultChannelOf, meetsRule } from "./channels.ts";
import { createCrud } from "./crud.ts";
import { findNamed, flagAt, projectOfDocument, textAt, textsAt } from "./executions.ts";
import { readVersion, variableSetAt } from "./git-version.ts";
import { previewOf } from "./previews.ts";
import { findProjectByName, projectOf } from "./projects.ts";
import { sourceOfRelease, type ReleaseSource } from "./release-source.ts";
import { nextReleaseVersion, releasesOf } from "./release-versions.ts";
import { badRequest, notFound, type Call, type Route } from "./route.ts";

export const releases = createCrud({
  kind: "releases",
  path: "/api/{space}/releases",
  itemType: "Release",
  noun: "release",
  fields: { Version: "", ReleaseNotes: null, CustomFields: {} },
  naming: { field: "Version", slugs: false, uniqueWithin: ["ProjectId"] },
  kept: [
    "ProjectId",
    "ChannelId",
    "IgnoreChannelRules",
    "Assembled",
    "ProjectDeploymentProcessSnapshotId",
    "ProjectVariableSetSnapshotId",
    "LibraryVariableSetSnapshotIds",
    "SelectedPackages",
    "SelectedGitResources",
    "BuildInformation",
    "VersionControlReference",
    "Defects",
  ],
  validate: (fields) => checkVersionText(textOf(fields, "Version")),
  inUse: (release, call) =>
    // Assumed: a release that was deployed stays until its deployments are deleted.
    call.model
      .collection("deployments")
      .listInSpace(call.space.Id, (deployment) => deployment["ReleaseId"] === release.Id && isRunning(call, deployment))
      .length > 0
      ? "The release is being deployed."
      : undefined,
  removed: (release, call) => {
    for (const deployment of call.model
      .collection("deployments")
      .listInSpace(call.space.Id, (candidate) => candidate["ReleaseId"] === release.Id))
      call.model.collection("deployments").remove(deployment.Id);
  },
  links: releaseLinks,
  view: (shown) => {
    const { Defects: _, ...rest } = shown;
    return rest;
  },
  sortBy: "newest",
  permissions: { view: "ReleaseView", create: "ReleaseCreate", edit: "ReleaseEdit", delete: "ReleaseDelete" },
  without: ["create"],
});

export const releaseRoutes: Route[] = [
  { method: "POST", path: "/api/{space}/releases/create/v1", handle: createByName },
  { method: "POST", path: "/api/{space}/releases", handle: createClassic },
  ...releases.routes,
  {
    method: "GET",
    path: "/api/{space}/projects/{project}/releases",
    handle: (call) => ({ body: pageOfProject(call) }),
  },
  {
    method: "GET",
    path: "/api/{space}/projects/{project}/releases/{version}",
    handle: (call) => ({ body: releases.show(byVersion(call), call) }),
  },
  {
    method: "GET",
    path: "/api/{space}/projects/{project}/channels/{channel}/releases",
    handle: (call) => ({ body: pageOfChannel(call) }),
  },
  {
    method: "GET",
    path: "/api/{space}/channels/{channel}/releases",
    handle: (call) => ({ body: pageOfChannel(call) }),
  },
  {
    method: "GET",
    path: "/api/{space}/releases/{release}/progression",
    handle: (call) => ({ body: showProgression(call) }),
  },
  {
    method: "GET",
    path: "/api/{space}/releases/{release}/missingpackages",
    handle: (call) => ({ body: { Packages: missingPackages(call) } }),
  },
  { method: "POST", path: "/api/{space}/releases/{release}/snapshot-variables", handle: updateVariables },
  {
    method: "GET",
    path: "/api/{space}/releases/{release}/defects",
    handle: (call) => ({ body: defectsPage(releaseOf(call)) }),
  },
  { method: "POST", path: "/api/{space}/releases/{release}/defects", handle: addDefect },
  { method: "POST", path: "/api/{space}/releases/{release}/defects/resolve", handle: resolveDefect },
  {
    method: "GET",
    path: "/api/{space}/releases/{release}/deployments/template",
    handle: (call) => ({ body: deploymentTemplate(call) }),
  },
  { method: "GET", path: "/api/{space}/releases/{release}/deployments/preview/{environment}", handle: previewOne },
  {
    method: "GET",
    path: "/api/{space}/releases/{release}/deployments/preview/{environment}/{tenant}",
    handle: previewOne,
  },
  { method: "POST", path: "/api/{space}/releases/{release}/deployments/previews", handle: previewMany },
];

/** The release that a path names. */
export function releaseOf(call: Call): Resource {
  return releases.find(call.params["release"] ?? "", call);
}

/** A release of a project by version or id. */
export function findRelease(call: Call, project: Resource, versionOrId: string): Resource | undefined {
  const wanted = versionOrId.toLowerCase();
  return releasesOf(call.model, project.Id).find(
    (release) => release.Id.toLowerCase() === wanted || textOf(release, "Version").toLowerCase() === wanted,
  );
}

/** Takes the variables of project and library sets anew for a release that exists. */
export async function refreshVariables(call: Call, release: Resource): Promise<void> {
  const project = projectOfDocument(call, release);
  const ref = textOf(fieldsOf(release, "VersionControlReference"), "GitRef");
  // Assumed: a release from Git takes the variables that its branch has now.
  const variables = ref === "" ? undefined : variableSetAt(call, await readVersion(call, project, ref));
  const [own = "", ...libraries] = freezeVariableSets(call.model, project, variables);
  Object.assign(release, { ProjectVariableSetSnapshotId: own, LibraryVariableSetSnapshotIds: libraries });
}

/** How far a release has come along the lifecycle of its channel. */
export function progressOf(call: Call, release: Resource, tenant?: Resource): Progression {
  const project = projectOfDocument(call, release);
  const lifecycle = lifecycleOf(call.model, {
    project,
    channel: call.model.collection("channels").find(textOf(release, "ChannelId")),
  });
  if (lifecycle === undefined) throw notFound();
  return progressionOf(call.model, { lifecycle, release, tenant });
}

interface NewRelease {
  project: Resource;
  source: ReleaseSource;
  channel: Resource;
  /** "" asks for the next one. */
  version: string;
  notes: string | null;
  packages: PackageSelection;
  ignoreChannelRules: boolean;
  customFields: Fields;
}

export async function createByName(call: Call): Promise<{ status: number; body: unknown }> {
  const sent = requireBody(call.body);
  const project = findProjectByName(call, textAt(sent, "ProjectName") || textAt(sent, "ProjectIdOrName"));
  const channel = channelByName(call, project, textAt(sent, "ChannelName") || textAt(sent, "ChannelIdOrName"));
  const version = textAt(sent, "ReleaseVersion");
  const existing = version === "" ? undefined : findRelease(call, project, version);
  if (existing !== undefined && flagAt(sent, "IgnoreIfAlreadyExists") === true)
    return { status: 200, body: shownAsCreated(existing, "") };
  const ignoreChannelRules = flagAt(sent, "IgnoreChannelRules") === true;
  const reference = { ref: textAt(sent, "GitRef"), commit: textAt(sent, "GitCommit") };
  const source = await sourceOfRelease(call, project, reference);
  const customFields = propertyOf(sent, "CustomFields");
  const release = createRelease(call, {
    project,
    source,
    channel,
    version,
    notes: textAt(sent, "ReleaseNotes") || null,
    packages: choosePackages(call, { source, channel, ignoreChannelRules, sent }),
    ignoreChannelRules,
    customFields: isFields(customFields) ? customFields : {},
  });
  return { status: 201, body: shownAsCreated(release, automaticallyDeployed(call, release)) };
}

/** By id, name or slug; "" is the default one. */
function channelByName(call: Call, project: Resource, idOrName: string): Resource {
  const wanted = idOrName.toLowerCase();
  const isWanted = (one: Resource): boolean =>
    [one.Id, textOf(one, "Name"), textOf(one, "Slug")].some((name) => name.toLowerCase() === wanted);
  const found = wanted === "" ? defaultChannelOf(call, project.Id) : channelsOf(call, project.Id).find(isWanted);
  // Assumed: 400, as for the other names of the executions API.
  if (found === undefined)
    throw badRequest(`The channel '${idOrName}' does not exist in the project '${textOf(project, "Name")}'.`);
  return found;
}

function shownAsCreated(release: Resource, deployedTo: string): Fields {
  return {
    ReleaseId: release.Id,
    ReleaseVersion: textOf(release, "Version"),
    AutomaticallyDeployedEnvironments: deployedTo,
  };
}

/** Names of the environments that the lifecycle took a new release to; how the text separates them is assumed. */
function automaticallyDeployed({ model, space }: Call, release: Resource): string {
  const started = model.collection("deployments").listInSpace(space.Id, (one) => one["ReleaseId"] === release.Id);
  const ids = new Set(started.map((deployment) => textOf(deployment, "EnvironmentId")));
  return [...ids].map((id) => textOf(model.collection("environments").find(id) ?? {}, "Name")).join(", ");
}

async function createClassic(call: Call): Promise<{ status: number; body: unknown }> {
  const sent = requireBody(call.body);
  const project = call.model.collection("projects").find(textAt(sent, "ProjectId"));
  // Source: go-octopusdeploy sends ProjectId and Version; the sentences are assumed.
  if (project === undefined || project["SpaceId"] !== call.space.Id)
    throw badRequest(`The project '${textAt(sent, "ProjectId")}' does not exist in this space.`);
  if (textAt(sent, "Version") === "") throw badRequest("Please provide a value for Version.");
  const channelId = textAt(sent, "ChannelId");
  const channel =
    channelId === ""
      ? defaultChannelOf(call, project.Id)
      : channelsOf(call, project.Id).find((one) => one.Id === channelId);
  if (channel === undefined)
    throw badRequest(`The channel '${channelId}' does not exist in the project '${textOf(project, "Name")}'.`);
  const ignoreChannelRules =
    call.query.get("ignoreChannelRules")?.toLowerCase() === "true" || flagAt(sent, "IgnoreChannelRules") === true;
  const customFields = propertyOf(sent, "CustomFields");
  const reference = fieldsOf({ value: propertyOf(sent, "VersionControlReference") }, "value");
  const source = await sourceOfRelease(call, project, {
    ref: textAt(reference, "GitRef"),
    commit: textAt(reference, "GitCommit"),
  });
  const release = createRelease(call, {
    project,
    channel,
    version: textAt(sent, "Version"),
    notes: textAt(sent, "ReleaseNotes") || null,
    source,
    packages: choosePackages(call, { source, channel, ignoreChannelRules, sent }),
    ignoreChannelRules,
    customFields: isFields(customFields) ? customFields : {},
  });
  return { status: 201, body: releases.show(release, call) };
}

function createRelease(call: Call, options: NewRelease): Resource {
  const { project, source, channel, packages } = options;
  requirePermission(call, "ReleaseCreate", {
    kind: "releases",
    resource: { Id: "", SpaceId: call.space.Id, ProjectId: project.Id },
  });
  if (packages.problems.length > 0) throw badRequest(...packages.problems);
  const version =
    options.version ||
    nextReleaseVersion(call.model, { project: source.project, channel, selected: packages.selected });
  checkVersionText(version);
  // Source: the CLI's --ignore-existing exists because a version may be used once in a project; the sentence is assumed.
  if (findRelease(call, project, version) !== undefined)
    throw badRequest(
      `A release with the version '${version}' already exists in this project. Please choose a different version.`,
    );
  if (!options.ignoreChannelRules) checkRules(options);
  const snapshot = source.freeze();
  const frozen = snapshotFieldsOf(snapshot);
  return call.model.collection("releases").add({
    SpaceId: call.space.Id,
    ProjectId: project.Id,
    ChannelId: channel.Id,
    Version: version,
    ReleaseNotes: options.notes,
    IgnoreChannelRules: options.ignoreChannelRules,
    Assembled: call.model.now().toISOString(),
    ProjectDeploymentProcessSnapshotId: snapshot.FrozenProcessId,
    ProjectVariableSetSnapshotId: frozen.project,
    LibraryVariableSetSnapshotIds: frozen.libraries,
    SelectedPackages: packages.selected,
    SelectedGitResources: [],
    BuildInformation: [],
    VersionControlReference: source.reference,
    CustomFields: options.customFields,
    Defects: [],
  });
}

interface ChoosingOptions {
  source: ReleaseSource;
  channel: Resource;
  ignoreChannelRules: boolean;
  sent: Fields;
}

function choosePackages(call: Call, { source, channel, ignoreChannelRules, sent }: ChoosingOptions): PackageSelection {
  const { process } = source;
  const prerelease = textAt(sent, "PackagePrerelease");
  const accepts = (reference: PackageReference, version: string): boolean =>
    (prerelease === "" || parseVersion(version)?.tag.startsWith(prerelease) === true) &&
    (ignoreChannelRules || rulesFor(channel, reference, process).every((rule) => meetsRule(rule, version)));
  return selectPackages(call.model, packageReferencesIn(process), {
    spaceId: call.space.Id,
    selected: listOf({ value: propertyOf(sent, "SelectedPackages") }, "value"),
    overrides: textsAt(sent, "Packages"),
    defaultVersion: textAt(sent, "PackageVersion"),
    accepts,
  });
}

/** Source: docs, channels: version rules hold a release back unless they are ignored; the sentence is assumed. */
function checkRules({ source: { process }, channel, packages }: NewRelease): void {
  for (const reference of packageReferencesIn(process)) {
    const chosen = packages.selected.find(
      (one) => one.ActionName === reference.ActionName && one.PackageReferenceName === reference.PackageReferenceName,
    );
    const broken = rulesFor(channel, reference, process).find((rule) => !meetsRule(rule, chosen?.Version ?? ""));
    if (broken === undefined) continue;
    throw badRequest(
      `Package '${reference.PackageId}' version '${chosen?.Version ?? ""}' of step '${reference.ActionName}' does not meet the rules of the channel '${textOf(channel, "Name")}'.`,
    );
  }
}

/** Rules name an action by its name, those of a project in Git by its slug (octoterra). */
function rulesFor(channel: Resource, reference: PackageReference, process: Fields): Fields[] {
  const action = actionsIn(process).find((one) => one["Name"] === reference.ActionName) ?? {};
  const names = [reference.ActionName, textOf(action, "Slug")];
  return listOf(channel, "Rules").filter((rule) =>
    listOf(rule, "ActionPackages").some(
      (one) =>
        names.includes(textOf(one, "DeploymentAction")) &&
        textOf(one, "PackageReference") === reference.PackageReferenceName,
    ),
  );
}

/** Docs, releases: a version may be up to 349 characters without spaces, slashes and the like (assumed in detail). */
function checkVersionText(version: string): void {
  if (version === "") throw badRequest("Please provide a value for Version.");
  if (version.length > 349 || !/^[\p{L}\p{N}._+-]+$/u.test(version))
    throw badRequest(`The version '${version}' is not valid.`);
}

function isRunning(call: Call, deployment: Resource): boolean {
  return call.model.collection("tasks").find(textOf(deployment, "TaskId"))?.["IsCompleted"] === false;
}

function pageOfProject(call: Call): Fields {
  const project = projectOf(call);
  const wanted = call.query.get("searchByVersion")?.toLowerCase() ?? "";
  const own = releases
    .list(call)
    .filter(
      (release) => release["ProjectId"] === project.Id && textOf(release, "Version").toLowerCase().includes(wanted),
    );
  return releases.page(own, call, `/api/${call.space.Id}/projects/${project.Id}/releases`);
}

function pageOfChannel(call: Call): Fields {
  const channel = findNamed(call, { kind: "channels", what: "channel", name: call.params["channel"] ?? "" });
  const wanted = call.query.get("searchByVersion")?.toLowerCase() ?? "";
  const own = releases
    .list(call)
    .filter(
      (release) => release["ChannelId"] === channel.Id && textOf(release, "Version").toLowerCase().includes(wanted),
    );
  return releases.page(
    own,
    call,
    `/api/${call.space.Id}/projects/${textOf(channel, "ProjectId")}/channels/${channel.Id}/releases`,
  );
}

function byVersion(call: Call): Resource {
  return releases.find(findRelease(call, projectOf(call), call.params["version"] ?? "")?.Id ?? "", call);
}

function showProgression(call: Call): Fields {
  const progression = progressOf(call, releaseOf(call));
  return {
    Phases: progression.phases.map(({ deployments, ...phase }) => ({
      ...phase,
      Deployments: deployments.map((deployment) => ({
        Task: call.model.collection("tasks").find(textOf(deployment, "TaskId")) ?? null,
        Deployment: { Id: deployment.Id, EnvironmentId: deployment["EnvironmentId"] },
      })),
    })),
    NextDeployments: progression.nextEnvironmentIds,
    NextDeploymentsMinimumRequired: progression.nextMinimum,
    Links: {},
  };
}

/** Packages of the built-in feed that were chosen and are gone, which retention does (docs, releases: missing packages). */
function missingPackages(call: Call): { Id: string; Version: string }[] {
  const release = releaseOf(call);
  const process = call.model.collection("deploymentprocesses").find(snapshotOf(release).FrozenProcessId) ?? {};
  const references = packageReferencesIn(process);
  return listOf(release, "SelectedPackages").flatMap((chosen) => {
    const reference = references.find(
      (one) => one.ActionName === chosen["ActionName"] && one.PackageReferenceName === chosen["PackageReferenceName"],
    );
    if (reference === undefined || !isBuiltInFeed(call.model, { spaceId: call.space.Id, feedId: reference.FeedId }))
      return [];
    const known = builtInVersions(call.model, { spaceId: call.space.Id, packageId: reference.PackageId });
    const version = textOf(chosen, "Version");
    return known.some((one) => compareVersions(one, version) === 0)
      ? []
      : [{ Id: reference.PackageId, Version: version }];
  });
}

async function updateVariables(call: Call): Promise<{ body: unknown }> {
  const release = releaseOf(call);
  requirePermission(call, "ReleaseEdit", { kind: "releases", resource: release });
  await refreshVariables(call, release);
  return { body: releases.show(release, call) };
}

function defectsPage(release: Resource): Fields {
  const items = listOf(release, "Defects");
  return {
    ItemType: "Defect",
    TotalResults: items.length,
    ItemsPerPage: 30,
    NumberOfPages: 1,
    LastPageNumber: 0,
    Items: items,
    Links: {},
  };
}

/** A release with an unresolved defect goes no further (docs, releases: "Block deployments"). */
function addDefect(call: Call): { status: number; body: unknown } {
  const release = releaseOf(call);
  requirePermission(call, "DefectReport", { kind: "releases", resource: release });
  const description = textAt(requireBody(call.body), "Description");
  if (description === "") throw badRequest("Please provide a value for Description.");
  // Assumed: one unresolved defect at a time.
  if (listOf(release, "Defects").some((defect) => defect["Status"] === "Unresolved"))
    throw badRequest("The release already has an unresolved defect.");
  const defect = { Id: randomUUID(), Description: description, Status: "Unresolved", Links: {} };
  release["Defects"] = [...listOf(release, "Defects"), defect];
  return { status: 201, body: defect };
}

function resolveDefect(call: Call): { body: unknown } {
  const release = releaseOf(call);
  requirePermission(call, "DefectResolve", { kind: "releases", resource: release });
  const open = listOf(release, "Defects").find((defect) => defect["Status"] === "Unresolved");
  // Assumed: status and sentence.
  if (open === undefined) throw badRequest("The release has no unresolved defect.");
  open["Status"] = "Resolved";
  return { body: open };
}

function deploymentTemplate(call: Call): Fields {
  const release = releaseOf(call);
  const project = projectOfDocument(call, release);
  const progression = progressOf(call, release);
  const tenants = call.model.collection("tenants").listInSpace(call.space.Id);
  const current = findProcess(call.model, { kind: "deploymentprocesses", ownerId: project.Id });
  return {
    // A process in Git has no current state: it is never said to be modified (assumed).
    IsDeploymentProcessModified:
      current !== undefined && current["LastSnapshotId"] !== release["ProjectDeploymentProcessSnapshotId"],
    IsVariableSetModified: false,
    IsLibraryVariableSetModified: false,
    DeploymentNotes: null,
    PromoteTo: progression.reachableEnvironmentIds.map((id) => target(call, { kind: "environments", id })),
    TenantPromotions: tenants
      .map((tenant) => ({ tenant, reachable: progressOf(call, release, tenant).reachableEnvironmentIds }))
      .filter(({ reachable }) => reachable.length > 0)
      .map(({ tenant, reachable }) => ({
        ...target(call, { kind: "tenants", id: tenant.Id }),
        PromoteTo: reachable.map((id) => target(call, { kind: "environments", id })),
      })),
    Links: {},
  };
}

function target(call: Call, { kind, id }: { kind: "environments" | "tenants"; id: string }): Fields {
  const preview =
    kind === "environments"
      ? {
          Preview: `/api/${call.space.Id}/releases/${call.params["release"]}/deployments/preview/${id}{?includeDisabledSteps}`,
        }
      : {};
  return { Id: id, Name: textOf(call.model.collection(kind).find(id) ?? {}, "Name"), Links: preview };
}

function previewOne(call: Call): { body: unknown } {
  const tenantId = call.params["tenant"] ?? call.query.get("tenantId");
  return { body: previewFor(call, { environmentId: call.params["environment"] ?? "", tenantId: tenantId ?? "" }) };
}

function previewMany(call: Call): { body: unknown } {
  const asked = listOf({ value: propertyOf(requireBody(call.body), "DeploymentPreviews") }, "value");
  return {
    body: asked.map((one) =>
      previewFor(call, { environmentId: textAt(one, "EnvironmentId"), tenantId: textAt(one, "TenantId") }),
    ),
  };
}

function previewFor(call: Call, { environmentId, tenantId }: { environmentId: string; tenantId: string }): Fields {
  const frozen = snapshotOf(releaseOf(call));
  const process = call.model.collection("deploymentprocesses").find(frozen.FrozenProcessId) ?? {};
  const environment = findNamed(call, { kind: "environments", what: "environment", name: environmentId });
  const tenant = tenantId === "" ? undefined : findNamed(call, { kind: "tenants", what: "tenant", name: tenantId });
  return previewOf(call, { process, variableSetIds: frozen.FrozenVariableSetIds, environment, tenant });
}

function releaseLinks(self: string, release: Resource): Record<string, string> {
  const space = self.slice(0, self.indexOf("/releases/"));
  return {
    Project: `${space}/projects/${textOf(release, "ProjectId")}`,
    Channel: `${space}/channels/${textOf(release, "ChannelId")}`,
    Deployments: `${self}/deployments{?skip,take}`,
    DeploymentTemplate: `${self}/deployments/template`,
    DeploymentPreview: `${self}/deployments/preview/{environment}{?includeDisabledSteps}`,
    Progression: `${self}/progression`,
    ProjectVariableSnapshot: `${space}/variables/${textOf(release, "ProjectVariableSetSnapshotId")}`,
    ProjectDeploymentProcessSnapshot: `${space}/deploymentprocesses/${textOf(release, "ProjectDeploymentProcessSnapshotId")}`,
    SnapshotVariables: `${self}/snapshot-variables`,
    Defects: `${self}/defects`,
    ReportDefect: `${self}/defects`,
    ResolveDefect: `${self}/defects/resolve`,
    Artifacts: `${space}/artifacts?regarding=${release.Id}`,
  };
}
