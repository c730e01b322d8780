import type { Resource } from "../model/collection.ts";
import { fieldsOf, listOf, propertyOf, textOf, type Fields } from "../model/fields.ts";
import { processToOcl } from "../ocl/process-ocl.ts";
import { settingsToOcl } from "../ocl/settings-ocl.ts";
import { variablesToOcl } from "../ocl/variables-ocl.ts";
import { requirePermission } from "./access.ts";
import { requireBody } from "./binding.ts";
import { templateOf } from "./deploymentprocesses.ts";
import { readSettings } from "./deploymentsettings.ts";
import {
  actionsAt,
  commitChange,
  fileNames,
  isSecret,
  processAt,
  processContext,
  runbooksAt,
  settingsAt,
  stepsToWrite,
  storedVariables,
  toFile,
  variablesAt,
  versionOfPath,
  type GitVersion,
} from "./git-version.ts";
import { checkSteps } from "./process-rules.ts";
import { projectOf } from "./projects.ts";
import { badRequest, type Call, type Route } from "./route.ts";
import { checkVariable, showSet, toVariable } from "./variables.ts";

const base = "/api/{space}/projects/{project}/{gitRef}";

export const gitDocumentRoutes: Route[] = [
  { method: "GET", path: `${base}/deploymentprocesses`, handle: async (call) => ({ body: await showProcess(call) }) },
  { method: "PUT", path: `${base}/deploymentprocesses`, handle: async (call) => ({ body: await saveProcess(call) }) },
  {
    method: "GET",
    path: `${base}/deploymentprocesses/template`,
    handle: async (call) => ({ body: await showTemplate(call) }),
  },
  { method: "GET", path: `${base}/deploymentsettings`, handle: async (call) => ({ body: await showSettings(call) }) },
  { method: "PUT", path: `${base}/deploymentsettings`, handle: async (call) => ({ body: await saveSettings(call) }) },
  { method: "GET", path: `${base}/variables`, handle: async (call) => ({ body: await showVariables(call) }) },
  { method: "PUT", path: `${base}/variables`, handle: async (call) => ({ body: await saveVariables(call) }) },
];

/** The message of the commit that a PUT makes: `ChangeDescription` of the body (api-client), or what the portal proposes (assumed). */
export function messageOf(call: Call, usual: string): string {
  const sent = requireBody(call.body);
  const said = textOf({ value: propertyOf(sent, "ChangeDescription") ?? propertyOf(sent, "CommitMessage") }, "value");
  return said.trim() === "" ? usual : said;
}

/** `/api/Spaces-1/projects/Projects-1/refs%2Fheads%2Fmain`. */
export function addressOf({ project, ref }: GitVersion): string {
  return `/api/${textOf(project, "SpaceId")}/projects/${project.Id}/${encodeURIComponent(ref)}`;
}

async function showProcess(call: Call): Promise<Fields> {
  requirePermission(call, "ProcessView", { kind: "projects", resource: projectOf(call) });
  const version = await versionOfPath(call);
  return {
    ...processAt(call, version),
    Links: {
      Self: `${addressOf(version)}/deploymentprocesses`,
      Project: `/api/${call.space.Id}/projects/${version.project.Id}`,
      Template: `${addressOf(version)}/deploymentprocesses/template{?channel,releaseId}`,
    },
  };
}

async function saveProcess(call: Call): Promise<Fields> {
  const project = projectOf(call);
  requirePermission(call, "ProcessEdit", { kind: "projects", resource: project });
  const steps = stepsToWrite(propertyOf(requireBody(call.body), "Steps"));
  checkSteps(steps, call, { projectId: project.Id });
  await commit(call, project, {
    message: "Update deployment process",
    files: { [fileNames.process]: toFile(processToOcl(steps, processContext(call, project))) },
  });
  return showProcess(call);
}

async function showTemplate(call: Call): Promise<Fields> {
  const version = await versionOfPath(call);
  const template = templateOf(processAt(call, version), call, projectAt(call, version));
  return { ...template, Links: { Self: `${addressOf(version)}/deploymentprocesses/template` } };
}

