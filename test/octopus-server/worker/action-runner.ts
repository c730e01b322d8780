import { mkdtemp, readFile, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fieldsOf, textOf } from "../model/fields.ts";
import { ActionFailure, type ActionRun } from "./action.ts";
import type { ActionLog, ProcessReport } from "./action-log.ts";
import { runEmail } from "./email.ts";
import { askPerson } from "./interruption.ts";
import { runManualIntervention } from "./manual-intervention.ts";
import { stagePackages } from "./packages.ts";
import type { ProcessRun } from "./process.ts";
import { runScript } from "./script.ts";
import { runTerraform } from "./terraform.ts";
import type { ActionPlace, OutputVariable, Progress } from "./variables.ts";

export interface ActionOptions {
  place: ActionPlace;
  progress: Progress;
  log: ActionLog;
  /** Takes what the action sets. */
  outputs: OutputVariable[];
}

/** Runs an action, as often as its retries and, in guided failure mode, a person allow. @throws ActionFailure of the last attempt */
export async function runAction(process: ProcessRun, options: ActionOptions): Promise<void> {
  for (;;) {
    try {
      return await runWithRetries(process, options);
    } catch (error) {
      if (!(error instanceof ActionFailure) || process.signal.aborted) throw error;
      const guidance = await askGuidance(process, options, error);
      if (guidance === "Fail") throw error;
      options.log.write("Error", error.message);
      options.log.write("Warning", guidance === "Retry" ? "The step is run again." : "The failure is ignored.");
      if (guidance !== "Retry") return;
    }
  }
}

/** Without guided failure mode a failure is a failure. */
async function askGuidance(process: ProcessRun, { place, log }: ActionOptions, error: ActionFailure): Promise<string> {
  const { model, execution, masker, signal, pause } = process;
  if (execution.run["UseGuidedFailure"] !== true) return "Fail";
  const name = textOf(place.step, "Name");
  log.write("Wait", `The step "${name}" failed, and the run waits for somebody to say how it goes on.`);
  const asking = { model, task: execution.task, log, signal, pause };
  const { result } = await askPerson(asking, {
    title: `Guided failure: ${name}`,
    type: "GuidedFailure",
    instructions: masker.mask(error.message),
    buttons: ["Fail", "Retry", "Ignore"].map((text) => ({ text, isDangerous: text === "Fail" })),
    teamIds: [],
  });
  return result;
}

async function runWithRetries(process: ProcessRun, options: ActionOptions): Promise<void> {
  const { runVariables, signal } = process;
  const { variables } = runVariables.forAction(options.place, options.progress);
  const retries = Math.min(numberIn(variables.get("Octopus.Action.AutoRetry.MaximumCount")), 10);
  const backoff = numberIn(variables.get("Octopus.Action.AutoRetry.MinimumBackoff"));
  for (let attempt = 1; ; attempt++) {
    try {
      return await runAttempt(process, options);
    } catch (error) {
      if (attempt > retries || signal.aborted || !(error instanceof ActionFailure)) throw error;
      options.log.write("Error", error.message);
      options.log.write("Warning", `The step failed and is tried again: retry ${attempt} of ${retries}.`);
      await wait(backoff * 1000, undefined, { signal });
    }
  }
}

function numberIn(text: string | undefined): number {
  const value = Number(text?.trim() || 0);
  return Number.isFinite(value) && value > 0 ? value : 0;
}

/** One attempt in a fresh directory with freshly gathered variables. */
async function runAttempt(process: ProcessRun, { place, progress, log, outputs }: ActionOptions): Promise<void> {
  const { model, execution, masker, workDirectory } = process;
  const { variables, secrets, hidden } = process.runVariables.forAction(place, progress);
  for (const secret of secrets) masker.add(secret);
  if (!variables.getFlag("OctopusSuppressDuplicateVariableWarning")) warnOfHidden(log, hidden);
  const directory = await mkdtemp(join(workDirectory, "Work-"));
  const artifacts: { path: string; name: string }[] = [];
  const limit = createTimeLimit(process.signal, numberIn(variables.get("Octopus.Action.ExecutionTimeout.Minutes")));
  const run: ActionRun = {
    model,
    task: execution.task,
    action: place.action,
    variables,
    log,
    masker,
    directory,
    environment: { ...process.environment, OctopusCalamariWorkingDirectory: directory },
    signal: limit.signal,
    report: createReport({ place, masker, outputs, artifacts }),
    pause: process.pause,
  };
  try {
    await dispatch(run, execution.space.Id);
    await collectArtifacts(run, artifacts);
  } catch (error) {
    await collectArtifacts(run, artifacts);
    if (limit.isOver())
      throw new ActionFailure(`The step took longer than its time limit of ${limit.minutes} minutes and was stopped.`);
    throw error;
  } finally {
    limit.clear();
    await rm(directory, { recursive: true, force: true, maxRetries: 3 });
  }
}

