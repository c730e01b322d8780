import { isRefusal } from "../../lib/http/http-client.ts";
import { textOf } from "../../lib/model/json.ts";
import { findNearNames } from "../../lib/near-names.ts";
import type { OctopusDocument, OctopusSpace } from "../../lib/octopus/octopus-client.ts";
import { chooseSnapshot, type PinnedSnapshot } from "../../lib/octopus/pin-snapshot.ts";
import { startRunbookRuns } from "../../lib/octopus/runbook-runs.ts";
import { isSameName } from "../../lib/octopus/same-name.ts";
import { isPlaceholder } from "../../lib/octopus/spaces.ts";
import { explainFailure, linkTo } from "../../lib/octopus/task-failure.ts";
import type { StepLog } from "../../lib/step/define-step.ts";
import { NotFoundError, ParameterError, StepError, UnavailableError } from "../../lib/step/errors.ts";
import { followTask, type Waiting } from "./follow-task.ts";

export interface MakingOptions extends Waiting {
  /** The management space. */
  upstream: OctopusSpace;
  tenant: OctopusDocument;
  /** The runbook that makes spaces, and whose it is. */
  runbookName: string;
  projectName: string;
  /** Name of the environment that this run is in. */
  environment: string | undefined;
  /** What the tenant has by now for the id of its space. */
  readRecorded(): Promise<string>;
  log: StepLog;
}

interface Maker extends MakingOptions {
  runbook: OctopusDocument;
  project: OctopusDocument;
  /** For sentences. */
  what: string;
}

/**
 * Has the other runbook make and fill the tenant's space, and waits for that: in a run that is under way already, else in one that is started.
 * @returns the id that was recorded
 * @throws {@link StepError} with that run's failure
 */
export async function haveSpaceMade(options: MakingOptions): Promise<string> {
  const maker = await findMaker(options);
  for (;;) {
    const active = await findActive(maker);
    // In this order: what made the space before this look was recorded before this one.
    const before = active === undefined ? await options.readRecorded() : "";
    if (!isPlaceholder(before)) return before;
    const taskId = active === undefined ? await start(maker) : join(maker, active);
    const task = await followTask(maker, taskId);
    if (textOf(task, "State") === "Canceled" && (await hasSuccessor(maker, taskId))) continue;
    await refuseFailed(maker, task);
    const recorded = await options.readRecorded();
    if (!isPlaceholder(recorded)) return recorded;
    throw new NotFoundError(
      `${maker.what} succeeded and recorded no space in ManagedTenant.Octopus.SpaceId (${linkTo(options.upstream, taskId)}). Look whether the step "Create Space" is in the runbook and enabled.`,
    );
  }
}

/** A space is recorded before it is filled: whoever comes in between waits for the run that is at it. */
export async function waitUntilFilled(options: MakingOptions): Promise<void> {
  const maker = await findMaker(options);
  const active = await findActive(maker, ["Executing"]);
  if (active === undefined) return;
  await refuseFailed(maker, await followTask(maker, join(maker, active)));
}

async function findMaker(options: MakingOptions): Promise<Maker> {
  const { upstream, runbookName, projectName, tenant } = options;
  const projects = await upstream.list("/projects", { partialName: projectName });
  const project = projects.find((one) => isSameName(textOf(one, "Name"), projectName));
  if (project === undefined)
    throw new NotFoundError(
      `There is no project "${projectName}" in the space "${upstream.name}" with the runbook that makes spaces. Run managed-spaces install, or correct "Project of the Space Runbook".`,
    );
  const runbooks = await upstream.list(`/projects/${project.Id}/runbooks`);
  const runbook = runbooks.find((one) => isSameName(textOf(one, "Name"), runbookName));
  if (runbook === undefined) {
    const near = findNearNames(
      runbookName,
      runbooks.map((one) => textOf(one, "Name")),
    );
    throw new NotFoundError(
      `The project "${projectName}" has no runbook "${runbookName}" that would make the space.${near} Run managed-spaces install, or correct "Space Runbook".`,
    );
  }
  const what = `The runbook "${textOf(runbook, "Name")}" for the tenant "${textOf(tenant, "Name")}"`;
  return { ...options, runbook, project, what };
}

