import type { Resource } from "../model/collection.ts";
import { fieldsOf, isFields, listOf, propertyOf, textOf, type Fields } from "../model/fields.ts";
import { selectPackages, type PackageSelection } from "../model/package-selection.ts";
import { actionsIn, packageReferencesIn, type PackageReference } from "../model/processes.ts";
import { snapshotFieldsOf } from "../model/snapshots.ts";
import { parseVersion } from "../model/versions.ts";
import { requirePermission } from "./access.ts";
import { recordDeed } from "./audit.ts";
import { requireBody } from "./binding.ts";
import { channelsOf, defaultChannelOf, meetsRule } from "./channels.ts";
import { flagAt, textAt, textsAt } from "./executions.ts";
import { findProjectByName } from "./projects.ts";
import { sourceOfRelease, type ReleaseSource } from "./release-source.ts";
import { nextReleaseVersion } from "./release-versions.ts";
import { checkVersionText, findRelease, releases } from "./releases.ts";
import { badRequest, type Call, type Route } from "./route.ts";

export const releaseCreationRoutes: Route[] = [
  { method: "POST", path: "/api/{space}/releases/create/v1", handle: createByName },
  { method: "POST", path: "/api/{space}/releases", handle: createClassic },
];

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
  const release = call.model.collection("releases").add({
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
  recordDeed(call, release, { category: "Created", message: `Release ${version} was created` });
  return release;
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
