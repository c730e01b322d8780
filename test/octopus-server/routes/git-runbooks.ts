import { scopingEnvironments } from "../model/environment-kinds.ts";
import type { Resource } from "../model/collection.ts";
import { listOf, propertyOf, textOf, textsOf, type Fields } from "../model/fields.ts";
import { packageReferencesIn } from "../model/processes.ts";
import { uniqueSlug } from "../model/slugs.ts";
import { takeSnapshotOf } from "../model/snapshots.ts";
import { runbookToOcl } from "../ocl/runbook-ocl.ts";
import { requirePermission } from "./access.ts";
import { bindFields, requireBody } from "./binding.ts";
import { checkReference } from "./crud-checks.ts";
import { findNamed, readClassicExecution, readExecution, textAt, textsAt } from "./executions.ts";
import { addressOf, messageOf } from "./git-documents.ts";
import {
  commitChange,
  processContext,
  readVersion,
  referenceOf,
  runbookAt,
  runbookFileName,
  runbookNamedAt,
  runbooksAt,
  stepsToWrite,
  toFile,
  variableSetAt,
  versionOfPath,
  type GitRunbook,
  type GitVersion,
} from "./git-version.ts";
import { pageOf } from "./paging.ts";
import { previewOf } from "./previews.ts";
import { checkSteps } from "./process-rules.ts";
import { findProjectByName, projectOf } from "./projects.ts";
import { badRequest, type Answer, type Call, type Route } from "./route.ts";
import { environmentOfPath } from "./runbookrun-previews.ts";
import { rulesOf, runbookRuns, startRuns } from "./runbookruns.ts";
import { createSnapshot, nextSnapshotName } from "./runbooksnapshots.ts";
import { checkRunbookChoices, runbookEnvironments, runbookFields } from "./runbooks.ts";
import { templatePackages } from "./template-packages.ts";

const base = "/api/{space}/projects/{project}/{gitRef}";

export const gitRunbookRoutes: Route[] = [
  { method: "GET", path: `${base}/runbooks`, handle: listRunbooks },
  { method: "POST", path: `${base}/runbooks/v2`, handle: createRunbook },
  { method: "GET", path: `${base}/runbooks/{runbook}`, handle: async (call) => ({ body: await showRunbook(call) }) },
  { method: "PUT", path: `${base}/runbooks/{runbook}`, handle: replaceRunbook },
  { method: "DELETE", path: `${base}/runbooks/{runbook}`, handle: removeRunbook },
  { method: "GET", path: `${base}/runbooks/{runbook}/environments`, handle: listEnvironments },
  { method: "GET", path: `${base}/runbooks/{runbook}/runbookSnapshotTemplate`, handle: showSnapshotTemplate },
  { method: "GET", path: `${base}/runbooks/{runbook}/runbookRuns/preview/{environment}`, handle: preview },
  { method: "GET", path: `${base}/runbooks/{runbook}/runbookRuns/preview/{environment}/{tenant}`, handle: preview },
  { method: "POST", path: `${base}/runbooks/{runbook}/run/v1`, handle: runOfPath },
  {
    method: "GET",
    path: `${base}/runbookProcesses/{runbook}`,
    handle: async (call) => ({ body: await showProcess(call) }),
  },
  { method: "PUT", path: `${base}/runbookProcesses/{runbook}`, handle: replaceProcess },
  { method: "POST", path: "/api/{space}/runbook-runs/git/create/v1", handle: runGitRunbook },
];

async function listRunbooks(call: Call): Promise<Answer> {
  requirePermission(call, "RunbookView", { kind: "projects", resource: projectOf(call) });
  const version = await versionOfPath(call);
  const wanted = call.query.get("partialName")?.toLowerCase() ?? "";
  const found = runbooksAt(call, version).map(({ runbook }) => runbook);
  const named = found.filter((runbook) => textOf(runbook, "Name").toLowerCase().includes(wanted));
  return {
    body: pageOf(named, call, {
      itemType: "Runbook",
      path: `${addressOf(version)}/runbooks`,
      show: (runbook) => show(runbook, version),
    }),
  };
}

async function showRunbook(call: Call): Promise<Fields> {
  const { version, runbook } = await openRunbook(call);
  return show(runbook, version);
}

/** The runbook that a path names. */
async function openRunbook(call: Call): Promise<GitRunbook & { version: GitVersion }> {
  requirePermission(call, "RunbookView", { kind: "projects", resource: projectOf(call) });
  const version = await versionOfPath(call);
  return { version, ...runbookAt(call, version, call.params["runbook"] ?? "") };
}

