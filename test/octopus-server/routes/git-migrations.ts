import type { Resource } from "../model/collection.ts";
import { fieldsOf, listOf, textOf, type Fields } from "../model/fields.ts";
import { createTask, finishTask, startTask } from "../model/tasks.ts";
import { actionsIn, findProcess, processIdOf } from "../model/processes.ts";
import { runbookToOcl } from "../ocl/runbook-ocl.ts";
import { variablesToOcl } from "../ocl/variables-ocl.ts";
import { requirePermission } from "./access.ts";
import { requireBody } from "./binding.ts";
import { textAt } from "./executions.ts";
import {
  commitChange,
  fileNames,
  isSecret,
  processContext,
  readVersion,
  requireVersionControl,
  runbookFileName,
  secretsIn,
  storedVariables,
  toFile,
  variablesAt,
} from "./git-version.ts";
import { projectOf } from "./projects.ts";
import { badRequest, type Answer, type Call, type Route } from "./route.ts";
import { runbooksOf } from "./runbooks.ts";
import { settingsOf } from "./version-control-settings.ts";

const base = "/api/{space}/projects/{project}/git";

/** For projects that moved to Git before variables and runbooks could (Octopus's API reference, variables, projects and runbooks). */
export const gitMigrationRoutes: Route[] = [
  { method: "GET", path: `${base}/migrate-variables`, handle: (call) => ({ body: countVariables(call) }) },
  { method: "POST", path: `${base}/migrate-variables`, handle: migrateVariables },
  { method: "GET", path: `${base}/migrate-runbooks`, handle: (call) => ({ body: listRunbooks(call) }) },
  { method: "POST", path: `${base}/migrate-runbooks`, handle: migrateRunbooks },
];

function openProject(call: Call, permission: string): Resource {
  const project = projectOf(call);
  requirePermission(call, permission, { kind: "projects", resource: project });
  return requireVersionControl(project);
}

function countVariables(call: Call): Fields {
  const variables = listOf(storedVariables(call, openProject(call, "ProjectView")), "Variables");
  const secrets = variables.filter(isSecret).length;
  return { TextVariableCount: variables.length - secrets, SensitiveVariableCount: secrets };
}

/** Source: the reference: "only non-sensitive". That a second time is refused is assumed. */
async function migrateVariables(call: Call): Promise<Answer> {
  const project = openProject(call, "ProjectEdit");
  refuseAgain(project, "VariablesAreInGit");
  const { branch, message } = readBody(call);
  const version = await readVersion(call, project, branch);
  const set = storedVariables(call, project);
  const process = findProcess(call.model, { kind: "deploymentprocesses", ownerId: project.Id }) ?? {};
  const slugs = new Map(actionsIn(process).map((action) => [textOf(action, "Id"), textOf(action, "Slug")]));
  const all = [...variablesAt(call, version), ...listOf(set, "Variables").filter((variable) => !isSecret(variable))];
  const { references } = processContext(call, project);
  const text = variablesToOcl(all, { references, projectId: project.Id, actionSlugs: slugs, runbookSlugs: new Map() });
  await commitChange(call, project, { ref: branch, message, files: { [fileNames.variables]: toFile(text) } });
  set["Variables"] = secretsIn(set);
  setState(project, "VariablesAreInGit");
  return { body: {} };
}

function listRunbooks(call: Call): Fields {
  const all = runbooksOf(call.model, openProject(call, "ProjectView"));
  const show = (runbooks: readonly Resource[]): Fields[] =>
    runbooks.map(({ Id, Name }) => ({ RunbookId: Id, RunbookName: Name }));
  const isPublished = (runbook: Resource): boolean => textOf(runbook, "PublishedRunbookSnapshotId") !== "";
  return {
    DraftRunbooks: show(all.filter((runbook) => !isPublished(runbook))),
    PublishedRunbooks: show(all.filter(isPublished)),
  };
}

/** The reference has the id of a task in the answer: when there is one is assumed, and that it is "" else. */
async function migrateRunbooks(call: Call): Promise<Answer> {
  const project = openProject(call, "ProjectEdit");
  refuseAgain(project, "RunbooksAreInGit");
  const { model, space } = call;
  const body = listRunbooks(call);
  const wanted = readBody(call);
  const before = model.runbookMigration;
  if (before === undefined) {
    await moveRunbooks(call, project, wanted);
    return { body: { ...body, ServerTaskId: "" } };
  }
  // Its name and its sentences are assumed.
  const task = createTask(model, {
    Name: "MigrateRunbooksToGit",
    Description: `Move the runbooks of ${textOf(project, "Name")} to Git`,
    SpaceId: space.Id,
    Arguments: { ProjectId: project.Id },
    ProjectId: project.Id,
  });
  startTask(model, task.Id);
  const work = async (): Promise<void> => {
    await before;
    await moveRunbooks(call, project, wanted);
  };
  void work().then(
    () => finishTask(model, task.Id, { state: "Success" }),
    (error: unknown) =>
      finishTask(model, task.Id, { state: "Failed", errorMessage: error instanceof Error ? error.message : "" }),
  );
  return { body: { ...body, ServerTaskId: task.Id } };
}

async function moveRunbooks(
  call: Call,
  project: Resource,
  { branch, message }: { branch: string; message: string },
): Promise<void> {
  const { model } = call;
  const all = runbooksOf(model, project).map((runbook) => ({
    runbook,
    process: findProcess(model, { kind: "runbookprocesses", ownerId: runbook.Id }) ?? {},
  }));
  const files = all.map(({ runbook, process }) => [
    runbookFileName(textOf(runbook, "Slug")),
    toFile(runbookToOcl(runbook, listOf(process, "Steps"), processContext(call, project))),
  ]);
  await commitChange(call, project, { ref: branch, message, files: Object.fromEntries(files) });
  for (const { runbook } of all) {
    model.collection("runbookprocesses").remove(processIdOf({ kind: "runbookprocesses", ownerId: runbook.Id }));
    model.collection("runbooks").remove(runbook.Id);
  }
  setState(project, "RunbooksAreInGit");
}

function readBody(call: Call): { branch: string; message: string } {
  const sent = requireBody(call.body);
  const [branch, message] = [textAt(sent, "Branch"), textAt(sent, "CommitMessage")];
  // Source: the reference requires both; the sentences are assumed.
  if (branch === "") throw badRequest("Please provide a value for Branch.");
  if (message === "") throw badRequest("Please provide a value for CommitMessage.");
  return { branch, message };
}

type State = "VariablesAreInGit" | "RunbooksAreInGit";

/** Assumed, status and sentence. */
function refuseAgain(project: Resource, state: State): void {
  const what = state === "VariablesAreInGit" ? "variables" : "runbooks";
  if (fieldsOf(settingsOf(project), "ConversionState")[state] === true)
    throw badRequest(`The ${what} of this project are in Git already.`);
}

function setState(project: Resource, state: State): void {
  const settings = settingsOf(project);
  settings["ConversionState"] = { ...fieldsOf(settings, "ConversionState"), [state]: true };
}
