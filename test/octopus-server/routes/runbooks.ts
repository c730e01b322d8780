import { scopingEnvironments } from "../model/environment-kinds.ts";
import type { Resource } from "../model/collection.ts";
import { fieldsOf, listOf, propertyOf, textOf, textsOf, type Fields } from "../model/fields.ts";
import type { OctopusModel } from "../model/model.ts";
import { findProcess, normalizeSteps, processIdOf } from "../model/processes.ts";
import { environmentsInOrder, lifecycleEnvironmentIds, lifecycleOf } from "../model/progression.ts";
import { removeWithSnapshots } from "../model/snapshots.ts";
import { requireBody } from "./binding.ts";
import { createCrud } from "./crud.ts";
import { requireDatabase } from "./git-version.ts";
import { projectOf } from "./projects.ts";
import { badRequest, notFound, type Answer, type Call, type Route } from "./route.ts";

const tenancyModes = ["Untenanted", "TenantedOrUntenanted", "Tenanted"];
const environmentScopes = ["All", "FromProjectLifecycles", "Specified"];
const guidedFailureModes = ["EnvironmentDefault", "Off", "On"];

/** Of a runbook in the database and of one in Git. */
export const runbookFields: Fields = {
  Name: "",
  Description: null,
  ProjectId: "",
  MultiTenancyMode: "Untenanted",
  EnvironmentScope: "All",
  Environments: [],
  DefaultGuidedFailureMode: "Off",
  ConnectivityPolicy: {
    AllowDeploymentsToNoTargets: true,
    ExcludeUnhealthyTargets: false,
    SkipMachineBehavior: "None",
    TargetRoles: [],
  },
  RunRetentionPolicy: { Strategy: "Default", QuantityToKeep: 100, Unit: "Items", ShouldKeepForever: false },
  CancelQueuedTasks: false,
  CancelRunningTasks: false,
  FailTargetDiscovery: false,
  ForcePackageDownload: false,
  RunbookTags: [],
  PublishedRunbookSnapshotId: null,
};

/** Docs, runbooks: what a POST does not know, and a PUT does. */
const untold: Fields = { CancelQueuedTasks: false, CancelRunningTasks: false, FailTargetDiscovery: false };

export const runbooks = createCrud({
  kind: "runbooks",
  path: "/api/{space}/runbooks",
  itemType: "Runbook",
  noun: "runbook",
  fields: (_sent, _call, stored) => ({ ...runbookFields, ...keptSwitches(stored) }),
  naming: { uniqueWithin: ["ProjectId"] },
  references: {
    ProjectId: "projects",
    Environments: scopingEnvironments,
    PublishedRunbookSnapshotId: "runbooksnapshots",
  },
  kept: ["ProjectId", "RunbookProcessId"],
  defaults: (fields, _call, stored) => ({
    ...(stored === undefined ? untold : {}),
    PublishedRunbookSnapshotId: textOf(fields, "PublishedRunbookSnapshotId") || null,
    RunbookProcessId: null,
  }),
  validate: validateRunbook,
  saved: (runbook, call, stored) => {
    if (stored === undefined) addProcess(call.model, runbook);
  },
  removed: (runbook, call) => removeRunbookDocuments(call.model, runbook),
  links: runbookLinks,
  filters: { projectIds: (runbook, value) => value.split(",").includes(textOf(runbook, "ProjectId")) },
  permissions: { view: "RunbookView", create: "RunbookEdit", edit: "RunbookEdit", delete: "RunbookEdit" },
  bySlug: true,
});

/** Docs, runbooks: a PUT that leaves these out lets them stay; all else that it leaves out is reset. */
export function keptSwitches(stored: Fields | undefined): Fields {
  return Object.fromEntries(["CancelQueuedTasks", "CancelRunningTasks"].map((name) => [name, stored?.[name] === true]));
}

/** The runbook that a path names by id or slug, inside the project that it names, if it does. */
export function runbookOf(call: Call): Resource {
  const idOrSlug = call.params["runbook"] ?? "";
  if (call.params["project"] === undefined) return runbooks.find(idOrSlug, call);
  const project = projectOf(call);
  const bySlug = runbooksOf(call.model, project).find((runbook) => runbook["Slug"] === idOrSlug.toLowerCase());
  const found = runbooks.find(bySlug?.Id ?? idOrSlug, call);
  if (found["ProjectId"] !== project.Id) throw notFound();
  return found;
}

/** A runbook of a project by id, slug or name. @throws a 404 */
export function findRunbookByName(call: Call, project: Resource, idOrName: string): Resource {
  const wanted = idOrName.toLowerCase();
  const found = runbooksOf(call.model, project).find((runbook) =>
    [runbook.Id, textOf(runbook, "Slug"), textOf(runbook, "Name")].some((name) => name.toLowerCase() === wanted),
  );
  if (found === undefined) throw notFound();
  return runbooks.find(found.Id, call);
}