/** Whether another run goes on where a canceled one was, or has done so. */
async function hasSuccessor({ upstream, runbook, tenant }: Maker, taskId: string): Promise<boolean> {
  const states = ["Queued", "Executing", "Success"];
  const tasks = await upstream.list("/tasks", { name: "RunbookRun", runbook: runbook.Id, tenant: tenant.Id, states });
  return tasks.some(({ Id: id, State: state }) => state !== "Success" || numberOf(id) > numberOf(taskId));
}

/** Of the tenant's runs of the runbook that are not over the one that was first; in whatever environment, since the space is the same. */
async function findActive(
  { upstream, runbook, tenant }: Maker,
  states: string[] = ["Queued", "Executing"],
): Promise<OctopusDocument | undefined> {
  const query = { name: "RunbookRun", runbook: runbook.Id, tenant: tenant.Id, states };
  const tasks = await upstream.list("/tasks", query);
  return tasks.toSorted((a, b) => numberOf(a.Id) - numberOf(b.Id))[0];
}

function numberOf(taskId: string): number {
  return Number(/\d+$/.exec(taskId)?.[0]);
}

function join({ upstream, log, what }: Maker, { Id: id }: OctopusDocument): string {
  log.info(`${what} is under way already: waits for [${id}](${linkTo(upstream, id)}).`);
  return id;
}

/** @returns the task to wait for: of runs that overlap, the one that was first */
async function start(maker: Maker): Promise<string> {
  const { upstream, environment, log, what } = maker;
  if (environment === undefined)
    throw new ParameterError(
      `Nothing says in which environment to run the runbook "${maker.runbookName}". Fill in "Environment of the Space Runbook".`,
    );
  const own = await post(maker, environment);
  const first = await findActive(maker);
  if (first === undefined || numberOf(first.Id) >= numberOf(own)) {
    log.info(`${what} was started, which makes and fills the space: waits for [${own}](${linkTo(upstream, own)}).`);
    return own;
  }
  await cancel(maker, own);
  return join(maker, first);
}

async function post(maker: Maker, environment: string): Promise<string> {
  const { upstream, runbook, project, tenant } = maker;
  try {
    const [started] = await startRunbookRuns(upstream, {
      project: textOf(project, "Name"),
      runbook: textOf(runbook, "Name"),
      environment,
      tenants: [textOf(tenant, "Name")],
      snapshot: (await pin(upstream, runbook)).name,
      values: {},
    });
    if (started !== undefined) return started.taskId;
    throw new NotFoundError("the server started nothing.");
  } catch (error) {
    if (error instanceof StepError && !(error instanceof UnavailableError))
      error.message = `${maker.what}, which would make the space, could not be started in "${environment}": ${error.message} Look whether the tenant is connected to "${textOf(project, "Name")}" there.`;
    throw error;
  }
}

/** Two that make a snapshot at once give it the same name; the slower one takes what the other made. */
async function pin(upstream: OctopusSpace, runbook: OctopusDocument): Promise<PinnedSnapshot> {
  try {
    return await (await chooseSnapshot(upstream, runbook)).pin();
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return (await chooseSnapshot(upstream, runbook)).pin();
  }
}

/** Where it cannot be, it finds the space that the other one makes: that does no harm. */
async function cancel({ upstream, log }: Maker, taskId: string): Promise<void> {
  const link = `[${taskId}](${linkTo(upstream, taskId)})`;
  try {
    await upstream.act(`/tasks/${taskId}/cancel`);
    log.info(`Canceled ${link}, since another run was faster.`);
  } catch (error) {
    if (!(error instanceof StepError)) throw error;
    log.info(
      `Another run was faster than ${link}, which could not be canceled and goes on beside it: ${error.message}`,
    );
  }
}

async function refuseFailed({ upstream, what }: Maker, task: OctopusDocument): Promise<void> {
  const state = textOf(task, "State");
  if (state === "Success") return;
  const place = linkTo(upstream, task.Id);
  if (state === "Canceled")
    throw new StepError(`${what} was canceled in Octopus (${place}). Run this again to have the space made.`);
  const reason = await explainFailure(upstream, task, () => true);
  throw new StepError(`${what} failed (${place}): ${reason}`);
}
