import type { Resource } from "../model/collection.ts";
import { fieldsOf, listOf, textOf, textsOf, type Fields } from "../model/fields.ts";
import type { OctopusModel, TaskLog } from "../model/model.ts";
import { addLogChild, endLog } from "../model/tasks.ts";
import { hasTags } from "../model/tenancy.ts";
import { ActionFailure } from "./action.ts";
import { createActionLog, type ActionLog } from "./action-log.ts";
import { runAction } from "./action-runner.ts";
import type { Execution } from "./execution.ts";
import type { Masker } from "./masking.ts";
import { listTargets } from "./targets.ts";
import type { CultureName } from "./dotnet/culture.ts";
import { DotnetError, RecursiveVariableError } from "./octostache.ts";
import {
  createRunVariables,
  type ActionPlace,
  type OutputVariable,
  type Progress,
  type RunVariables,
} from "./variables.ts";

export interface ProcessOptions {
  execution: Execution;
  log: TaskLog;
  masker: Masker;
  signal: AbortSignal;
  /** The whole environment of the steps' processes. */
  environment: Record<string, string>;
  /** How expressions read and write numbers and dates. */
  culture: CultureName;
  /** Where working directories are made. */
  workDirectory: string;
  pause<T>(wait: () => Promise<T>): Promise<T>;
}

export interface ProcessEnd {
  /** The first failure, "" when all went well. */
  error: string;
  /** The name of the step that failed first. */
  failedStep: string;
  hasWarningsOrErrors: boolean;
}

/** A process under way. */
export interface ProcessRun extends ProcessOptions {
  model: OctopusModel;
  runVariables: RunVariables;
}

interface StepEnd {
  status: "Succeeded" | "Failed" | "Skipped";
  error: string;
  outputs: OutputVariable[];
  troubles: number;
}

/** Runs the steps of a frozen process in order, those that start with the previous one beside it. */
export async function runProcess(model: OctopusModel, options: ProcessOptions): Promise<ProcessEnd> {
  const { execution, environment, culture, signal } = options;
  const process: ProcessRun = {
    ...options,
    model,
    runVariables: createRunVariables(model, { execution, environment, culture }),
  };
  for (const secret of process.runVariables.secrets) options.masker.add(secret);
  let progress: Progress = { outputs: [], steps: [], error: "" };
  let troubles = 0;
  const groups = groupSteps(listOf(execution.process, "Steps"));
  for (const [index, group] of groups.entries()) {
    if (signal.aborted) break;
    options.log.ProgressPercentage = Math.round((100 * index) / groups.length);
    const before = progress;
    const ends = await Promise.all(group.map((step) => runStep(process, { ...step, progress: before })));
    progress = addEnds(progress, { group, ends });
    troubles += ends.reduce((sum, end) => sum + end.troubles, 0);
  }
  const failed = progress.steps.find(({ status }) => status === "Failed");
  return { error: progress.error, failedStep: failed?.name ?? "", hasWarningsOrErrors: troubles > 0 };
}

interface NumberedStep {
  step: Fields;
  stepNumber: number;
}

/** A step that starts with the previous one belongs to the previous one's group. */
function groupSteps(steps: readonly Fields[]): NumberedStep[][] {
  const groups: NumberedStep[][] = [];
  for (const [index, step] of steps.entries()) {
    const group = step["StartTrigger"] === "StartWithPrevious" ? groups.at(-1) : undefined;
    if (group === undefined) groups.push([{ step, stepNumber: index + 1 }]);
    else group.push({ step, stepNumber: index + 1 });
  }
  return groups;
}

function addEnds(progress: Progress, { group, ends }: { group: NumberedStep[]; ends: StepEnd[] }): Progress {
  const steps = ends.map(({ status, error }, index) => ({
    name: textOf(group[index]?.step ?? {}, "Name"),
    status,
    error,
  }));
  return {
    outputs: [...progress.outputs, ...ends.flatMap((end) => end.outputs)],
    steps: [...progress.steps, ...steps],
    error: progress.error || (ends.find((end) => end.error !== "")?.error ?? ""),
  };
}

interface StepRun extends NumberedStep {
  progress: Progress;
}

async function runStep(process: ProcessRun, { step, stepNumber, progress }: StepRun): Promise<StepEnd> {
  const { model, log, masker } = process;
  const actions = listOf(step, "Actions").filter((action) => action["IsDisabled"] !== true);
  if (actions.length === 0) return { status: "Skipped", error: "", outputs: [], troubles: 0 };
  const node = addLogChild(model, log, `Step ${stepNumber}: ${textOf(step, "Name")}`);
  const stepLog = createActionLog(model, { node, masker });
  try {
    const end = await runStepActions(process, { step, stepNumber, progress, actions, stepLog });
    endLog(node, { status: statusOf(end, stepLog), time: model.now().toISOString() });
    return end;
  } catch (error) {
    const message = describeFailure(error, process.signal);
    stepLog.write("Fatal", message);
    endLog(node, { status: process.signal.aborted ? "Canceled" : "Failed", time: model.now().toISOString() });
    return { status: "Failed", error: masker.mask(message), outputs: [], troubles: stepLog.troubles };
  }
}

function statusOf(end: StepEnd, log: ActionLog): TaskLog["Status"] {
  if (end.status === "Skipped") return "Skipped";
  return log.troubles > 0 || end.troubles > 0 ? "SuccessWithWarning" : "Success";
}

