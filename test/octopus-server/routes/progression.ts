import type { Resource } from "../model/collection.ts";
import { textOf, type Fields } from "../model/fields.ts";
import { environmentsInOrder, lifecycleEnvironmentIds, lifecycleOf } from "../model/progression.ts";
import { channels } from "./channels.ts";
import { projectOf } from "./projects.ts";
import { progressOf, releases } from "./releases.ts";
import { badRequest, type Call, type Route } from "./route.ts";
import { runbookEnvironments, runbookOf } from "./runbooks.ts";

/** What is where: releases of a project by environment (CLI `project view`), runs of a runbook by environment. */
export const progressionRoutes: Route[] = [
  {
    method: "GET",
    path: "/api/{space}/projects/{project}/progression",
    handle: (call) => ({ body: progressionOfProject(call) }),
  },
  {
    method: "GET",
    path: "/api/{space}/progression/{project}",
    handle: (call) => ({ body: progressionOfProject(call) }),
  },
  {
    method: "GET",
    path: "/api/{space}/progression/runbooks/{runbook}",
    handle: (call) => ({ body: progressionOfRunbook(call) }),
  },
];

function progressionOfProject(call: Call): Fields {
  const project = projectOf(call);
  const own = channels.list(call).filter((channel) => channel["ProjectId"] === project.Id);
  const byChannel = own.map((channel): [string, Fields[]] => [channel.Id, environmentsOf(call, { project, channel })]);
  const all = new Set(byChannel.flatMap(([, environments]) => environments.map((environment) => environment["Id"])));
  const wanted = latestReleases(
    call,
    releases.list(call).filter((release) => release["ProjectId"] === project.Id),
  );
  return {
    Id: null,
    Environments: environmentsInOrder(call.model, call.space.Id)
      .filter((environment) => all.has(environment.Id))
      .map(named),
    ChannelEnvironments: Object.fromEntries(byChannel),
    LifecycleEnvironments: Object.fromEntries(
      own.map((channel) => [
        lifecycleOf(call.model, { project, channel })?.Id ?? "",
        environmentsOf(call, { project, channel }),
      ]),
    ),
    Releases: wanted.map((release) => releaseRow(call, release)),
    Links: {},
  };
}

/** Docs, progression: so many of each channel, environment and tenant: 3, or from 1 to 100 that are asked for; the sentence is assumed. */
function latestReleases(call: Call, newestFirst: readonly Resource[]): Resource[] {
  const count = call.query.number("releaseHistoryCount") ?? 3;
  if (count < 1 || count > 100) throw badRequest(`The value '${count}' is not valid for releaseHistoryCount.`);
  const deployments = call.model.collection("deployments").listInSpace(call.space.Id);
  const seen = new Map<string, number>();
  return newestFirst.filter((release) => {
    const own = deployments.filter((deployment) => deployment["ReleaseId"] === release.Id);
    const cells = own.map((deployment) => `${textOf(deployment, "EnvironmentId")} ${textOf(deployment, "TenantId")}`);
    const keys = ["", ...new Set(cells)].map((cell) => `${textOf(release, "ChannelId")} ${cell}`);
    const isShown = keys.some((key) => (seen.get(key) ?? 0) < count);
    for (const key of keys) seen.set(key, (seen.get(key) ?? 0) + 1);
    return isShown;
  });
}

function environmentsOf(call: Call, { project, channel }: { project: Resource; channel: Resource }): Fields[] {
  const lifecycle = lifecycleOf(call.model, { project, channel });
  const ids = lifecycle === undefined ? [] : lifecycleEnvironmentIds(call.model, lifecycle);
  return ids.flatMap((id) => call.model.collection("environments").find(id) ?? []).map(named);
}

