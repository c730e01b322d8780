import { createHash } from "node:crypto";
import type { Resource } from "../model/collection.ts";
import { listOf, propertyOf, textOf, type Fields } from "../model/fields.ts";
import { selectPackages } from "../model/package-selection.ts";
import { findProcess, packageReferencesIn } from "../model/processes.ts";
import { isSince } from "../model/server-version.ts";
import {
  concurrencyTokenOf,
  freezeVariableSets,
  shortCode,
  snapshotFieldsOf,
  takeSnapshot,
  takeSnapshotOf,
} from "../model/snapshots.ts";
import { requirePermission } from "./access.ts";
import { recordDeed } from "./audit.ts";
import { requireBody } from "./binding.ts";
import { createCrud } from "./crud.ts";
import { projectOf } from "./projects.ts";
import { badRequest, notFound, type Call, type Route } from "./route.ts";
import { runbookOf, runbooks } from "./runbooks.ts";
import { checkConcurrencyToken } from "./stale-version.ts";
import { templatePackages } from "./template-packages.ts";

export const runbookSnapshots = createCrud({
  kind: "runbooksnapshots",
  path: "/api/{space}/runbookSnapshots",
  itemType: "RunbookSnapshot",
  noun: "runbook snapshot",
  fields: { Name: "", Notes: null },
  naming: { slugs: false, uniqueWithin: ["RunbookId"] },
  kept: [
    "ProjectId",
    "RunbookId",
    "Assembled",
    "FrozenRunbookProcessId",
    "FrozenProjectVariableSetId",
    "ProjectVariableSetSnapshotId",
    "LibraryVariableSetSnapshotIds",
    "SelectedPackages",
    "SelectedGitResources",
    "GitReference",
  ],
  removed: (snapshot, call) => removeRuns(snapshot, call),
  inUse: (snapshot, call) =>
    // Assumed: the published snapshot stays.
    call.model
      .collection("runbooks")
      .listInSpace(call.space.Id, (runbook) => runbook["PublishedRunbookSnapshotId"] === snapshot.Id).length > 0
      ? "The published runbook snapshot cannot be deleted."
      : undefined,
  links: snapshotLinks,
  view: (shown, snapshot) => ({ ...shown, VariableSnapshotConcurrencyToken: concurrencyTokenOf(snapshot) }),
  sortBy: "newest",
  permissions: { view: "RunbookView", create: "RunbookEdit", edit: "RunbookEdit", delete: "RunbookEdit" },
  without: ["all", "create"],
});

export interface NewSnapshot {
  runbook: Resource;
  name?: string;
  notes?: string | null;
  selectedPackages?: readonly Fields[];
  packageOverrides?: readonly string[];
  defaultPackageVersion?: string;
  /** For a runbook in Git: its process and the variables at a commit. */
  git?: { process: Resource; variables: Resource; reference: Fields };
}

/** Freezes a runbook: its process, the variables it may use, and the packages that were chosen or are the newest. @throws a 400 that names missing packages */
export function createSnapshot(
  call: Call,
  {
    runbook,
    name,
    notes = null,
    selectedPackages = [],
    packageOverrides = [],
    defaultPackageVersion,
    git,
  }: NewSnapshot,
): Resource {
  const { model } = call;
  const owner = { kind: "runbookprocesses", ownerId: runbook.Id } as const;
  const project = model.collection("projects").find(textOf(runbook, "ProjectId"));
  const process = git?.process ?? findProcess(model, owner);
  if (project === undefined || process === undefined) throw notFound();
  const packages = selectPackages(model, packageReferencesIn(process), {
    spaceId: call.space.Id,
    selected: selectedPackages,
    overrides: packageOverrides,
    ...(defaultPackageVersion === undefined ? {} : { defaultVersion: defaultPackageVersion }),
  });
  if (packages.problems.length > 0) throw badRequest(...packages.problems);
  const snapshot =
    git === undefined
      ? takeSnapshot(model, { project, owner })
      : takeSnapshotOf(model, { project, kind: owner.kind, ...git });
  const frozen = snapshotFieldsOf(snapshot);
  return model.collection("runbooksnapshots").add({
    SpaceId: call.space.Id,
    ProjectId: project.Id,
    RunbookId: runbook.Id,
    Name: name ?? nextSnapshotName(call, runbook),
    Notes: notes,
    Assembled: model.now().toISOString(),
    FrozenRunbookProcessId: snapshot.FrozenProcessId,
    FrozenProjectVariableSetId: frozen.project,
    ProjectVariableSetSnapshotId: frozen.project,
    LibraryVariableSetSnapshotIds: frozen.libraries,
    SelectedPackages: packages.selected,
    SelectedGitResources: [],
    GitReference: git?.reference ?? null,
  });
}

/** `Snapshot 7K2QMX3`, as the portal proposes it (CLI help: "Snapshot 40C9ENM"); the same state proposes the same name. */
export function nextSnapshotName(call: Call, runbook: Resource): string {
  const count = call.model
    .collection("runbooksnapshots")
    .list((snapshot) => snapshot["RunbookId"] === runbook.Id).length;
  const digest = (salt: string): string =>
    shortCode(createHash("sha256").update(`${runbook.Id} ${count} ${salt}`).digest("hex"));
  return `Snapshot ${digest("name")}${digest("more").slice(0, 2)}`;
}

