import type { Resource } from "../model/collection.ts";
import { fieldsOf, listOf, textOf, type Fields } from "../model/fields.ts";
import { builtInVersions, isBuiltInFeed } from "../model/package-selection.ts";
import { packageReferencesIn } from "../model/processes.ts";
import { lifecycleOf, progressionOf, type Progression } from "../model/progression.ts";
import { concurrencyTokenOf, freezeVariableSets, snapshotOf } from "../model/snapshots.ts";
import { compareVersions } from "../model/versions.ts";
import { requirePermission } from "./access.ts";
import { createCrud } from "./crud.ts";
import { findNamed, projectOfDocument } from "./executions.ts";
import { readVersion, variableSetAt } from "./git-version.ts";
import { projectOf } from "./projects.ts";
import { releasesOf } from "./release-versions.ts";
import { badRequest, notFound, type Call, type Route } from "./route.ts";
import { checkConcurrencyToken } from "./stale-version.ts";

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
  view: (shown, release) => {
    const { Defects: _, ...rest } = shown;
    return { ...rest, VariableSnapshotConcurrencyToken: concurrencyTokenOf(release) };
  },
  sortBy: "newest",
  permissions: { view: "ReleaseView", create: "ReleaseCreate", edit: "ReleaseEdit", delete: "ReleaseDelete" },
  without: ["all", "create"],
});

export const releaseRoutes: Route[] = [
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

/** Docs, releases: a version may be up to 349 characters without spaces, slashes and the like (assumed in detail). */
export function checkVersionText(version: string): void {
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
    Id: null,
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
  checkConcurrencyToken(call, release);
  await refreshVariables(call, release);
  return { body: releases.show(release, call) };
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