/** Only failures that are meant for people are told in full. */
function describeFailure(error: unknown, signal: AbortSignal): string {
  if (signal.aborted) return "The step was canceled.";
  if (error instanceof ActionFailure) return error.message;
  if (error instanceof DotnetError || error instanceof RecursiveVariableError)
    return `An expression could not be evaluated: ${error.message}`;
  return `The worker could not run the step: ${error instanceof Error ? error.message : String(error)}`;
}

interface StepActions extends StepRun {
  actions: Fields[];
  stepLog: ActionLog;
}

async function runStepActions(
  process: ProcessRun,
  { step, stepNumber, progress, actions, stepLog }: StepActions,
): Promise<StepEnd> {
  const reason =
    findSkipReason(process, { step, progress }) ??
    (actions.every((action) => findActionSkipReason(process, { step, action }) !== undefined)
      ? findActionSkipReason(process, { step, action: actions[0] ?? {} })
      : undefined);
  if (reason !== undefined) {
    stepLog.write("Verbose", reason);
    return { status: "Skipped", error: "", outputs: [], troubles: 0 };
  }
  const outputs: OutputVariable[] = [];
  let troubles = 0;
  for (const [index, action] of actions.entries()) {
    const place = { step, stepNumber, action, actionNumber: index + 1 };
    const actionLog = actions.length === 1 ? stepLog : createChildLog(process, stepLog, textOf(action, "Name"));
    const soFar = { ...progress, outputs: [...progress.outputs, ...outputs] };
    await runOnTargets(process, { place, progress: soFar, log: actionLog, outputs });
    troubles += actionLog.troubles;
  }
  return { status: "Succeeded", error: "", outputs, troubles };
}

function createChildLog({ model, masker }: ProcessRun, parent: ActionLog, name: string): ActionLog {
  return createActionLog(model, { node: addLogChild(model, parent.node, name), masker });
}

/** Why a step does not run, by its run condition; undefined when it does. */
function findSkipReason(
  { runVariables }: ProcessRun,
  { step, progress }: { step: Fields; progress: Progress },
): string | undefined {
  const hasFailed = progress.error !== "";
  switch (textOf(step, "Condition") || "Success") {
    case "Always":
      return undefined;
    case "Failure":
      return hasFailed ? undefined : "Step skipped: it runs only when a previous step has failed.";
    case "Variable":
      return isConditionMet(runVariables, { step, progress }) ? undefined : "Step skipped: its run condition is false.";
    default:
      return hasFailed ? "Step skipped: a previous step has failed." : undefined;
  }
}

function isConditionMet(runVariables: RunVariables, { step, progress }: { step: Fields; progress: Progress }): boolean {
  const properties = fieldsOf(step, "Properties");
  const expression =
    textOf(properties, "Octopus.Step.ConditionVariableExpression") ||
    textOf(properties, "Octopus.Action.ConditionVariableExpression");
  return runVariables.forStep(step, progress).variables.isTruthy(expression);
}

/** Why an action is not for this run; undefined when it is. */
function findActionSkipReason(
  { execution }: ProcessRun,
  { step, action }: { step: Fields; action: Fields },
): string | undefined {
  const { run, environment, channel, tenant } = execution;
  const skipped = textsOf(run, "SkipActions");
  const [environments, excluded, channels, tags] = [
    "Environments",
    "ExcludedEnvironments",
    "Channels",
    "TenantTags",
  ].map((field) => textsOf(action, field));
  if (action["IsRequired"] !== true && [textOf(action, "Id"), textOf(step, "Id")].some((id) => skipped.includes(id)))
    return "Step skipped: it was left out of this run.";
  if (environments?.length && !environments.includes(environment.Id))
    return "Step skipped: it is not for this environment.";
  if (excluded?.includes(environment.Id)) return "Step skipped: it excludes this environment.";
  if (channel !== undefined && channels?.length && !channels.includes(channel.Id))
    return "Step skipped: it is not for this channel.";
  if (tags?.length && !(tenant !== undefined && hasTags(tenant, tags)))
    return "Step skipped: it is not for this tenant.";
  return undefined;
}

interface TargetedAction {
  place: ActionPlace;
  progress: Progress;
  log: ActionLog;
  /** Takes what the action sets. */
  outputs: OutputVariable[];
}

async function runOnTargets(process: ProcessRun, { place, progress, log, outputs }: TargetedAction): Promise<void> {
  const reason = findActionSkipReason(process, place) ?? findChildSkipReason(process, { place, progress });
  if (reason !== undefined) {
    log.write("Verbose", reason);
    return;
  }
  const targets: (Resource | undefined)[] = listTargets(process.model, { execution: process.execution, place }) ?? [
    undefined,
  ];
  for (const machine of targets) {
    const targetPlace = machine === undefined ? place : { ...place, machine };
    const targetLog = machine === undefined ? log : createChildLog(process, log, textOf(machine, "Name"));
    await runAction(process, { place: targetPlace, progress, log: targetLog, outputs });
  }
}

/** A child step may have a condition of its own. */
function findChildSkipReason(
  { runVariables }: ProcessRun,
  { place, progress }: { place: ActionPlace; progress: Progress },
): string | undefined {
  if (textOf(place.action, "Condition") !== "Variable") return undefined;
  const expression = textOf(fieldsOf(place.action, "Properties"), "Octopus.Action.ConditionVariableExpression");
  return runVariables.forAction(place, progress).variables.isTruthy(expression)
    ? undefined
    : "Step skipped: its run condition is false.";
}
