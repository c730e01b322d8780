import type { Resource } from "../model/collection.ts";
import { textOf, type Fields } from "../model/fields.ts";
import type { ServerNode } from "../model/instance.ts";
import type { OctopusModel } from "../model/model.ts";
import { pageOf } from "./paging.ts";
import { notFound, type Answer, type Call, type Route } from "./route.ts";

/** That whoever configures the server may look at its nodes is assumed (Octopus's issue 1972 says that it is a permission of its own). */
const permission = "ConfigureServer";
const path = "/api/octopusservernodes";

/** The nodes of the cluster; the first one is that which answers. */
export const octopusServerNodesRoutes: Route[] = [
  { method: "GET", path, permission, handle: (call) => ({ body: listPage(call) }) },
  { method: "GET", path: `${path}/all`, permission, handle: ({ model }) => ({ body: model.instance.nodes.map(show) }) },
  {
    method: "GET",
    path: `${path}/summary`,
    permission,
    handle: ({ model }) => ({
      body: { Nodes: model.instance.nodes.map((node, index) => summarize(model, node, index)) },
    }),
  },
  { method: "GET", path: `${path}/ping`, anonymous: true, handle: ({ model }) => ping(model) },
  { method: "GET", path: `${path}/{id}`, permission, handle: (call) => ({ body: show(find(call)) }) },
  {
    method: "GET",
    path: `${path}/{id}/details`,
    permission,
    handle: (call) => ({ body: { Id: idOf(find(call)), RunningTasks: runningOn(call.model, find(call)), Links: {} } }),
  },
];

function idOf({ name }: ServerNode): string {
  return `OctopusServerNodes-${name}`;
}

function find({ model, params }: Call): ServerNode {
  const found = model.instance.nodes.find((node) => idOf(node).toLowerCase() === params["id"]?.toLowerCase());
  if (found === undefined) throw notFound();
  return found;
}

function listPage(call: Call): Fields {
  const part = call.query.get("partialName")?.toLowerCase() ?? "";
  const nodes = call.model.instance.nodes.filter(({ name }) => name.toLowerCase().includes(part));
  return pageOf(nodes.map(show), call, { itemType: "OctopusServerNode", path, show: (node) => node });
}

function show(node: ServerNode): Resource {
  return {
    Id: idOf(node),
    Name: node.name,
    MaxConcurrentTasks: node.maxConcurrentTasks,
    IsInMaintenanceMode: node.isInMaintenance,
    Links: { Self: `${path}/${idOf(node)}` },
  };
}

function summarize(model: OctopusModel, node: ServerNode, index: number): Fields {
  const { Links: _, ...shown } = show(node);
  return {
    ...shown,
    IsOffline: node.isOffline,
    LastSeen: node.lastSeen ?? model.now().toISOString(),
    MaxSqlConnectionPoolSize: 100,
    RecommendedMaxSqlConnectionPoolSize: 100,
    RunningTaskCount: runningOn(model, node, index),
    Version: model.version,
  };
}

/** Tasks that name no node run on the first one. */
function runningOn(model: OctopusModel, { name }: ServerNode, index = 0): number {
  const isHere = (task: Resource): boolean =>
    textOf(task, "ServerNode") === ""
      ? index === 0
      : [name, `OctopusServerNodes-${name}`].includes(textOf(task, "ServerNode"));
  return model.collection("tasks").choose([
    { by: "text", name: "State", accepts: (state) => state === "Executing" },
    { by: "document", accepts: isHere },
  ]).length;
}

/** Docs: 418 when the node drains or is offline. */
function ping(model: OctopusModel): Answer {
  const [node] = model.instance.nodes;
  if (node === undefined) throw notFound();
  const {
    MaxSqlConnectionPoolSize: _,
    RecommendedMaxSqlConnectionPoolSize: __,
    RunningTaskCount: ___,
    ...shown
  } = summarize(model, node, 0);
  return {
    status: node.isOffline || node.isInMaintenance ? 418 : 200,
    body: { ...shown, Links: { Self: `${path}/ping` } },
  };
}
