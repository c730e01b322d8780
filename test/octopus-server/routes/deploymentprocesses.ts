import type { Resource } from "../model/collection.ts";
import { listOf, textOf, type Fields } from "../model/fields.ts";
import { findProcess, packageReferencesIn } from "../model/processes.ts";
import { requirePermission, visible } from "./access.ts";
import { defaultChannelOf } from "./channels.ts";
import { pageOf } from "./paging.ts";
import { saveProcess } from "./process-rules.ts";
import { requireDatabase } from "./git-version.ts";
import { projectOf } from "./projects.ts";
import { nextReleaseVersion, releasesOf } from "./release-versions.ts";
import { notFound, type Call, type Route } from "./route.ts";
import { isFrozen } from "../model/snapshots.ts";
import { templatePackages } from "./template-packages.ts";

export const deploymentProcessRoutes: Route[] = [
  {
    method: "GET",
    path: "/api/{space}/deploymentprocesses",
    permission: "ProcessView",
    handle: (call) => ({
      body: pageOf(list(call), call, {
        itemType: "DeploymentProcess",
        path: `/api/${call.space.Id}/deploymentprocesses`,
        show: (process) => show(process),
      }),
    }),
  },
  {
    method: "GET",
    path: "/api/{space}/deploymentprocesses/{id}",
    handle: (call) => ({ body: show(processById(call)) }),
  },
  {
    method: "PUT",
    path: "/api/{space}/deploymentprocesses/{id}",
    handle: (call) => ({ body: save(processById(call), call) }),
  },
  {
    method: "GET",
    path: "/api/{space}/deploymentprocesses/{id}/template",
    handle: (call) => ({ body: templateOf(processById(call), call) }),
  },
  {
    method: "GET",
    path: "/api/{space}/projects/{project}/deploymentprocesses",
    handle: (call) => ({ body: show(processOfProject(call)) }),
  },
  {
    method: "PUT",
    path: "/api/{space}/projects/{project}/deploymentprocesses",
    handle: (call) => ({ body: save(processOfProject(call), call) }),
  },
  {
    method: "GET",
    path: "/api/{space}/projects/{project}/deploymentprocesses/template",
    handle: (call) => ({ body: templateOf(processOfProject(call), call) }),
  },
];

function list(call: Call): Resource[] {
  const ids = call.query.list("ids");
  const all = call.model.collection("deploymentprocesses").listInSpace(call.space.Id, (process) => !isFrozen(process));
  return visible(call, all, { kind: "deploymentprocesses", permission: "ProcessView" }).filter(
    (process) => ids === undefined || ids.length === 0 || ids.includes(process.Id),
  );
}

function processById(call: Call): Resource {
  const process = call.model.collection("deploymentprocesses").find(call.params["id"] ?? "");
  if (process === undefined || process["SpaceId"] !== call.space.Id) throw notFound();
  requirePermission(call, "ProcessView", { kind: "deploymentprocesses", resource: process });
  return process;
}

function processOfProject(call: Call): Resource {
  const process = findProcess(call.model, {
    kind: "deploymentprocesses",
    ownerId: requireDatabase(projectOf(call)).Id,
  });
  if (process === undefined) throw notFound();
  requirePermission(call, "ProcessView", { kind: "deploymentprocesses", resource: process });
  return process;
}

function save(process: Resource, call: Call): Fields {
  requirePermission(call, "ProcessEdit", { kind: "deploymentprocesses", resource: process });
  return show(saveProcess(process, call));
}

/** `Self` is the address that go-octopusdeploy PUTs to; `Template` is what the CLI asks for the packages of a release. */
function show(process: Resource): Fields {
  const space = `/api/${textOf(process, "SpaceId")}`;
  const project = `${space}/projects/${textOf(process, "ProjectId")}`;
  return {
    ...process,
    Links: {
      Self: isFrozen(process) ? `${space}/deploymentprocesses/${process.Id}` : `${project}/deploymentprocesses`,
      Project: project,
      Template: `${project}/deploymentprocesses/template{?channel,releaseId}`,
    },
  };
}

/** @param of - the project of a process that is in Git, with the settings that are there, too */
export function templateOf(process: Resource, call: Call, of?: Resource): Fields {
  const project = of ?? call.model.collection("projects").find(textOf(process, "ProjectId"));
  if (project === undefined) throw notFound();
  const releases = releasesOf(call.model, project.Id);
  const wanted = call.query.get("releaseId");
  const last = wanted ? releases.find((release) => release.Id === wanted) : releases.at(-1);
  const channel =
    call.model.collection("channels").find(call.query.get("channel") ?? "") ?? defaultChannelOf(call, project.Id);
  return {
    Id: null,
    DeploymentProcessId: process.Id,
    LastReleaseVersion: releases.length === 0 ? null : textOf(releases.at(-1) ?? {}, "Version"),
    NextVersionIncrement: nextReleaseVersion(call.model, { project, channel }),
    VersioningPackageStepName: null,
    VersioningPackageReferenceName: null,
    Packages: templatePackages(call, {
      references: packageReferencesIn(process),
      lastSelected: listOf(last ?? {}, "SelectedPackages"),
      project,
    }),
    GitResources: [],
    Links: { Self: `/api/${call.space.Id}/projects/${project.Id}/deploymentprocesses/template` },
  };
}