/** A snapshot of a runbook by id or name. */
export function findSnapshot(call: Call, runbook: Resource, idOrName: string): Resource | undefined {
  const wanted = idOrName.toLowerCase();
  const own = call.model
    .collection("runbooksnapshots")
    .listInSpace(call.space.Id, (snapshot) => snapshot["RunbookId"] === runbook.Id);
  return own.find(
    (snapshot) => snapshot.Id.toLowerCase() === wanted || textOf(snapshot, "Name").toLowerCase() === wanted,
  );
}

export const runbookSnapshotRoutes: Route[] = [
  { method: "POST", path: "/api/{space}/runbookSnapshots", handle: create },
  ...runbookSnapshots.routes,
  { method: "POST", path: "/api/{space}/runbookSnapshots/{id}/snapshot-variables", handle: updateVariables },
  { method: "POST", path: "/api/{space}/projects/{project}/runbookSnapshots", handle: create },
  {
    method: "GET",
    path: "/api/{space}/projects/{project}/runbookSnapshots",
    handle: (call) => ({ body: pageOfProject(call, projectOf(call)) }),
  },
  {
    method: "GET",
    path: "/api/{space}/projects/{project}/runbookSnapshots/{name}",
    handle: (call) => ({ body: runbookSnapshots.show(inProject(call), call) }),
  },
  {
    method: "PUT",
    path: "/api/{space}/projects/{project}/runbookSnapshots/{name}",
    handle: (call) => ({
      body: runbookSnapshots.show(runbookSnapshots.replace(inProject(call), call.body, call), call),
    }),
  },
  {
    method: "DELETE",
    path: "/api/{space}/projects/{project}/runbookSnapshots/{name}",
    handle: (call) => {
      runbookSnapshots.remove(inProject(call), call);
      return { body: {} };
    },
  },
  {
    method: "GET",
    path: "/api/{space}/projects/{project}/runbooks/{runbook}/runbookSnapshots",
    handle: (call) => ({ body: pageOfRunbook(call) }),
  },
  {
    method: "GET",
    path: "/api/{space}/runbooks/{runbook}/runbookSnapshots",
    handle: (call) => ({ body: pageOfRunbook(call) }),
  },
  {
    method: "GET",
    path: "/api/{space}/runbooks/{runbook}/runbookSnapshotTemplate",
    handle: (call) => ({ body: templateOf(call) }),
  },
  {
    method: "GET",
    path: "/api/{space}/projects/{project}/runbooks/{runbook}/runbookSnapshotTemplate",
    handle: (call) => ({ body: templateOf(call) }),
  },
];

/**
 * Who may freeze a runbook. Source: Issues 10170, which gave it a permission of its own in 2026.3; that `RunbookEdit` alone is not enough
 * then, and that publishing wants no more, is assumed.
 */
export function snapshotPermission({ model }: Call): string {
  return isSince(model.version, "2026.3") ? "RunbookSnapshotCreate" : "RunbookEdit";
}

function create(call: Call): { status: number; body: unknown } {
  const sent = requireBody(call.body);
  const text = (name: string): string => textOf({ value: propertyOf(sent, name) }, "value");
  const runbook = runbooks.find(text("RunbookId"), call);
  requirePermission(call, snapshotPermission(call), { kind: "runbooks", resource: runbook });
  const project = call.params["project"] === undefined ? text("ProjectId") : projectOf(call).Id;
  // Assumed: the project must be the runbook's own.
  if (project !== "" && project !== runbook["ProjectId"])
    throw badRequest(`The runbook '${runbook.Id}' does not belong to the project '${project}'.`);
  checkName(call, runbook, text("Name"));
  const snapshot = createSnapshot(call, {
    runbook,
    name: text("Name"),
    notes: text("Notes") || null,
    selectedPackages: listOf({ value: propertyOf(sent, "SelectedPackages") }, "value"),
  });
  // Docs, runbook snapshots: "Publishes the snapshot when set to any non-blank value."
  const publish = call.query.get("publish") ?? String(propertyOf(sent, "Publish") ?? "");
  if (publish.trim() !== "") runbook["PublishedRunbookSnapshotId"] = snapshot.Id;
  recordDeed(call, snapshot, { category: "Created", message: `Runbook snapshot ${text("Name")} was created` });
  return { status: 201, body: runbookSnapshots.show(snapshot, call) };
}

/** Docs: Name is required, at least one character; that it is unique within the runbook is assumed. */
function checkName(call: Call, runbook: Resource, name: string): void {
  if (name.trim() === "") throw badRequest("Please provide a value for Name.");
  if (findSnapshot(call, runbook, name) !== undefined)
    throw badRequest("A runbook snapshot with this name already exists. Please choose a different name.");
}