function releaseRow(call: Call, release: Resource): Fields {
  const channel = call.model.collection("channels").find(textOf(release, "ChannelId"));
  const deployed = call.model
    .collection("deployments")
    .listInSpace(call.space.Id, (deployment) => deployment["ReleaseId"] === release.Id);
  return {
    Release: releases.show(release, call),
    Channel: channel === undefined ? null : channels.show(channel, call),
    Deployments: latestByEnvironment(call, deployed),
    NextDeployments: progressOf(call, release).nextEnvironmentIds,
    HasUnresolvedDefect: progressOf(call, release).phases.some((phase) => phase.Blocked),
    ReleaseRetentionPeriod: null,
    TentacleRetentionPeriod: null,
  };
}

function latestByEnvironment(call: Call, executions: readonly Resource[]): Record<string, Fields[]> {
  const rows: Record<string, Fields[]> = {};
  for (const execution of executions.toReversed()) {
    const environmentId = textOf(execution, "EnvironmentId");
    const others = rows[environmentId] ?? [];
    if (!others.some((other) => other["TenantId"] === execution["TenantId"]))
      rows[environmentId] = [...others, dashboardItem(call, execution)];
  }
  return rows;
}

/** One cell of a dashboard (go-octopusdeploy `DashboardItem`). */
export function dashboardItem(call: Call, execution: Resource): Fields {
  const task: Fields = call.model.collection("tasks").find(textOf(execution, "TaskId")) ?? {};
  const release = call.model.collection("releases").find(textOf(execution, "ReleaseId"));
  const own = release === undefined ? itemOfRun(call, execution) : itemOfDeployment(execution, release);
  return {
    Id: execution.Id,
    ProjectId: execution["ProjectId"],
    EnvironmentId: execution["EnvironmentId"],
    TenantId: execution["TenantId"] ?? null,
    TaskId: execution["TaskId"],
    ...own,
    Created: execution["Created"],
    ...Object.fromEntries(
      [
        "State",
        "QueueTime",
        "StartTime",
        "CompletedTime",
        "Duration",
        "ErrorMessage",
        "HasPendingInterruptions",
        "HasWarningsOrErrors",
        "IsCompleted",
      ].map((field) => [field, task[field]]),
    ),
    PendingInterruptionTypes: [],
    HasPendingPreconditions: false,
    PendingPreconditionTypes: [],
    Links: linksOfItem(call, execution),
  };
}

function itemOfDeployment(deployment: Resource, release: Resource): Fields {
  return {
    DeploymentId: deployment.Id,
    ReleaseId: release.Id,
    ReleaseVersion: release["Version"],
    ChannelId: release["ChannelId"],
    IsCurrent: true,
    IsPrevious: false,
  };
}

function itemOfRun({ model }: Call, run: Resource): Fields {
  const snapshot: Fields = model.collection("runbooksnapshots").find(textOf(run, "RunbookSnapshotId")) ?? {};
  return {
    RunbookId: run["RunbookId"],
    RunName: run["Name"],
    RunBy: run["DeployedBy"],
    RunbookSnapshotId: run["RunbookSnapshotId"],
    RunbookSnapshotName: snapshot["Name"] ?? null,
    RunbookSnapshotNotes: snapshot["Notes"] ?? null,
    GitReference: snapshot["GitReference"] ?? null,
  };
}

function linksOfItem({ space }: Call, execution: Resource): Record<string, string> {
  const isRun = textOf(execution, "RunbookId") !== "";
  return {
    Self: `/api/${space.Id}/${isRun ? "runbookruns" : "deployments"}/${execution.Id}`,
    Release: `/api/${space.Id}/releases/${textOf(execution, "ReleaseId")}`,
    Task: `/api/tasks/${textOf(execution, "TaskId")}`,
  };
}

function progressionOfRunbook(call: Call): Fields {
  const runbook = runbookOf(call);
  const runs = call.model
    .collection("runbookruns")
    .listInSpace(call.space.Id, (run) => run["RunbookId"] === runbook.Id);
  return {
    Id: null,
    Environments: runbookEnvironments(call.model, runbook).map(named),
    RunbookRuns: latestByEnvironment(call, runs),
    Links: {},
  };
}

function named(environment: Resource): Fields {
  return { Id: environment.Id, Name: environment["Name"] };
}
