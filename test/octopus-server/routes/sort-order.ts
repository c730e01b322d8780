import { textOf } from "../model/fields.ts";
import type { Kind } from "../model/model.ts";
import { recordDeed } from "./audit.ts";
import { checkReference } from "./crud-checks.ts";
import { badRequest, type Call, type Route } from "./route.ts";

/** PUT …/sortorder: the ids of all documents in their new order. */
export function sortOrderRoute({ kind, path, permission }: { kind: Kind; path: string; permission: string }): Route {
  return { method: "PUT", path, permission, handle: (call) => ({ body: applyOrder(call, kind) }) };
}

function applyOrder(call: Call, kind: Kind): string[] {
  const { body, model } = call;
  // Assumed: a body that is no list is a validation failure.
  if (!Array.isArray(body)) throw badRequest("The request body must be a list of ids.");
  const ids = body.map(String);
  for (const id of ids) checkReference(id, { call, kind, path: "sortorder" });
  // Docs, environments, worker pools and tag sets: every one must be named; the sentence is assumed.
  const missing = model.collection(kind).listInSpace(call.space.Id, (one) => !ids.includes(one.Id))[0];
  if (missing !== undefined) throw badRequest(`The list of ids must name '${missing.Id}', too.`);
  for (const [index, id] of ids.entries()) {
    const moved = model.collection(kind).replace(id, { ...model.collection(kind).find(id), SortOrder: index });
    recordDeed(call, moved, { category: "Modified", message: `${textOf(moved, "Name")} was moved` });
  }
  return ids;
}