export function runbooksOf(model: OctopusModel, project: Resource): Resource[] {
  return model
    .collection("runbooks")
    .listInSpace(textOf(project, "SpaceId"), (runbook) => runbook["ProjectId"] === project.Id);
}

/** The environments that a runbook may run in, in their order. */
export function runbookEnvironments(model: OctopusModel, runbook: Resource): Resource[] {
  const all = environmentsInOrder(model, textOf(runbook, "SpaceId"));
  if (runbook["EnvironmentScope"] === "All") return all;
  const allowed = new Set(
    runbook["EnvironmentScope"] === "Specified"
      ? textsOf(runbook, "Environments")
      : lifecycleEnvironments(model, runbook),
  );
  return all.filter((environment) => allowed.has(environment.Id));
}

export const runbookRoutes: Route[] = [
  {
    method: "POST",
    path: "/api/{space}/runbooks",
    handle: (call) => ({ status: 201, body: runbooks.show(createOrClone(call, call.body), call) }),
  },
  ...runbooks.routes.filter((route) => route.method !== "POST"),
  { method: "GET", path: "/api/{space}/runbooks/{runbook}/environments", handle: listEnvironments },
  {
    method: "GET",
    path: "/api/{space}/projects/{project}/runbooks",
    handle: (call) => ({ body: listOfProject(call) }),
  },
  {
    method: "GET",
    path: "/api/{space}/projects/{project}/runbooks/all",
    until: "2026.2",
    source: "Octopus's issue 9933; that it was off from 2024 on unless somebody turned it on (8669) is left out",
    handle: listAllOfProject,
  },
  {
    method: "GET",
    path: "/api/{space}/projects/{project}/runbooks/all/v2",
    handle: (call) => ({ body: { Runbooks: listAllOfProject(call).body } }),
  },
  {
    method: "POST",
    path: "/api/{space}/projects/{project}/runbooks",
    handle: (call) => ({ status: 201, body: runbooks.show(createOrClone(call, withProject(call)), call) }),
  },
  {
    method: "GET",
    path: "/api/{space}/projects/{project}/runbooks/{runbook}",
    handle: (call) => ({ body: runbooks.show(runbookOf(call), call) }),
  },
  {
    method: "PUT",
    path: "/api/{space}/projects/{project}/runbooks/{runbook}",
    handle: (call) => ({ body: runbooks.show(runbooks.replace(runbookOf(call), withProject(call), call), call) }),
  },
  {
    method: "DELETE",
    path: "/api/{space}/projects/{project}/runbooks/{runbook}",
    handle: (call) => {
      runbooks.remove(runbookOf(call), call);
      return { body: {} };
    },
  },
  { method: "GET", path: "/api/{space}/projects/{project}/runbooks/{runbook}/environments", handle: listEnvironments },
];

/** Docs, runbooks: `Clone` copies settings, tags that are not sent, and process (its triggers are not copied here); old clients say it in the query. */
function createOrClone(call: Call, body: unknown): Resource {
  const sent = requireBody(body);
  const sourceId = call.query.get("clone") || textOf({ Clone: propertyOf(sent, "Clone") }, "Clone");
  if (!sourceId) return runbooks.create(body, call);
  const original = runbooks.find(sourceId, call);
  const { Slug: _, PublishedRunbookSnapshotId: __, ...settings } = original;
  const own = ["Name", "Description", "ProjectId", "Slug", "RunbookTags"].flatMap((name) => {
    const value = propertyOf(sent, name);
    return value === undefined || value === null ? [] : [[name, value] as const];
  });
  const created = runbooks.create({ ...settings, ...Object.fromEntries(own) }, call);
  const source = findProcess(call.model, { kind: "runbookprocesses", ownerId: original.Id });
  const copy = findProcess(call.model, { kind: "runbookprocesses", ownerId: created.Id });
  const steps = listOf(source ?? {}, "Steps");
  if (copy !== undefined) copy["Steps"] = normalizeSteps(structuredClone(steps), steps);
  return created;
}

function withProject(call: Call): unknown {
  return typeof call.body === "object" && call.body !== null
    ? { ...call.body, ProjectId: projectOf(call).Id }
    : call.body;
}

function ownRunbooks(call: Call): Resource[] {
  const project = projectOf(call);
  return runbooks.list(call).filter((runbook) => runbook["ProjectId"] === project.Id);
}

function listAllOfProject(call: Call): Answer {
  return { body: ownRunbooks(call).map((runbook) => runbooks.show(runbook, call)) };
}

function listOfProject(call: Call): Fields {
  return runbooks.page(ownRunbooks(call), call, `/api/${call.space.Id}/projects/${projectOf(call).Id}/runbooks`);
}

function listEnvironments(call: Call): { body: unknown } {
  const environments = runbookEnvironments(call.model, runbookOf(call));
  return {
    body: environments.map((environment) => ({
      ...environment,
      Links: { Self: `/api/${call.space.Id}/environments/${environment.Id}` },
    })),
  };
}

