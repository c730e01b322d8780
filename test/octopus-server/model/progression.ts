import type { Resource } from "./collection.ts";
import { listOf, numberOf, textOf, textsOf, type Fields } from "./fields.ts";
import type { OctopusModel } from "./model.ts";
import { tenantEnvironments } from "./tenancy.ts";

/** A phase of a lifecycle with the environments that it stands for. */
export interface Phase {
  Id: string;
  Name: string;
  AutomaticDeploymentTargets: string[];
  OptionalDeploymentTargets: string[];
  MinimumEnvironmentsBeforePromotion: number;
  IsOptionalPhase: boolean;
  IsPriorityPhase: boolean;
}

export interface PhaseProgress extends Phase {
  Progress: "Pending" | "Current" | "Complete";
  Blocked: boolean;
  /** Deployments of the release to environments of this phase. */
  deployments: Resource[];
}

export interface Progression {
  phases: PhaseProgress[];
  /** Ids of environments that the release may go to next, those that have it left out. */
  nextEnvironmentIds: string[];
  /** Ids of all environments that the release may be deployed to now, again or for the first time. */
  reachableEnvironmentIds: string[];
  nextMinimum: number;
}

export interface ProgressionOptions {
  lifecycle: Resource;
  release: Resource;
  /** Progress is counted for each tenant by itself (docs, tenants: promotion rules apply per tenant). */
  tenant?: Resource | undefined;
}

/** How far a release has come. */
export function progressionOf(model: OctopusModel, { lifecycle, release, tenant }: ProgressionOptions): Progression {
  const deployments = model
    .collection("deployments")
    .listInSpace(
      textOf(release, "SpaceId"),
      (deployment) =>
        deployment["ReleaseId"] === release.Id && (deployment["TenantId"] ?? null) === (tenant?.Id ?? null),
    );
  const done = new Set(
    deployments
      .filter((deployment) => isSuccessful(model, deployment))
      .map((deployment) => textOf(deployment, "EnvironmentId")),
  );
  const within = tenant === undefined ? undefined : new Set(tenantEnvironments(tenant, textOf(release, "ProjectId")));
  const isBlocked = listOf(release, "Defects").some((defect) => defect["Status"] === "Unresolved");
  const phases: PhaseProgress[] = [];
  const reachable: string[] = [];
  let isOpen = true;
  let nextMinimum = 0;
  for (const phase of phasesOf(model, lifecycle)) {
    const environmentIds = environmentsOf(phase).filter((id) => within === undefined || within.has(id));
    const isComplete = isPhaseComplete(phase, environmentIds, done);
    const progress = isComplete ? "Complete" : isOpen ? "Current" : "Pending";
    if (isOpen || isComplete) reachable.push(...environmentIds.filter((id) => done.has(id) || (isOpen && !isBlocked)));
    if (isOpen && !isComplete && nextMinimum === 0) nextMinimum = requiredIn(phase, environmentIds);
    phases.push({
      ...phase,
      Progress: progress,
      Blocked: isBlocked && !isComplete,
      deployments: deployments.filter((deployment) => environmentIds.includes(textOf(deployment, "EnvironmentId"))),
    });
    if (!isComplete && !phase.IsOptionalPhase) isOpen = false;
  }
  return {
    phases,
    reachableEnvironmentIds: reachable,
    nextEnvironmentIds: reachable.filter((id) => !done.has(id)),
    nextMinimum,
  };
}

/**
 * The phases of a lifecycle. Without any, each environment is a phase of its own, in their order; a phase without environments stands
 * for all those that no earlier phase names (docs, lifecycles: "No phases" and "Phases without environments").
 */
export function phasesOf(model: OctopusModel, lifecycle: Resource): Phase[] {
  const environments = environmentsInOrder(model, textOf(lifecycle, "SpaceId"));
  const phases = listOf(lifecycle, "Phases");
  if (phases.length === 0) return environments.map((environment) => phaseForOne(environment));
  const named = new Set<string>();
  return phases.map((phase) => {
    const known = describePhase(phase);
    const isOpenToAll = environmentsOf(known).length === 0;
    if (isOpenToAll)
      known.OptionalDeploymentTargets = environments
        .map((environment) => environment.Id)
        .filter((id) => !named.has(id));
    for (const id of environmentsOf(known)) named.add(id);
    return known;
  });
}

/** Ids of every environment that a lifecycle leads to. */
export function lifecycleEnvironmentIds(model: OctopusModel, lifecycle: Resource): string[] {
  return [...new Set(phasesOf(model, lifecycle).flatMap(environmentsOf))];
}

/** A channel without a lifecycle inherits that of its project. */
export function lifecycleOf(
  model: OctopusModel,
  { project, channel }: { project: Resource; channel: Resource | undefined },
): Resource | undefined {
  return model.collection("lifecycles").find(textOf(channel ?? {}, "LifecycleId") || textOf(project, "LifecycleId"));
}

export function environmentsInOrder(model: OctopusModel, spaceId: string): Resource[] {
  return model
    .collection("environments")
    .listInSpace(spaceId)
    .toSorted((a, b) => numberOf(a, "SortOrder") - numberOf(b, "SortOrder"));
}

export function isSuccessful(model: OctopusModel, execution: Resource): boolean {
  return model.collection("tasks").find(textOf(execution, "TaskId"))?.["State"] === "Success";
}

function isPhaseComplete(phase: Phase, environmentIds: readonly string[], done: ReadonlySet<string>): boolean {
  const count = environmentIds.filter((id) => done.has(id)).length;
  if (environmentIds.length === 0) return true;
  return phase.IsOptionalPhase ? count === environmentIds.length : count >= requiredIn(phase, environmentIds);
}

/** A minimum of 0 means all (docs, lifecycles: "Required to progress"). */
function requiredIn(phase: Phase, environmentIds: readonly string[]): number {
  if (phase.IsOptionalPhase) return 0;
  return phase.MinimumEnvironmentsBeforePromotion === 0
    ? environmentIds.length
    : Math.min(phase.MinimumEnvironmentsBeforePromotion, environmentIds.length);
}

function environmentsOf(phase: Phase): string[] {
  return [...phase.AutomaticDeploymentTargets, ...phase.OptionalDeploymentTargets];
}

function describePhase(phase: Fields): Phase {
  return {
    Id: textOf(phase, "Id"),
    Name: textOf(phase, "Name"),
    AutomaticDeploymentTargets: textsOf(phase, "AutomaticDeploymentTargets"),
    OptionalDeploymentTargets: textsOf(phase, "OptionalDeploymentTargets"),
    MinimumEnvironmentsBeforePromotion: numberOf(phase, "MinimumEnvironmentsBeforePromotion"),
    IsOptionalPhase: phase["IsOptionalPhase"] === true,
    IsPriorityPhase: phase["IsPriorityPhase"] === true,
  };
}

function phaseForOne(environment: Resource): Phase {
  return {
    Id: environment.Id,
    Name: textOf(environment, "Name"),
    AutomaticDeploymentTargets: [],
    OptionalDeploymentTargets: [environment.Id],
    MinimumEnvironmentsBeforePromotion: 0,
    IsOptionalPhase: false,
    IsPriorityPhase: false,
  };
}
