import { textOf } from "../model/fields.ts";
import type { Resource } from "../model/collection.ts";
import type { OctopusModel } from "../model/model.ts";
import type { ShownServer } from "../pages/overview.ts";
import { findShownType } from "../pages/overview.ts";
import { renderStatusPage } from "../pages/status-page.ts";
import { renderTaskPage } from "../pages/task-page.ts";
import { notFound, type Answer, type Call, type Route } from "./route.ts";

/** Another server that the page shows too. */
export interface Peer {
  name: string;
  url: string;
  model: OctopusModel;
}

export interface StatusPageOptions {
  name: string;
  peers: readonly Peer[];
}

/** For people: what is in the servers, at `/`, and each task with its log. Open to everyone on this machine, and without secrets. */
export function createStatusPageRoutes({ name, peers }: StatusPageOptions): Route[] {
  const own = ({ model }: Call): ShownServer => ({ name, url: "", model });
  const page = (call: Call): Answer => toAnswer(renderStatusPage([own(call), ...peers], call.query.get("q") ?? ""));
  return [
    { method: "GET", path: "/", anonymous: true, handle: page },
    // Where the links of logs and outputs lead on a real server: its portal.
    { method: "GET", path: "/app", anonymous: true, handle: page },
    {
      method: "GET",
      path: "/tasks/{id}",
      anonymous: true,
      handle: (call) => toAnswer(renderTaskPage(own(call), requireTask(call))),
    },
    { method: "GET", path: "/tasks/{id}/files/{artifact}", anonymous: true, handle: showFile },
  ];
}

/** A file among the artifacts of a task, as a browser shows it; what a page brings is not run. */
function showFile(call: Call): Answer {
  const task = requireTask(call);
  const artifact = call.model.collection("artifacts").find(call.params["artifact"] ?? "");
  const content = artifact && call.model.blobs.get(artifact.Id);
  const type = findShownType(textOf(artifact ?? {}, "Filename"));
  if (content === undefined || type === undefined || artifact?.["ServerTaskId"] !== task.Id) throw notFound();
  const { headers = {}, ...answer } = toAnswer("");
  return {
    ...answer,
    contentType: `${type}; charset=utf-8`,
    body: content,
    headers: { ...headers, "content-security-policy": "sandbox", "x-content-type-options": "nosniff" },
  };
}

function requireTask({ model, params }: Call): Resource {
  const task = model.collection("tasks").find(params["id"] ?? "");
  if (task === undefined) throw notFound();
  return task;
}

function toAnswer(page: string): Answer {
  return { contentType: "text/html; charset=utf-8", body: page, headers: { "cache-control": "no-store" } };
}
