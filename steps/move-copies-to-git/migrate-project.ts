import { setTimeout as sleep } from "node:timers/promises";
import { count } from "../../lib/copies/describe-update.ts";
import { isJsonObject, objectOf, objectsOf, textOf } from "../../lib/model/json.ts";
import type { OctopusDocument, OctopusSpace } from "../../lib/octopus/octopus-client.ts";
import { explainFailure } from "../../lib/octopus/task-failure.ts";
import { during, StepError, UnavailableError } from "../../lib/step/errors.ts";

export interface MigrateOptions {
  variables: boolean;
  runbooks: boolean;
  onlyPlan: boolean;
}

/** The server clones the repository first, whose size nobody knows here, and commits and pushes before it answers. */
const migrationTime = 15 * 60_000;

/**
 * Moves what a project in Git still has in the database: variables, then runbooks. Secrets stay in the database, where Octopus keeps them.
 * @returns a sentence for each; none for what is in Git already
 */
export async function migrateProject(
  space: OctopusSpace,
  project: OctopusDocument,
  options: MigrateOptions,
): Promise<string[]> {
  const settings = objectOf(project, "PersistenceSettings");
  const state = objectOf(settings, "ConversionState");
  const branch = textOf(settings, "DefaultBranch");
  const migrating = { space, project, branch, onlyPlan: options.onlyPlan };
  return [
    ...(options.variables && state["VariablesAreInGit"] === false ? await migrateVariables(migrating) : []),
    ...(options.runbooks && state["RunbooksAreInGit"] === false ? await migrateRunbooks(migrating) : []),
  ];
}

interface Migrating {
  space: OctopusSpace;
  project: OctopusDocument;
  branch: string;
  onlyPlan: boolean;
}

async function migrateVariables(migrating: Migrating): Promise<string[]> {
  const there = await migrating.space.getJson(`/projects/${migrating.project.Id}/git/migrate-variables`);
  const [moved, kept] = ["TextVariableCount", "SensitiveVariableCount"].map((field) =>
    isJsonObject(there) ? Number(there[field] ?? 0) : 0,
  );
  await send(migrating, "variables");
  const secrets = kept === 0 ? "" : `; ${count(kept ?? 0, "secret")} ${kept === 1 ? "stays" : "stay"} in the database`;
  return [tell(migrating, count(moved ?? 0, "variable"), secrets)];
}

async function migrateRunbooks(migrating: Migrating): Promise<string[]> {
  const there = await migrating.space.getJson(`/projects/${migrating.project.Id}/git/migrate-runbooks`);
  const lists = isJsonObject(there)
    ? [...objectsOf(there, "DraftRunbooks"), ...objectsOf(there, "PublishedRunbooks")]
    : [];
  const ids = new Set(lists.map((runbook) => textOf(runbook, "RunbookId")));
  await send(migrating, "runbooks");
  return [tell(migrating, count(ids.size, "runbook"), "")];
}

async function send({ space, project, branch, onlyPlan }: Migrating, what: "variables" | "runbooks"): Promise<void> {
  if (onlyPlan) return;
  const body = {
    ProjectId: project.Id,
    SpaceId: space.id,
    Branch: branch,
    CommitMessage: `Move ${what} to Git`,
    CreateBranch: false,
  };
  await during(`move the ${what} of the project "${textOf(project, "Name")}" to Git`, async () => {
    const answer = await space.post(`/projects/${project.Id}/git/migrate-${what}`, body, {}, migrationTime);
    const task = textOf(answer, "ServerTaskId");
    if (task !== "") await waitForTask(space, task);
  });
}

/** So often, with two seconds between, a task is looked at: a quarter of an hour. */
const looks = 450;

async function waitForTask(space: OctopusSpace, id: string): Promise<void> {
  for (let look = 0; look < looks; look += 1) {
    const task = await space.get(`/tasks/${id}`);
    if (task["IsCompleted"] === true) {
      if (task["FinishedSuccessfully"] === true) return;
      throw new StepError(await explainFailure(space, task, () => true));
    }
    await sleep(2000);
  }
  throw new UnavailableError(
    `The task ${id} has not ended within a quarter of an hour. Look at it, and run the step again.`,
  );
}

function tell({ space, project, branch, onlyPlan }: Migrating, what: string, more: string): string {
  const verb = onlyPlan ? "Would move" : "Moved";
  return `${verb} ${what} of "${textOf(project, "Name")}" in the space "${space.name}" to the branch "${branch}"${more}.`;
}
