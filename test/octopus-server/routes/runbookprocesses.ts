import type { Resource } from "../model/collection.ts";
import { textOf, type Fields } from "../model/fields.ts";
import { isFrozen } from "../model/snapshots.ts";
import { requirePermission, visible } from "./access.ts";
import { pageOf } from "./paging.ts";
import { saveProcess } from "./process-rules.ts";
import { projectOf } from "./projects.ts";
import { notFound, type Call, type Route } from "./route.ts";

export const runbookProcessRoutes: Route[] = [
  {
    method: "GET",
    path: "/api/{space}/runbookProcesses",
    permission: "RunbookView",
    handle: (call) => ({
      body: pageOf(list(call), call, {
        itemType: "RunbookProcess",
        path: `/api/${call.space.Id}/runbookProcesses`,
        show: (process) => show(process),
      }),
    }),
  },
  { method: "GET", path: "/api/{space}/runbookProcesses/{id}", handle: (call) => ({ body: show(processById(call)) }) },
  { method: "PUT", path: "/api/{space}/runbookProcesses/{id}", handle: (call) => ({ body: save(call) }) },
  {
    method: "GET",
    path: "/api/{space}/projects/{project}/runbookProcesses/{id}",
    handle: (call) => ({ body: show(processById(call)) }),
  },
  {
    method: "PUT",
    path: "/api/{space}/projects/{project}/runbookProcesses/{id}",
    handle: (call) => ({ body: save(call) }),
  },
];

function list(call: Call): Resource[] {
  const ids = call.query.list("ids");
  const all = call.model.collection("runbookprocesses").listInSpace(call.space.Id, (process) => !isFrozen(process));
  return visible(call, all, { kind: "runbookprocesses", permission: "RunbookView" }).filter(
    (process) => ids === undefined || ids.length === 0 || ids.includes(process.Id),
  );
}

/** Also a frozen one: the CLI reads the process of a snapshot through the project. */
function processById(call: Call): Resource {
  const process = call.model.collection("runbookprocesses").find(call.params["id"] ?? "");
  if (process === undefined || process["SpaceId"] !== call.space.Id) throw notFound();
  if (call.params["project"] !== undefined && projectOf(call).Id !== process["ProjectId"]) throw notFound();
  requirePermission(call, "RunbookView", { kind: "runbookprocesses", resource: process });
  return process;
}

function save(call: Call): Fields {
  const process = processById(call);
  requirePermission(call, "RunbookEdit", { kind: "runbookprocesses", resource: process });
  // Source: docs, runbooks/runbook-permissions: a runbook's process goes "with ProcessEdit permissions"; that it wants both is assumed.
  requirePermission(call, "ProcessEdit", { kind: "runbookprocesses", resource: process });
  return show(saveProcess(process, call));
}

function show(process: Resource): Fields {
  const space = `/api/${textOf(process, "SpaceId")}`;
  return {
    ...process,
    Links: {
      Self: `${space}/runbookProcesses/${process.Id}`,
      Project: `${space}/projects/${textOf(process, "ProjectId")}`,
      Runbook: `${space}/runbooks/${textOf(process, "RunbookId")}`,
      RunbookSnapshotTemplate: `${space}/runbooks/${textOf(process, "RunbookId")}/runbookSnapshotTemplate`,
    },
  };
}
