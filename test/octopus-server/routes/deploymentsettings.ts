import type { Resource } from "../model/collection.ts";
import { textOf, type Fields } from "../model/fields.ts";
import { requirePermission } from "./access.ts";
import { recordDeed } from "./audit.ts";
import { bindFields } from "./binding.ts";
import { requireDatabase } from "./git-version.ts";
import { projectOf } from "./projects.ts";
import type { Call, Route } from "./route.ts";
import { checkUsedActions } from "./used-actions.ts";

/** The settings are another view of the project's own fields; only the connectivity policy has another name (Terraform provider, project). */
const projectFieldOf = {
  ConnectivityPolicy: "ProjectConnectivityPolicy",
  DefaultGuidedFailureMode: "DefaultGuidedFailureMode",
  VersioningStrategy: "VersioningStrategy",
  ReleaseNotesTemplate: "ReleaseNotesTemplate",
  DefaultToSkipIfAlreadyInstalled: "DefaultToSkipIfAlreadyInstalled",
  DeploymentChangesTemplate: "DeploymentChangesTemplate",
  ForcePackageDownload: "ForcePackageDownload",
  CancelQueuedTasks: "CancelQueuedTasks",
  CancelRunningTasks: "CancelRunningTasks",
  FailTargetDiscovery: "FailTargetDiscovery",
} as const;

export const deploymentSettingsRoutes: Route[] = [
  {
    method: "GET",
    path: "/api/{space}/projects/{project}/deploymentsettings",
    handle: (call) => ({ body: show(requireDatabase(projectOf(call))) }),
  },
  {
    method: "PUT",
    path: "/api/{space}/projects/{project}/deploymentsettings",
    handle: (call) => ({ body: save(requireDatabase(projectOf(call)), call) }),
  },
];

function save(project: Resource, call: Call): Fields {
  requirePermission(call, "ProjectEdit", { kind: "projects", resource: project });
  const settings = readSettings(call.body, storedSettings(project));
  checkUsedActions(settings, call, project);
  for (const [name, value] of Object.entries(settings)) {
    const field = Object.entries(projectFieldOf).find(([setting]) => setting === name)?.[1];
    if (field !== undefined) project[field] = value;
  }
  recordDeed(call, project, {
    category: "Modified",
    message: `Deployment settings of the project ${textOf(project, "Name")} were changed`,
    related: [`deploymentsettings-${project.Id}`],
  });
  return show(project);
}

/** What a PUT sent; fields that say nothing get their default, or stay as they are. */
export function readSettings(body: unknown, stored: Fields): Fields {
  const declared = Object.fromEntries(
    Object.keys(projectFieldOf).map((name) => [name, name in defaults ? defaults[name] : stored[name]]),
  );
  return bindFields(body, declared);
}

/** The settings of a project that is in the database. */
export function storedSettings(project: Fields): Fields {
  return Object.fromEntries(Object.entries(projectFieldOf).map(([name, field]) => [name, project[field] ?? null]));
}

/** Source of the release notes: docs, deployment settings: leaving them out clears them. */
const defaults: Fields = {
  ReleaseNotesTemplate: null,
  DefaultGuidedFailureMode: "EnvironmentDefault",
  DefaultToSkipIfAlreadyInstalled: false,
  ForcePackageDownload: false,
  CancelQueuedTasks: false,
  CancelRunningTasks: false,
  FailTargetDiscovery: false,
};

function show(project: Resource): Fields {
  return {
    Id: `deploymentsettings-${project.Id}`,
    ProjectId: project.Id,
    SpaceId: textOf(project, "SpaceId"),
    ...storedSettings(project),
    Links: {
      Self: `/api/${textOf(project, "SpaceId")}/projects/${project.Id}/deploymentsettings`,
      Project: `/api/${textOf(project, "SpaceId")}/projects/${project.Id}`,
    },
  };
}