function warnOfHidden(log: ActionLog, hidden: readonly string[]): void {
  for (const name of hidden) {
    log.write(
      "Warning",
      `The variable "${name}" of the project has the name of a parameter of the step template, and its value is used.`,
    );
  }
}

interface TimeLimit {
  signal: AbortSignal;
  minutes: number;
  isOver(): boolean;
  clear(): void;
}

/** @param minutes - 0 for none */
function createTimeLimit(signal: AbortSignal, minutes: number): TimeLimit {
  const limit = new AbortController();
  const timer = minutes > 0 ? setTimeout(() => limit.abort(), minutes * 60_000) : undefined;
  return {
    minutes,
    signal: AbortSignal.any([signal, limit.signal]),
    isOver: () => limit.signal.aborted && !signal.aborted,
    clear: () => clearTimeout(timer),
  };
}

interface ReportOptions {
  place: ActionPlace;
  masker: ActionRun["masker"];
  outputs: OutputVariable[];
  artifacts: { path: string; name: string }[];
}

function createReport({ place, masker, outputs, artifacts }: ReportOptions): ProcessReport {
  const action = textOf(place.action, "Name");
  const machine = place.machine === undefined ? {} : { machine: textOf(place.machine, "Name") };
  return {
    setVariable({ name, value, isSensitive }) {
      if (isSensitive) masker.add(value);
      outputs.push({ action, ...machine, name, value, isSensitive });
    },
    createArtifact: (artifact) => artifacts.push(artifact),
    resultMessage: () => undefined,
  };
}

async function dispatch(run: ActionRun, spaceId: string): Promise<void> {
  const type = textOf(run.action, "ActionType");
  const runType = Object.hasOwn(actionTypes, type) ? actionTypes[type] : undefined;
  if (runType === undefined)
    throw new ActionFailure(`Failed to run the step: the worker does not know the action type "${type}".`);
  const image = textOf(fieldsOf(run.action, "Container"), "Image");
  if (image !== "")
    run.log.write("Verbose", `The worker has no containers, so the step runs without the image "${image}".`);
  await stagePackages(run, { spaceId });
  await runType(run);
}

const actionTypes: Record<string, (run: ActionRun) => Promise<void>> = {
  "Octopus.Email": runEmail,
  "Octopus.Script": runScript,
  "Octopus.Manual": runManualIntervention,
  "Octopus.TerraformApply": (run) => runTerraform(run, { command: "apply" }),
  "Octopus.TerraformPlan": (run) => runTerraform(run, { command: "plan" }),
  "Octopus.TerraformDestroy": (run) => runTerraform(run, { command: "destroy" }),
  "Octopus.TerraformPlanDestroy": (run) => runTerraform(run, { command: "destroyplan" }),
};

/** Files that the step named, read before its directory goes. Their content is not masked, as on a real server. */
async function collectArtifacts(run: ActionRun, artifacts: { path: string; name: string }[]): Promise<void> {
  for (const { path, name } of artifacts.splice(0)) {
    try {
      keepArtifact(run, { filename: name || basename(path), content: await readFile(path) });
    } catch {
      run.log.write("Warning", `Failed to collect the artifact "${name || basename(path)}": the file does not exist.`);
    }
  }
}

function keepArtifact(
  { model, task, log }: ActionRun,
  { filename, content }: { filename: string; content: Uint8Array },
): void {
  const artifact = model.collection("artifacts").add({
    SpaceId: task["SpaceId"],
    Filename: filename,
    Source: "Octopus Server",
    ServerTaskId: task.Id,
    LogCorrelationId: log.node.Id,
    Created: model.now().toISOString(),
  });
  model.blobs.set(artifact.Id, new Uint8Array(content));
}
