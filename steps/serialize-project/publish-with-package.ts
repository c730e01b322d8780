import type { OctopusDocument, OctopusSpace } from "../../lib/octopus/octopus-client.ts";
import { listByExactNames } from "../../lib/resources/resource-kind.ts";
import type { StepLog } from "../../lib/step/define-step.ts";
import { during, NotFoundError, StepError } from "../../lib/step/errors.ts";
import { publishRunbook } from "./publish-runbook.ts";
import type { PushResult } from "./push-project-package.ts";

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
  const runbook = { projectId: owner?.Id ?? pushed.reading.source.project.id, name };
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
    publishing.log.warn(`${error.message} Run managed-spaces install --project "${reading.source.project.name}".`);
  }
}

async function findRunbookProject(space: OctopusSpace, name: string | undefined): Promise<OctopusDocument | undefined> {
  if (name === undefined) return undefined;
  const [project] = await listByExactNames(space, "projects", [name]);
  if (project === undefined)
    throw new NotFoundError(`The space "${space.name}" has no project "${name}" with a runbook to publish.`);
  return project;
}