function show(runbook: Fields, version: GitVersion): Fields {
  const address = addressOf(version);
  const self = `${address}/runbooks/${textOf(runbook, "Id")}`;
  return {
    ...runbook,
    Links: {
      Self: self,
      Project: `/api/${textOf(runbook, "SpaceId")}/projects/${version.project.Id}`,
      RunbookProcesses: `${address}/runbookProcesses/${textOf(runbook, "RunbookProcessId")}`,
      RunbookSnapshotTemplate: `${self}/runbookSnapshotTemplate`,
      RunbookEnvironments: `${self}/environments`,
      RunbookRunPreview: `${self}/runbookRuns/preview/{environment}{?includeDisabledSteps}`,
    },
  };
}

/** The slug of a new runbook is the name of its file. */
async function createRunbook(call: Call): Promise<Answer> {
  const version = await versionToEdit(call);
  const others = runbooksAt(call, version).map(({ runbook }) => runbook);
  const fields = readRunbook(call, others);
  const slug =
    textAt(requireBody(call.body), "Slug").toLowerCase() ||
    uniqueSlug(textOf(fields, "Name"), new Set(others.map((runbook) => runbook.Id)));
  // Assumed, as for runbooks in the database.
  if (!/^[a-z0-9_-]+$/.test(slug)) throw badRequest(`The slug '${slug}' is not valid.`);
  if (others.some((runbook) => runbook.Id === slug))
    throw badRequest(`A runbook with the slug '${slug}' already exists.`);
  await write(call, { slug, fields, steps: [], usual: `Create runbook ${textOf(fields, "Name")}` });
  const told = { Id: slug, Slug: slug, Name: fields["Name"], ProjectId: version.project.Id, GitRef: version.ref };
  return { status: 201, body: told };
}

async function replaceRunbook(call: Call): Promise<Answer> {
  const version = await versionToEdit(call);
  const { runbook, process } = runbookAt(call, version, call.params["runbook"] ?? "");
  const others = runbooksAt(call, version)
    .map((one) => one.runbook)
    .filter((one) => one.Id !== runbook.Id);
  const fields = readRunbook(call, others);
  await write(call, {
    slug: runbook.Id,
    fields,
    steps: listOf(process, "Steps"),
    usual: `Update runbook ${textOf(fields, "Name")}`,
  });
  return { body: await showRunbook(call) };
}

async function removeRunbook(call: Call): Promise<Answer> {
  const version = await versionToEdit(call);
  const { runbook } = runbookAt(call, version, call.params["runbook"] ?? "");
  const message = `Delete runbook ${textOf(runbook, "Name")}`;
  await commitChange(call, version.project, {
    ref: version.ref,
    message,
    files: { [runbookFileName(runbook.Id)]: undefined },
  });
  return { body: {} };
}

async function versionToEdit(call: Call): Promise<GitVersion> {
  requirePermission(call, "RunbookEdit", { kind: "projects", resource: projectOf(call) });
  return versionOfPath(call);
}

/** @throws a 400 for a name that another runbook has */
function readRunbook(call: Call, others: readonly Resource[]): Fields {
  const fields = bindFields(call.body, runbookFields);
  const name = textOf(fields, "Name");
  // Assumed: the sentences that runbooks in the database are refused with.
  if (name.trim() === "") throw badRequest("Please provide a value for Name.");
  if (others.some((other) => textOf(other, "Name").toLowerCase() === name.toLowerCase()))
    throw badRequest("A runbook with this name already exists. Please choose a different name.");
  checkRunbookChoices(fields);
  for (const id of textsOf(fields, "Environments"))
    checkReference(id, { call, kind: scopingEnvironments, path: "Environments" });
  return fields;
}

interface Written {
  slug: string;
  fields: Fields;
  steps: readonly Fields[];
  /** The message of the commit when the body has none. */
  usual: string;
}

async function write(call: Call, { slug, fields, steps, usual }: Written): Promise<void> {
  const project = projectOf(call);
  const text = toFile(runbookToOcl(fields, steps, processContext(call, project)));
  await commitChange(call, project, {
    ref: call.params["gitRef"] ?? "",
    message: messageOf(call, usual),
    files: { [runbookFileName(slug)]: text },
  });
}

async function showProcess(call: Call): Promise<Fields> {
  const { version, runbook, process } = await openRunbook(call);
  const address = addressOf(version);
  const runbookAddress = `${address}/runbooks/${runbook.Id}`;
  return {
    ...process,
    Links: {
      Self: `${address}/runbookProcesses/${process.Id}`,
      Project: `/api/${call.space.Id}/projects/${version.project.Id}`,
      Runbook: runbookAddress,
      RunbookSnapshotTemplate: `${runbookAddress}/runbookSnapshotTemplate`,
    },
  };
}

