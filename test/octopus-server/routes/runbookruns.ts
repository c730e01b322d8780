import type { Resource } from "../model/collection.ts";
import { propertyOf, textOf, type Fields } from "../model/fields.ts";
import { snapshotOf } from "../model/snapshots.ts";
import { requirePermission } from "./access.ts";
import { requireBody } from "./binding.ts";
import { createCrud } from "./crud.ts";
import {
  executionFields,
  executionFilters,
  queueExecution,
  scopeOfPlace,
  shownExecution,
  type ExecutionPlace,
} from "./execution-documents.ts";
import {
  checkProjectIsEnabled,
  pairsOf,
  projectOfDocument,
  readClassicExecution,
  readExecution,
  textAt,
  type ExecutionRequest,
  type TenancyRules,
} from "./executions.ts";
import { findProjectByName, projectOf } from "./projects.ts";
import { badRequest, type Call, type Route } from "./route.ts";
import { createSnapshot, findSnapshot, runbookSnapshots, snapshotPermission } from "./runbooksnapshots.ts";
import { findRunbookByName, runbookEnvironments, runbookOf, runbooks } from "./runbooks.ts";

export const runbookRuns = createCrud({
  kind: "runbookruns",
  path: "/api/{space}/runbookRuns",
  itemType: "RunbookRun",
  noun: "runbook run",
  fields: {},
  links: runLinks,
  view: (shown) => shownExecution(shown),
  filters: {
    ...executionFilters,
    runbooks: (run, value) => value.split(",").includes(textOf(run, "RunbookId")),
  },
  sortBy: "newest",
  permissions: { view: "RunbookRunView", delete: "RunbookRunDelete" },
  without: ["all", "create", "replace"],
});

export const runbookRunRoutes: Route[] = [
  { method: "POST", path: "/api/{space}/runbook-runs/create/v1", handle: runByName },
  {
    method: "POST",
    path: "/api/{space}/runbookRuns",
    handle: (call) => runClassic(call, runbooks.find(textAt(requireBody(call.body), "RunbookId"), call)),
  },
  ...runbookRuns.routes,
  {
    method: "GET",
    path: "/api/{space}/projects/{project}/runbookRuns",
    handle: (call) => ({ body: pageWhere(call, "ProjectId", projectOf(call).Id) }),
  },
  {
    method: "POST",
    path: "/api/{space}/projects/{project}/runbookRuns",
    handle: (call) => runClassic(call, runbooks.find(textAt(requireBody(call.body), "RunbookId"), call)),
  },
  {
    method: "GET",
    path: "/api/{space}/projects/{project}/runbookRuns/{id}",
    handle: (call) => ({ body: runbookRuns.show(runbookRuns.find(call.params["id"] ?? "", call), call) }),
  },
  {
    method: "GET",
    path: "/api/{space}/runbookSnapshots/{snapshot}/runbookRuns",
    handle: (call) => ({ body: pageWhere(call, "RunbookSnapshotId", snapshotOfPath(call).Id) }),
  },
  { method: "POST", path: "/api/{space}/runbooks/{runbook}/run", handle: (call) => runById(call, runbookOf(call)) },
  {
    method: "POST",
    path: "/api/{space}/projects/{project}/runbooks/{runbook}/run",
    handle: (call) => runById(call, runbookOf(call)),
  },
];

/** The executions API, in which project and runbook come by name or id (CLI, api-client). */
export function runByName(call: Call): { status: number; body: unknown } {
  const sent = requireBody(call.body);
  const project = findProjectByName(call, textAt(sent, "ProjectName") || textAt(sent, "ProjectIdOrName"));
  return runV1(call, findRunbookByName(call, project, textAt(sent, "RunbookName") || textAt(sent, "RunbookIdOrName")));
}

function runV1(call: Call, runbook: Resource): { status: number; body: unknown } {
  const sent = requireBody(call.body);
  const request = readExecution(call, rulesOf(call, runbook));
  const runs = startRuns(call, {
    runbook,
    request,
    snapshot: () => chooseSnapshot(call, runbook, textAt(sent, "Snapshot") || textAt(sent, "SnapshotNameOrId")),
  });
  return {
    // Docs, runbook runs: the executions API answers 200.
    status: 200,
    body: startedAs(runs),
  };
}

/** By ids; the published snapshot, unless another one is named (docs, runbooks; that it answers as the executions API does is assumed). */
function runById(call: Call, runbook: Resource): { body: unknown } {
  const sent = requireBody(call.body);
  const name = propertyOf(sent, "UseDefaultSnapshot") === true ? "" : textAt(sent, "RunbookSnapshotNameOrId");
  const runs = startRuns(call, {
    runbook,
    request: readClassicExecution(call, rulesOf(call, runbook)),
    snapshot: () => chooseSnapshot(call, runbook, name),
  });
  return { body: startedAs(runs) };
}

function startedAs(runs: readonly Resource[]): Fields {
  return {
    RunbookRunServerTasks: runs.map((run) => ({ RunbookRunId: run.Id, ServerTaskId: textOf(run, "TaskId") })),
  };
}

/**
 * The portal's way: ids, and a snapshot made before for a draft run. Several environments or tenants give a list. Without a snapshot it is
 * refused (docs: RunbookSnapshotId is required; the sentence is quoted in OctopusDeploy/Issues#6866).
 */
