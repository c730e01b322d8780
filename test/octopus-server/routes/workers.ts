import { machineFields } from "../model/endpoints.ts";
import { textsOf, type Fields } from "../model/fields.ts";
import { createCrud } from "./crud.ts";
import {
  checkStyle,
  machineDefaults,
  machineDetailRoutes,
  machineFilters,
  machineReferences,
  secretsOfEndpoint,
} from "./machine-rules.ts";
import { badRequest, type Route } from "./route.ts";

const workers = createCrud({
  kind: "workers",
  path: "/api/{space}/workers",
  itemType: "Worker",
  noun: "worker",
  fields: { ...machineFields, WorkerPoolIds: [] },
  sensitiveFields: secretsOfEndpoint,
  references: {
    WorkerPoolIds: "workerpools",
    ...machineReferences,
  },
  defaults: machineDefaults,
  // Source: the reference's PUT does not have it.
  kept: ["SkipInitialHealthCheck"],
  validate: checkWorker,
  filters: {
    ...machineFilters,
    workerPoolIds: (worker, value) => value.split(",").some((id) => textsOf(worker, "WorkerPoolIds").includes(id)),
  },
  links: (self) => ({ Connection: `${self}/connection` }),
  permissions: { view: "WorkerView", create: "WorkerEdit", edit: "WorkerEdit", delete: "WorkerEdit" },
});

export const workersRoutes: Route[] = [...workers.routes, ...machineDetailRoutes(workers, "/api/{space}/workers")];

/** Source: docs, worker pools: a worker is in at least one; the sentence is assumed. */
function checkWorker(fields: Fields): void {
  checkStyle(fields, "both");
  if (textsOf(fields, "WorkerPoolIds").length === 0) throw badRequest("Please provide at least one worker pool.");
}