function lifecycleEnvironments(model: OctopusModel, runbook: Resource): string[] {
  const project = model.collection("projects").find(textOf(runbook, "ProjectId"));
  if (project === undefined) return [];
  const channels = model
    .collection("channels")
    .listInSpace(textOf(project, "SpaceId"), (channel) => channel["ProjectId"] === project.Id);
  return [undefined, ...channels].flatMap((channel) => {
    const lifecycle = lifecycleOf(model, { project, channel });
    return lifecycle === undefined ? [] : lifecycleEnvironmentIds(model, lifecycle);
  });
}

function validateRunbook(fields: Fields, call: Call, stored: Resource | undefined): void {
  // Assumed: status and sentence.
  if (textOf(fields, "ProjectId") === "") throw badRequest("Please provide a value for ProjectId.");
  const project = call.model.collection("projects").find(textOf(fields, "ProjectId"));
  if (project !== undefined) requireDatabase(project);
  checkRunbookChoices(fields);
  if (stored !== undefined) checkTriggers(fields, call, stored);
  const snapshot = call.model.collection("runbooksnapshots").find(textOf(fields, "PublishedRunbookSnapshotId"));
  // Assumed: only a snapshot of this runbook can be published.
  if (snapshot !== undefined && snapshot["RunbookId"] !== stored?.Id)
    throw badRequest(`The runbook snapshot '${snapshot.Id}' belongs to another runbook.`);
}

/** Docs, runbooks: an environment that a trigger runs in cannot be taken from its runbook; the sentence is assumed. */
function checkTriggers(fields: Fields, { model, space }: Call, stored: Resource): void {
  const before = new Set(runbookEnvironments(model, stored).map((environment) => environment.Id));
  const after = new Set(runbookEnvironments(model, { ...stored, ...fields }).map((environment) => environment.Id));
  for (const trigger of model.collection("projecttriggers").listInSpace(space.Id)) {
    const action = fieldsOf(trigger, "Action");
    const lost = textsOf(action, "EnvironmentIds").find((id) => before.has(id) && !after.has(id));
    if (action["RunbookId"] !== stored.Id || lost === undefined) continue;
    const name = textOf(model.collection("environments").find(lost) ?? {}, "Name");
    throw badRequest(`The environment '${name}' is used by the trigger '${textOf(trigger, "Name")}'.`);
  }
}

/** Source of the choices: go-octopusdeploy's `oneof` rules; the sentences are assumed. @throws a 400 */
export function checkRunbookChoices(fields: Fields): void {
  const choices = {
    MultiTenancyMode: tenancyModes,
    EnvironmentScope: environmentScopes,
    DefaultGuidedFailureMode: guidedFailureModes,
  };
  for (const [field, allowed] of Object.entries(choices)) {
    if (!allowed.includes(textOf(fields, field)))
      throw badRequest(`The ${field} '${textOf(fields, field)}' is not valid.`);
  }
}

function addProcess(model: OctopusModel, runbook: Resource): void {
  const process = model.collection("runbookprocesses").add({
    Id: processIdOf({ kind: "runbookprocesses", ownerId: runbook.Id }),
    SpaceId: runbook["SpaceId"],
    ProjectId: runbook["ProjectId"],
    RunbookId: runbook.Id,
    Version: 0,
    Steps: [],
    LastSnapshotId: null,
  });
  runbook["RunbookProcessId"] = process.Id;
}

function removeRunbookDocuments(model: OctopusModel, runbook: Resource): void {
  removeWithSnapshots(model, "runbookprocesses", processIdOf({ kind: "runbookprocesses", ownerId: runbook.Id }));
  for (const kind of ["runbooksnapshots", "runbookruns"] as const) {
    for (const document of model.collection(kind).list((candidate) => candidate["RunbookId"] === runbook.Id))
      model.collection(kind).remove(document.Id);
  }
}

function runbookLinks(self: string, runbook: Resource): Record<string, string> {
  const space = self.slice(0, self.indexOf("/runbooks/"));
  const project = `${space}/projects/${textOf(runbook, "ProjectId")}`;
  return {
    Project: project,
    RunbookProcesses: `${space}/runbookProcesses/${processIdOf({ kind: "runbookprocesses", ownerId: runbook.Id })}`,
    RunbookSnapshots: `${project}/runbooks/${runbook.Id}/runbookSnapshots{/name}{?skip,take,searchByName}`,
    RunbookSnapshotTemplate: `${self}/runbookSnapshotTemplate`,
    RunbookRunTemplate: `${self}/runbookRunTemplate`,
    RunbookEnvironments: `${self}/environments`,
    RunbookRunPreview: `${self}/runbookRuns/preview/{environment}{?includeDisabledSteps}`,
    Progression: `${space}/progression/runbooks/${runbook.Id}`,
    TaskRunDashboardItemsTemplate: `${self}/taskRuns{?skip,take,ids}`,
  };
}