function runClassic(call: Call, runbook: Resource): { status: number; body: unknown } {
  const sent = requireBody(call.body);
  const request = readClassicExecution(call, rulesOf(call, runbook));
  const snapshotId = textAt(sent, "RunbookSnapshotId");
  if (snapshotId === "") throw badRequest("Please specify the Runbook Snapshot to run.");
  const runs = startRuns(call, { runbook, request, snapshot: () => chooseSnapshot(call, runbook, snapshotId) });
  const shown = runs.map((run) => runbookRuns.show(run, call));
  return { status: 201, body: shown.length === 1 ? shown[0] : shown };
}

export function rulesOf(call: Call, runbook: Resource): TenancyRules {
  return {
    project: projectOfDocument(call, runbook),
    mode: textOf(runbook, "MultiTenancyMode"),
    subject: `the runbook '${textOf(runbook, "Name")}'`,
  };
}

/**
 * The snapshot that was named, else the published one (docs, runbook runs: "will attempt to use the published snapshot"), else a fresh one
 * with the newest packages, which is what the portal makes for a draft run. That the executions API makes one, too, is assumed; the
 * community step "Run Octopus Deploy Runbook" makes it by itself before it asks for a run.
 */
function chooseSnapshot(call: Call, runbook: Resource, idOrName: string): Resource {
  const published = call.model.collection("runbooksnapshots").find(textOf(runbook, "PublishedRunbookSnapshotId"));
  const named = idOrName === "" ? published : findSnapshot(call, runbook, idOrName);
  // Assumed: 400, as for the other names of the executions API.
  if (named === undefined && idOrName !== "")
    throw badRequest(`The snapshot '${idOrName}' of the runbook '${textOf(runbook, "Name")}' does not exist.`);
  // Source: docs, runbook publishing: whoever may run but not edit a runbook always runs the published snapshot.
  if (named === undefined || named.Id !== published?.Id)
    requirePermission(call, snapshotPermission(call), { kind: "runbooks", resource: runbook });
  return named ?? createSnapshot(call, { runbook });
}

interface RunOptions {
  runbook: Resource;
  request: ExecutionRequest;
  /** Called after everything else was checked, so that a refused run leaves no snapshot behind. */
  snapshot: () => Resource;
}

/** Starts one run for each environment and tenant; the runbook may be one in Git. */
export function startRuns(call: Call, { runbook, request, snapshot: choose }: RunOptions): Resource[] {
  const project = projectOfDocument(call, runbook);
  checkProjectIsEnabled(project);
  const pairs = pairsOf(request, project);
  for (const { environment, tenant } of pairs) {
    checkEnvironment(call, runbook, environment);
    const scope = scopeOfPlace(call, { project, environment, tenant });
    requirePermission(call, "RunbookRunCreate", { kind: "runbookruns", resource: scope });
  }
  if (pairs.length === 0) return [];
  const snapshot = choose();
  const process = call.model.collection("runbookprocesses").find(snapshotOf(snapshot).FrozenProcessId) ?? {};
  const documents = pairs.map(({ environment, tenant }) => ({
    environment,
    tenant,
    fields: executionFields(call, request, { frozen: snapshot, process, environment, tenant }),
  }));
  return documents.map(({ environment, tenant, fields }) =>
    startRun(call, { runbook, project, snapshot, environment, tenant, fields }),
  );
}

interface StartOptions extends ExecutionPlace {
  runbook: Resource;
  snapshot: Resource;
  fields: Fields;
}

function startRun(call: Call, { runbook, project, snapshot, environment, tenant, fields }: StartOptions): Resource {
  const run = call.model.collection("runbookruns").add({
    ...fields,
    Name: `Run ${textOf(runbook, "Name")} in ${textOf(environment, "Name")}`,
    ProjectId: project.Id,
    RunbookId: runbook.Id,
    RunbookName: textOf(runbook, "Name"),
    RunbookSnapshotId: snapshot.Id,
    FrozenRunbookProcessId: fields["FrozenProcessId"],
  });
  queueExecution(call, run, {
    place: { project, environment, tenant },
    task: { name: "RunbookRun", argument: "RunbookRunId" },
    description: `Run runbook ${textOf(runbook, "Name")} snapshot ${textOf(snapshot, "Name")} of project ${textOf(project, "Name")} in`,
    runbookId: runbook.Id,
  });
  return run;
}

/** Source: docs, runbooks: run environments ("all, specific, or those of the project's lifecycles"); the sentence is assumed. */
function checkEnvironment(call: Call, runbook: Resource, environment: Resource): void {
  if (runbookEnvironments(call.model, runbook).some((allowed) => allowed.Id === environment.Id)) return;
  throw badRequest(
    `The runbook '${textOf(runbook, "Name")}' cannot run in the environment '${textOf(environment, "Name")}'.`,
  );
}

function pageWhere(call: Call, field: string, id: string): Fields {
  return runbookRuns.page(
    runbookRuns.list(call).filter((run) => run[field] === id),
    call,
  );
}

/** The snapshot that a path names. */
export function snapshotOfPath(call: Call): Resource {
  return runbookSnapshots.find(call.params["snapshot"] ?? "", call);
}

function runLinks(self: string, run: Resource): Record<string, string> {
  const space = self.slice(0, self.indexOf("/runbookRuns/"));
  return {
    Project: `${space}/projects/${textOf(run, "ProjectId")}`,
    Runbook: `${space}/runbooks/${textOf(run, "RunbookId")}`,
    RunbookSnapshot: `${space}/runbookSnapshots/${textOf(run, "RunbookSnapshotId")}`,
    Environment: `${space}/environments/${textOf(run, "EnvironmentId")}`,
    Task: `/api/tasks/${textOf(run, "TaskId")}`,
    Artifacts: `${space}/artifacts?regarding=${run.Id}`,
    Interruptions: `${space}/interruptions?regarding=${run.Id}`,
  };
}
