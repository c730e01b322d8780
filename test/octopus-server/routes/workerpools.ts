import type { Resource } from "../model/collection.ts";
import { numberOf, textOf, textsOf, type Fields } from "../model/fields.ts";
import { summarizeMachines } from "../model/machine-health.ts";
import { createCrud } from "./crud.ts";
import { workersAsAsked } from "./machine-rules.ts";
import { pageOf } from "./paging.ts";
import { badRequest, type Call, type Route } from "./route.ts";
import { sortOrderRoute } from "./sort-order.ts";
import { whyUsed } from "./usage.ts";

const dynamicTypes = ["Ubuntu2204", "UbuntuDefault", "Windows2022", "WindowsDefault"];

const workerPools = createCrud({
  kind: "workerpools",
  path: "/api/{space}/workerpools",
  itemType: "WorkerPool",
  noun: "worker pool",
  fields: {
    Name: "",
    Description: "",
    IsDefault: false,
    SortOrder: 0,
    WorkerPoolType: "StaticWorkerPool",
    WorkerType: null,
  },
  defaults: (fields, call, stored) => ({
    CanAddWorkers: fields["WorkerPoolType"] === "StaticWorkerPool",
    IsDefault: fields["IsDefault"] === true || stored?.["IsDefault"] === true,
    SortOrder:
      numberOf(fields, "SortOrder") ||
      (stored === undefined
        ? call.model.collection("workerpools").listInSpace(call.space.Id).length
        : numberOf(stored, "SortOrder")),
  }),
  validate: checkPool,
  // Source: the reference's PUT has no type.
  kept: ["WorkerPoolType", "CanAddWorkers"],
  saved: moveDefault,
  // Source: docs, worker pools: there is always a default one.
  inUse: (pool, call) =>
    pool["IsDefault"] === true
      ? "The default worker pool cannot be deleted."
      : whyUsed(pool, call, ["workers", "deploymentprocesses", "runbookprocesses", "machines"]),
  sortBy: "SortOrder",
  take: 10,
  links: (self) => ({ Workers: `${self}/workers{?skip,take,partialName,isDisabled,healthStatuses,commStyles}` }),
  permissions: { view: "WorkerView", create: "WorkerEdit", edit: "WorkerEdit", delete: "WorkerEdit" },
});

const path = "/api/{space}/workerpools";

export const workerPoolsRoutes: Route[] = [
  ...workerPools.routes,
  {
    method: "GET",
    path: `${path}/dynamicworkertypes`,
    handle: () => ({ body: { Id: "DynamicWorkerTypes", WorkerTypes: dynamicTypes.map(showDynamicType), Links: {} } }),
  },
  {
    method: "GET",
    path: `${path}/supportedtypes`,
    handle: () => ({ body: { Id: null, SupportedPoolTypes: ["StaticWorkerPool", "DynamicWorkerPool"], Links: {} } }),
  },
  {
    method: "GET",
    path: `${path}/summary`,
    handle: (call) => ({ body: summary(call) }),
  },
  {
    method: "GET",
    path: `${path}/{id}/workers`,
    permission: "WorkerView",
    handle: (call) => ({ body: workersOf(call) }),
  },
  sortOrderRoute({ kind: "workerpools", path: `${path}/sortorder`, permission: "WorkerEdit" }),
];

/** Parameters that choose pools; all others choose workers, as of environments. */
function summary(call: Call): Fields {
  const workers = workersAsAsked(call);
  const own = (pool: Resource): Resource[] =>
    workers.filter((worker) => textsOf(worker, "WorkerPoolIds").includes(pool.Id));
  const hideEmpty = call.query.get("hideEmptyWorkerPools")?.toLowerCase() === "true";
  const pools = workerPools.list(call).filter((pool) => !hideEmpty || own(pool).length > 0);
  return {
    ...summarizeMachines(workers),
    WorkerPoolSummaries: pools.map((pool) => ({
      WorkerPool: workerPools.show(pool, call),
      ...summarizeMachines(own(pool)),
    })),
  };
}

/** Source: go-octopusdeploy reads these from `WorkerTypes` of one object; the CLI asks for them to make a dynamic pool. */
function showDynamicType(type: string): Fields {
  return {
    Id: type,
    Type: type,
    Description: type,
    DeprecationDateUtc: null,
    EndOfLifeDateUtc: null,
    StartDateUtc: null,
  };
}

function checkPool(fields: Fields): void {
  const type = textOf(fields, "WorkerPoolType");
  // Source: go-octopusdeploy knows these two types.
  if (type !== "StaticWorkerPool" && type !== "DynamicWorkerPool")
    throw badRequest(`The worker pool type '${type}' is not valid.`);
  // Source: the sentence is in the provider's tests.
  if (type === "DynamicWorkerPool" && !dynamicTypes.includes(textOf(fields, "WorkerType")))
    throw badRequest("The worker image specified does not exist.");
}

function moveDefault(pool: Resource, { model, space }: Call): void {
  if (pool["IsDefault"] !== true) return;
  for (const other of model
    .collection("workerpools")
    .listInSpace(space.Id, (candidate) => candidate["IsDefault"] === true && candidate.Id !== pool.Id)) {
    model.collection("workerpools").replace(other.Id, { ...other, IsDefault: false });
  }
}

function workersIn(pool: Resource, { model, space }: Call): Resource[] {
  return model
    .collection("workers")
    .listInSpace(space.Id, (worker) => textsOf(worker, "WorkerPoolIds").includes(pool.Id));
}

function workersOf(call: Call): Fields {
  const pool = workerPools.find(call.params["id"] ?? "", call);
  return pageOf(workersIn(pool, call), call, {
    itemType: "Worker",
    take: 20,
    path: `${workerPools.selfOf(pool, call)}/workers`,
    show: (worker) => ({ ...worker, Links: { Self: `/api/${call.space.Id}/workers/${worker.Id}` } }),
  });
}