async function replaceProcess(call: Call): Promise<Answer> {
  const version = await versionToEdit(call);
  const { runbook } = runbookAt(call, version, call.params["runbook"] ?? "");
  const steps = stepsToWrite(propertyOf(requireBody(call.body), "Steps"));
  checkSteps(steps, call, { projectId: version.project.Id });
  await write(call, {
    slug: runbook.Id,
    fields: runbook,
    steps,
    usual: `Update process of runbook ${textOf(runbook, "Name")}`,
  });
  return { body: await showProcess(call) };
}

async function listEnvironments(call: Call): Promise<Answer> {
  const { runbook } = await openRunbook(call);
  const allowed = runbookEnvironments(call.model, runbook);
  return {
    body: allowed.map((environment) => ({
      ...environment,
      Links: { Self: `/api/${call.space.Id}/environments/${environment.Id}` },
    })),
  };
}

async function showSnapshotTemplate(call: Call): Promise<Answer> {
  const { version, runbook, process } = await openRunbook(call);
  const packages = templatePackages(call, {
    references: packageReferencesIn(process),
    lastSelected: [],
    project: version.project,
  });
  return {
    body: {
      Id: null,
      RunbookId: runbook.Id,
      RunbookProcessId: process.Id,
      NextNameIncrement: nextSnapshotName(call, runbook),
      Packages: packages,
      GitResources: [],
      Links: { Self: `${addressOf(version)}/runbooks/${runbook.Id}/runbookSnapshotTemplate` },
    },
  };
}

async function preview(call: Call): Promise<Answer> {
  const { version, process } = await openRunbook(call);
  const variables = variableSetAt(call, version);
  const { FrozenVariableSetIds } = takeSnapshotOf(call.model, {
    project: version.project,
    kind: "runbookprocesses",
    process,
    variables,
  });
  const name = call.params["tenant"];
  if (name !== undefined) findNamed(call, { kind: "tenants", what: "tenant", name });
  return {
    body: previewOf(call, {
      process,
      variableSetIds: FrozenVariableSetIds,
      environment: environmentOfPath(call),
    }),
  };
}

/** By ids, and each run by itself (docs, runbook runs; the sentence is assumed). */
async function runOfPath(call: Call): Promise<Answer> {
  const { version, runbook, process } = await openRunbook(call);
  const wanted = listOf({ value: propertyOf(requireBody(call.body), "Runs") }, "value");
  if (wanted.length === 0) throw badRequest("Please provide a value for Runs.");
  const snapshot = createSnapshotOnce(() => snapshotAt(call, version, { runbook, process }));
  const runs = wanted.flatMap((body) => {
    const request = readClassicExecution({ ...call, body }, rulesOf(call, runbook));
    return startRuns({ ...call, body }, { runbook, request, snapshot });
  });
  return { body: { Resources: runs.map((one) => runbookRuns.show(one, call)) } };
}

function createSnapshotOnce(create: () => Resource): () => Resource {
  let made: Resource | undefined;
  return () => (made ??= create());
}

function snapshotAt(call: Call, version: GitVersion, { runbook, process }: GitRunbook): Resource {
  const sent = requireBody(call.body);
  return createSnapshot(call, {
    runbook,
    packageOverrides: textsAt(sent, "Packages"),
    defaultPackageVersion: textAt(sent, "PackageVersion"),
    git: { process, variables: variableSetAt(call, version), reference: referenceOf(version) },
  });
}

/** The executions API, in which project and runbook come by name or id (CLI). */
export async function runGitRunbook(call: Call): Promise<Answer> {
  const sent = requireBody(call.body);
  const project = findProjectByName(call, textAt(sent, "ProjectName") || textAt(sent, "ProjectIdOrName"));
  const version = await readVersion(call, project, textAt(sent, "GitRef"));
  return run(
    call,
    version,
    runbookNamedAt(call, version, textAt(sent, "RunbookName") || textAt(sent, "RunbookIdOrName")),
  );
}

/** Every run takes a snapshot of the commit that the reference has now. */
function run(call: Call, version: GitVersion, opened: GitRunbook): Answer {
  const { runbook } = opened;
  const request = readExecution(call, rulesOf(call, runbook));
  const runs = startRuns(call, { runbook, request, snapshot: () => snapshotAt(call, version, opened) });
  return {
    body: { RunbookRunServerTasks: runs.map((one) => ({ RunbookRunId: one.Id, ServerTaskId: textOf(one, "TaskId") })) },
  };
}
