import type { OctopusDocument, OctopusSpace } from "../octopus/octopus-client.ts";
import { listByExactNames } from "../resources/resource-kind.ts";
import type { StepLog } from "../step/define-step.ts";
import { during, NotFoundError, ParameterError, StepError } from "../step/errors.ts";
import { publishRunbook } from "./publish-runbook.ts";
import type { PushResult } from "./push-package.ts";

export interface Publishing {
  space: OctopusSpace;
  pushed: PushResult;
  log: StepLog;
}

export interface RunbookChoice {
  name: string | undefined;
  project: string | undefined;
}

/** Publishes a runbook that deploys the package, if one was chosen. @throws {@link NotFoundError} when there is none of that name, or it does not use the package */
export async function publishWithPackage(
  { space, pushed, log }: Publishing,
  { name, project }: RunbookChoice,
): Promise<void> {
  if (name === undefined) return;
  const owner = await findRunbookProject(space, project);
  const projectId = owner?.Id ?? pushed.reading.source.project?.id;
  if (projectId === undefined)
    throw new ParameterError(
      `Failed to publish the runbook "${name}": nothing says which project has it. Fill in "Published Runbook's Project".`,
    );
  const runbook = { projectId, name };
  const snapshot = await publishRunbook(space, runbook, pushed);
  log.info(
    snapshot === undefined
      ? `The runbook "${name}" is published with this version already.`
      : `Published the runbook "${name}" as "${snapshot}".`,
  );
}

/** The package is there, and good until retention comes: that nothing keeps it is told, and no reason to fail. */
export async function keepPackage(publishing: Publishing, choice: RunbookChoice): Promise<void> {
  const { packageId, version, reading } = publishing.pushed;
  const doing = `keep the package "${packageId}" ${version} in the built-in feed, where retention deletes what is old`;
  try {
    await during(doing, () => publishWithPackage(publishing, choice));
  } catch (error) {
    if (!(error instanceof StepError)) throw error;
    publishing.log.warn(`${error.message} ${adviseInstall(reading.source.project)}`);
  }
}

function adviseInstall(project: { name: string } | undefined): string {
  return project === undefined
    ? "Run managed-spaces install."
    : `Run managed-spaces install --project "${project.name}".`;
}

async function findRunbookProject(space: OctopusSpace, name: string | undefined): Promise<OctopusDocument | undefined> {
  if (name === undefined) return undefined;
  const [project] = await listByExactNames(space, "projects", [name]);
  if (project === undefined)
    throw new NotFoundError(`The space "${space.name}" has no project "${name}" with a runbook to publish.`);
  return project;
}