/** Takes the variables anew, leaving process and packages as they were (CLI `runbook snapshot snapshot-variables`). */
function updateVariables(call: Call): { body: unknown } {
  const snapshot = runbookSnapshots.find(call.params["id"] ?? "", call);
  requirePermission(call, "RunbookEdit", { kind: "runbooksnapshots", resource: snapshot });
  const project = call.model.collection("projects").find(textOf(snapshot, "ProjectId"));
  if (project === undefined) throw notFound();
  checkConcurrencyToken(call, snapshot);
  const process = findProcess(call.model, { kind: "runbookprocesses", ownerId: textOf(snapshot, "RunbookId") });
  // Docs, runbook snapshots: the process must be as it was; one in Git is not looked into, and the sentence is assumed.
  const frozen = call.model.collection("runbookprocesses").find(textOf(snapshot, "FrozenRunbookProcessId"));
  if (process !== undefined && process["Version"] !== frozen?.["Version"])
    throw badRequest("The variables cannot be updated because the process of the runbook has changed.");
  const [own = "", ...libraries] = freezeVariableSets(call.model, project);
  Object.assign(snapshot, {
    FrozenProjectVariableSetId: own,
    ProjectVariableSetSnapshotId: own,
    LibraryVariableSetSnapshotIds: libraries,
  });
  return { body: runbookSnapshots.show(snapshot, call) };
}

function pageOfProject(call: Call, project: Resource): Fields {
  const own = runbookSnapshots
    .list(call)
    .filter((snapshot) => snapshot["ProjectId"] === project.Id && isSearched(call, snapshot));
  return runbookSnapshots.page(own, call, `/api/${call.space.Id}/projects/${project.Id}/runbookSnapshots`);
}

function pageOfRunbook(call: Call): Fields {
  const runbook = runbookOf(call);
  const own = runbookSnapshots
    .list(call)
    .filter((snapshot) => snapshot["RunbookId"] === runbook.Id && isSearched(call, snapshot));
  return runbookSnapshots.page(
    own,
    call,
    `/api/${call.space.Id}/projects/${textOf(runbook, "ProjectId")}/runbooks/${runbook.Id}/runbookSnapshots`,
  );
}

function isSearched(call: Call, snapshot: Resource): boolean {
  const wanted = call.query.get("searchByName")?.toLowerCase() ?? "";
  return textOf(snapshot, "Name").toLowerCase().includes(wanted);
}

function inProject(call: Call): Resource {
  const project = projectOf(call);
  const wanted = (call.params["name"] ?? "").toLowerCase();
  const own = call.model
    .collection("runbooksnapshots")
    .listInSpace(call.space.Id, (snapshot) => snapshot["ProjectId"] === project.Id);
  const found =
    own.find((snapshot) => snapshot.Id.toLowerCase() === wanted) ??
    own.find((snapshot) => textOf(snapshot, "Name").toLowerCase() === wanted);
  return runbookSnapshots.find(found?.Id ?? "", call);
}

function templateOf(call: Call): Fields {
  const runbook = runbookOf(call);
  const project = call.model.collection("projects").find(textOf(runbook, "ProjectId"));
  const process = findProcess(call.model, { kind: "runbookprocesses", ownerId: runbook.Id });
  if (project === undefined || process === undefined) throw notFound();
  const published = call.model.collection("runbooksnapshots").find(textOf(runbook, "PublishedRunbookSnapshotId"));
  return {
    Id: null,
    RunbookId: runbook.Id,
    RunbookProcessId: process.Id,
    NextNameIncrement: nextSnapshotName(call, runbook),
    Packages: templatePackages(call, {
      references: packageReferencesIn(process),
      lastSelected: listOf(published ?? {}, "SelectedPackages"),
      project,
    }),
    GitResources: [],
    Links: { Self: `/api/${call.space.Id}/runbooks/${runbook.Id}/runbookSnapshotTemplate` },
  };
}

function removeRuns(snapshot: Resource, call: Call): void {
  for (const run of call.model
    .collection("runbookruns")
    .list((candidate) => candidate["RunbookSnapshotId"] === snapshot.Id))
    call.model.collection("runbookruns").remove(run.Id);
}

function snapshotLinks(self: string, snapshot: Resource): Record<string, string> {
  const space = self.slice(0, self.indexOf("/runbookSnapshots/"));
  return {
    Project: `${space}/projects/${textOf(snapshot, "ProjectId")}`,
    Runbook: `${space}/runbooks/${textOf(snapshot, "RunbookId")}`,
    ProjectVariableSnapshot: `${space}/variables/${textOf(snapshot, "ProjectVariableSetSnapshotId")}`,
    RunbookProcessSnapshot: `${space}/runbookProcesses/${textOf(snapshot, "FrozenRunbookProcessId")}`,
    SnapshotVariables: `${self}/snapshot-variables`,
    RunbookRuns: `${self}/runbookRuns`,
    RunbookRunTemplate: `${self}/runbookRuns/template`,
    RunbookRunPreview: `${self}/runbookRuns/preview/{environment}{?includeDisabledSteps}`,
  };
}
