import type { Resource } from "../model/collection.ts";
import { textOf } from "../model/fields.ts";
import { requirePermission } from "./access.ts";
import { createCrud } from "./crud.ts";
import { badRequest, notFound, type Answer, type Call, type Route } from "./route.ts";

/** Files that a task left behind; their contents are in the model's blobs under the artifact's id. */
export const artifacts = createCrud({
  kind: "artifacts",
  path: "/api/{space}/artifacts",
  itemType: "Artifact",
  noun: "artifact",
  fields: { Filename: "", Source: null, ServerTaskId: null, LogCorrelationId: null },
  naming: { field: "Filename", unique: false, slugs: false },
  kept: ["Created"],
  defaults: (_fields, call) => ({ Created: call.model.now().toISOString() }),
  validate: (fields, call) => {
    const taskId = textOf(fields, "ServerTaskId");
    // Assumed: an artifact of a task that is not there is refused.
    if (taskId !== "" && call.model.collection("tasks").find(taskId) === undefined)
      throw badRequest(`The task '${taskId}' does not exist.`);
  },
  filters: { regarding: (artifact, value, call) => value.split(",").some((id) => regards(artifact, id, call)) },
  removed: (artifact, call) => call.model.blobs.delete(artifact.Id),
  links: (self) => ({ Content: `${self}/content` }),
  sortBy: "newest",
  without: ["all"],
  permissions: { view: "ArtifactView", create: "ArtifactCreate", edit: "ArtifactEdit", delete: "ArtifactDelete" },
});

export const artifactRoutes: Route[] = [
  ...artifacts.routes,
  { method: "GET", path: "/api/{space}/artifacts/{id}/content", handle: download },
  { method: "PUT", path: "/api/{space}/artifacts/{id}/content", rawBody: true, handle: upload },
];

/** An artifact regards its task and the run, deployment, project and environment of that task. */
function regards(artifact: Resource, id: string, call: Call): boolean {
  const task = call.model.collection("tasks").find(textOf(artifact, "ServerTaskId"));
  if (task === undefined) return artifact["ServerTaskId"] === id;
  const related = [
    task.Id,
    task["ProjectId"],
    task["EnvironmentId"],
    task["TenantId"],
    task["RunbookId"],
    ...Object.values(task["Arguments"] ?? {}),
  ];
  return related.includes(id);
}

function download(call: Call): Answer {
  const artifact = artifacts.find(call.params["id"] ?? "", call);
  const content = call.model.blobs.get(artifact.Id);
  if (content === undefined) throw notFound();
  const name = encodeURIComponent(textOf(artifact, "Filename"));
  return {
    contentType: "application/octet-stream",
    body: content,
    headers: { "content-disposition": `attachment; filename*=UTF-8''${name}` },
  };
}

async function upload(call: Call): Promise<Answer> {
  const artifact = artifacts.find(call.params["id"] ?? "", call);
  requirePermission(call, "ArtifactCreate", { kind: "artifacts", resource: artifact });
  call.model.blobs.set(artifact.Id, new Uint8Array(await call.request.arrayBuffer()));
  return { status: 204 };
}