/** The project as if the settings of a version were its own, which they are when it is in the database. */
export function projectAt(call: Call, version: GitVersion): Resource {
  const { ConnectivityPolicy, ...settings } = settingsAt(call, version);
  return { ...version.project, ...settings, ProjectConnectivityPolicy: ConnectivityPolicy };
}

async function showSettings(call: Call): Promise<Fields> {
  requirePermission(call, "ProjectView", { kind: "projects", resource: projectOf(call) });
  const version = await versionOfPath(call);
  const project = `/api/${call.space.Id}/projects/${version.project.Id}`;
  return {
    Id: `deploymentsettings-${version.project.Id}`,
    ProjectId: version.project.Id,
    SpaceId: call.space.Id,
    ...settingsAt(call, version),
    Links: { Self: `${addressOf(version)}/deploymentsettings`, Project: project },
  };
}

async function saveSettings(call: Call): Promise<Fields> {
  const project = projectOf(call);
  requirePermission(call, "ProjectEdit", { kind: "projects", resource: project });
  const settings = readSettings(call.body, settingsAt(call, await versionOfPath(call)));
  await commit(call, project, {
    message: "Update deployment settings",
    files: { [fileNames.settings]: toFile(settingsToOcl(settings)) },
  });
  return showSettings(call);
}

/** Without secrets: the CLI shows those of the database beside these. */
async function showVariables(call: Call): Promise<Fields> {
  requirePermission(call, "VariableView", { kind: "projects", resource: projectOf(call) });
  const version = await versionOfPath(call);
  const set = showSet(
    { ...storedVariables(call, version.project), Version: 0, Variables: variablesAt(call, version) },
    call,
  );
  const scopeValues = {
    ...fieldsOf(set, "ScopeValues"),
    Actions: actionsAt(call, version),
    Processes: processesAt(call, version),
  };
  return { ...set, ScopeValues: scopeValues, Links: { Self: `${addressOf(version)}/variables` } };
}

function processesAt(call: Call, version: GitVersion): Fields[] {
  const { project } = version;
  const runbooks = runbooksAt(call, version).map(({ runbook }) => ({
    Id: runbook.Id,
    Name: runbook["Name"],
    ProcessType: "Runbook",
  }));
  return [{ Id: project.Id, Name: project["Name"], ProcessType: "Deployment" }, ...runbooks];
}

async function saveVariables(call: Call): Promise<Fields> {
  const project = projectOf(call);
  requirePermission(call, "VariableEdit", { kind: "projects", resource: project });
  const version = await versionOfPath(call);
  const before = variablesAt(call, version);
  const sent = listOf({ value: propertyOf(requireBody(call.body), "Variables") }, "value").map((variable) =>
    toVariable(variable, before),
  );
  checkVariables(call, version, { sent, before });
  const context = {
    references: processContext(call, project).references,
    projectId: project.Id,
    actionSlugs: new Map(),
    runbookSlugs: new Map(),
  };
  await commit(call, project, {
    message: "Update variables",
    files: { [fileNames.variables]: toFile(variablesToOcl(sent, context)) },
  });
  // Docs, variables: unlike the set by its id.
  return {};
}

function checkVariables(
  call: Call,
  version: GitVersion,
  { sent, before }: { sent: readonly Fields[]; before: readonly Fields[] },
): void {
  const set = storedVariables(call, version.project);
  const gitRunbooks = new Set(runbooksAt(call, version).map(({ runbook }) => runbook.Id));
  for (const variable of sent) checkVariable(variable, { set, before, call, gitRunbooks });
  const secret = sent.find(isSecret);
  // Source: docs, Config as Code reference: sensitive variables are in the database; that a real server refuses them here is assumed.
  if (secret !== undefined)
    throw badRequest(
      `The variable '${textOf(secret, "Name")}' is sensitive. Sensitive variables cannot be stored in Git.`,
    );
}

async function commit(
  call: Call,
  project: Resource,
  { message, files }: { message: string; files: Record<string, string> },
): Promise<void> {
  await commitChange(call, project, { ref: call.params["gitRef"] ?? "", message: messageOf(call, message), files });
}
