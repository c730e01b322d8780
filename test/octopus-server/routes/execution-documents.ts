import type { Resource } from "../model/collection.ts";
import { recordTaskEvent } from "../model/task-events.ts";
import { isFields, listOf, textOf, type Fields } from "../model/fields.ts";
import { answerForm, promptedVariables } from "../model/prompted-variables.ts";
import { snapshotOf } from "../model/snapshots.ts";
import { createTask } from "../model/tasks.ts";
import type { CrudRules } from "./crud-rules.ts";
import { textAt, type ExecutionRequest } from "./executions.ts";
import { badRequest, type Call } from "./route.ts";

/** Where a run or a deployment takes place; undefined for an untenanted one. */
export interface ExecutionPlace {
  project: Resource;
  environment: Resource;
  tenant: Resource | undefined;
}

/** Filters that lists of deployments and of runbook runs share. */
export const executionFilters: NonNullable<CrudRules["filters"]> = {
  projects: (execution, value) => value.split(",").includes(textOf(execution, "ProjectId")),
  environments: (execution, value) => value.split(",").includes(textOf(execution, "EnvironmentId")),
  tenants: (execution, value) => value.split(",").includes(textOf(execution, "TenantId")),
  taskState: (execution, value, call) =>
    textOf(call.model.collection("tasks").find(textOf(execution, "TaskId")) ?? {}, "State") === value,
};

/** What a permission to start something in a place is asked for. */
export function scopeOfPlace(call: Call, { project, environment, tenant }: ExecutionPlace): Resource {
  return {
    Id: "",
    SpaceId: call.space.Id,
    ProjectId: project.Id,
    EnvironmentId: environment.Id,
    TenantId: tenant?.Id ?? "",
  };
}

interface FreezingOptions {
  /** The release or runbook snapshot. */
  frozen: Resource;
  process: Fields;
  environment: Resource;
  tenant: Resource | undefined;
}

/** The fields that a run and a deployment share, frozen documents included (see model/tasks.ts). @throws a 400 when a required variable has no value */
export function executionFields(
  call: Call,
  request: ExecutionRequest,
  { frozen, process, environment, tenant }: FreezingOptions,
): Fields {
  const snapshot = snapshotOf(frozen);
  const sent = isFields(call.body) ? call.body : {};
  const prompted = promptedVariables(call.model, {
    variableSetIds: snapshot.FrozenVariableSetIds,
    environmentId: environment.Id,
  });
  const answers = answerForm(prompted, request.formValues);
  // Source: docs, prompted variables: a required one must have a value; the sentence is assumed.
  if (answers.missing.length > 0)
    throw badRequest(
      ...answers.missing.map((name) => `The variable '${name}' is required. Please provide a value for it.`),
    );
  return {
    SpaceId: call.space.Id,
    EnvironmentId: environment.Id,
    TenantId: tenant?.Id ?? null,
    Created: call.model.now().toISOString(),
    QueueTime: request.queueTime,
    QueueTimeExpiry: request.queueTimeExpiry,
    DeployedBy: textOf(call.user, "Username"),
    DeployedById: call.user.Id,
    Comments: request.comments,
    FormValues: answers.values,
    SkipActions: skippedActionIds(process, request.skipped),
    SpecificMachineIds: request.specificMachineIds,
    ExcludedMachineIds: request.excludedMachineIds,
    DeployedToMachineIds: [],
    UseGuidedFailure: request.useGuidedFailure ?? environment["UseGuidedFailure"] === true,
    ForcePackageDownload: request.forcePackageDownload,
    FailureEncountered: false,
    ChangeRequestSettings: [],
    DebugMode: textAt(sent, "DebugMode") || "None",
    ExcludedTargetTagIds: [],
    ExecutionPlanLogContext: null,
    FailTargetDiscovery: false,
    Priority: textAt(sent, "Priority") || "LifecycleDefault",
    SpecificTargetTagIds: [],
    TentacleRetentionPeriod: null,
    ManifestVariableSetId: null,
    ...snapshot,
    SelectedPackages: structuredClone(listOf(frozen, "SelectedPackages")),
  };
}

/** What answers show of a run or a deployment: not the fields that only the worker needs. */
export function shownExecution(execution: Fields): Fields {
  const hidden = ["FrozenProcessId", "FrozenVariableSetIds", "SelectedPackages", "OverriddenFreezes"];
  return Object.fromEntries(Object.entries(execution).filter(([name]) => !hidden.includes(name)));
}

/**
 * Steps are skipped by name, actions by id or name; a name that matches no step is let through (docs, deployments: SkipStepNames). What is
 * required cannot be skipped (docs, steps: "Required"; that it is refused rather than run is assumed).
 */
function skippedActionIds(process: Fields, skipped: readonly string[]): string[] {
  const wanted = new Set(skipped.map((name) => name.toLowerCase()));
  const actions = listOf(process, "Steps").flatMap((step) =>
    listOf(step, "Actions").filter((action) => namesOf(step, action).some((name) => wanted.has(name))),
  );
  const required = actions.find((action) => action["IsRequired"] === true);
  if (required !== undefined)
    throw badRequest(`The step '${textOf(required, "Name")}' is required and cannot be skipped.`);
  return actions.map((action) => textOf(action, "Id"));
}

function namesOf(step: Fields, action: Fields): string[] {
  return [action["Id"], action["Name"], step["Name"], step["Id"]].map((name) => String(name).toLowerCase());
}

export interface QueueingOptions {
  place: ExecutionPlace;
  /** What the task is called, and its argument: the id of the execution. */
  task: { name: "Deploy"; argument: "DeploymentId" } | { name: "RunbookRun"; argument: "RunbookRunId" };
  /** What is done; the environment and the tenant are put after it. */
  description: string;
  runbookId?: string;
}

/** Queues the task of a run or a deployment that is in the model. */
export function queueExecution(call: Call, execution: Resource, options: QueueingOptions): void {
  const { place, task: kind, description, runbookId = null } = options;
  const task = createTask(call.model, {
    Name: kind.name,
    Description: `${description} ${nameOfPlace(place)}`,
    SpaceId: call.space.Id,
    Arguments: { [kind.argument]: execution.Id },
    QueueTime: textOf(execution, "QueueTime") || null,
    QueueTimeExpiry: textOf(execution, "QueueTimeExpiry") || null,
    ProjectId: place.project.Id,
    EnvironmentId: place.environment.Id,
    TenantId: place.tenant?.Id ?? null,
    RunbookId: runbookId,
  });
  execution["TaskId"] = task.Id;
  const userAgent = call.request.headers.get("user-agent") ?? "";
  recordTaskEvent(call.model, task, { stage: "Queued", user: call.user, userAgent });
}

function nameOfPlace({ environment, tenant }: ExecutionPlace): string {
  const name = textOf(environment, "Name");
  return tenant === undefined ? name : `${name} for ${textOf(tenant, "Name")}`;
}
