import { createChance } from "../model/chance.ts";
import type { Resource } from "../model/collection.ts";
import { recordEvent } from "../model/events.ts";
import { textOf } from "../model/fields.ts";
import type { OctopusModel } from "../model/model.ts";
import { taskEventCategory, type TaskStage } from "../model/task-events.ts";
import { addPastTask } from "../model/tasks.ts";
import type { FleetHistory } from "./fleet-plan.ts";

/** Where something happened. */
interface Place {
  spaceId: string;
  project: Resource;
  release: Resource | undefined;
  runbook: Resource | undefined;
  environment: Resource;
  failing: number;
  /** What tasks in it are called. */
  deploys: string;
  runs: string;
}

export interface HistoryOptions {
  spaceIds: readonly string[];
  /** What one deployment is like. */
  deployment: Resource | undefined;
  history: FleetHistory;
  seed: number;
}

/** Lines of the audit trail that are still to be written, in the order of their times. */
type Line = readonly [time: number, task: Resource, stage: TaskStage, executionId: string];

/**
 * Tasks of the past, oldest first, over all spaces, with lines in the audit trail. As after years of retention only the newest deployment of a
 * project to an environment is still there.
 */
export function writeHistory(model: OctopusModel, { spaceIds, deployment, history, seed }: HistoryOptions): void {
  const chance = createChance(seed);
  const places = spaceIds.flatMap((spaceId, index) => placesOf(model, spaceId, history.failing(index + 1)));
  if (places.length === 0) return;
  const newest = new Map<Place, { task: Resource; id: string }>();
  const lines: Line[] = [];
  const now = model.now().getTime();
  const step = (history.days * 86_400_000) / Math.max(1, history.tasks);
  for (let number = 0; number < history.tasks; number++) {
    const place = places[Math.floor(chance() * places.length)];
    if (place === undefined) continue;
    const queued = Math.floor(now - 3_600_000 - (history.tasks - number) * step);
    const { task, executionId } = addTask(model, place, { queued, chance });
    lines.push(...linesOf(task, executionId, history));
    if (task["Name"] === "Deploy") newest.set(place, { task, id: executionId });
  }
  addUnfinished(model, { places, history, chance });
  for (const [place, { task, id }] of newest) keepDeployment(model, { place, task, id, deployment });
  writeLines(model, lines);
  // The first to ask does not wait for what makes asking quick.
  for (const kind of ["tasks", "events"] as const) model.collection(kind).choose([]);
}

function placesOf(model: OctopusModel, spaceId: string, failing: number): Place[] {
  const own = (kind: "releases" | "runbooks", project: Resource): Resource | undefined =>
    model
      .collection(kind)
      .inOrder(spaceId)
      .find((one) => one["ProjectId"] === project.Id);
  return model
    .collection("projects")
    .inOrder(spaceId)
    .flatMap((project) => {
      const [release, runbook] = [own("releases", project), own("runbooks", project)];
      const version = textOf(release ?? {}, "Version") || "1.0.0";
      return model
        .collection("environments")
        .inOrder(spaceId)
        .map((environment) => ({
          spaceId,
          project,
          release,
          runbook,
          environment,
          failing,
          deploys: `Deploy ${textOf(project, "Name")} release ${version} to ${textOf(environment, "Name")}`,
          runs: `Run ${textOf(runbook ?? {}, "Name")} on ${textOf(environment, "Name")}`,
        }));
    });
}

interface Chances {
  queued: number;
  chance: () => number;
}

function addTask(
  model: OctopusModel,
  place: Place,
  { queued, chance }: Chances,
): { task: Resource; executionId: string } {
  const isRun = chance() < 0.3 && place.runbook !== undefined;
  const started = queued + 1000 + Math.floor(chance() * 20_000);
  const completed = started + 5000 + Math.floor(chance() * 400_000);
  const state = chance() < place.failing ? (chance() < 0.1 ? "TimedOut" : "Failed") : "Success";
  const executionId = model.collection(isRun ? "runbookruns" : "deployments").takeId();
  const task = addPastTask(model, {
    Name: isRun ? "RunbookRun" : "Deploy",
    Description: isRun ? place.runs : place.deploys,
    SpaceId: place.spaceId,
    Arguments: isRun ? { RunbookRunId: executionId } : { DeploymentId: executionId },
    ProjectId: place.project.Id,
    EnvironmentId: place.environment.Id,
    RunbookId: isRun ? (place.runbook?.Id ?? null) : null,
    state,
    queued: new Date(queued),
    started: new Date(started),
    completed: new Date(completed),
    errorMessage: state === "Success" ? "" : "The step failed: exit code 1",
  });
  return { task, executionId };
}

interface Unfinished {
  places: readonly Place[];
  history: FleetHistory;
  chance: () => number;
}

function addUnfinished(model: OctopusModel, { places, history, chance }: Unfinished): void {
  const now = model.now().getTime();
  for (let number = 0; number < history.queued + history.executing; number++) {
    const place = places[Math.floor(chance() * places.length)];
    if (place === undefined) continue;
    const queued = new Date(now - 600_000 + number * 1000);
    const isRunning = number < history.executing;
    addPastTask(model, {
      Name: "Deploy",
      Description: place.deploys,
      SpaceId: place.spaceId,
      Arguments: { DeploymentId: model.collection("deployments").takeId() },
      ProjectId: place.project.Id,
      EnvironmentId: place.environment.Id,
      state: isRunning ? "Executing" : "Queued",
      queued,
      ...(isRunning ? { started: queued } : {}),
    });
  }
}

interface Kept {
  place: Place;
  task: Resource;
  id: string;
  deployment: Resource | undefined;
}

function keepDeployment(model: OctopusModel, { place, task, id, deployment }: Kept): void {
  if (deployment === undefined || place.release === undefined) return;
  model.collection("deployments").replace(id, {
    ...deployment,
    Name: `Deploy to ${textOf(place.environment, "Name")}`,
    SpaceId: place.spaceId,
    ProjectId: place.project.Id,
    EnvironmentId: place.environment.Id,
    ReleaseId: place.release.Id,
    ChannelId: place.release["ChannelId"],
    TaskId: task.Id,
    Created: task["QueueTime"],
  });
}

function linesOf(task: Resource, executionId: string, { stages }: FleetHistory): Line[] {
  const end: TaskStage = task["State"] === "Success" ? "Succeeded" : "Failed";
  const at = (field: string): number => Date.parse(textOf(task, field));
  return stages.map((stage): Line => {
    if (stage === "Queued") return [at("QueueTime"), task, "Queued", executionId];
    return stage === "Started"
      ? [at("StartTime"), task, "Started", executionId]
      : [at("CompletedTime"), task, end, executionId];
  });
}

function writeLines(model: OctopusModel, lines: Line[]): void {
  lines.sort(([a], [b]) => a - b);
  for (const [time, task, stage, executionId] of lines) {
    const category = taskEventCategory(textOf(task, "Name"), stage);
    if (category === undefined) continue;
    recordEvent(model, {
      category,
      message: `${textOf(task, "Description")} ${stage === "Queued" ? "was " : ""}${stage.toLowerCase()}`,
      spaceId: textOf(task, "SpaceId"),
      relatedDocumentIds: [executionId, textOf(task, "ProjectId"), textOf(task, "EnvironmentId"), task.Id],
      userAgent: "Server",
      occurred: new Date(time).toISOString(),
    });
  }
}
