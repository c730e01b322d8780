import type { Kind } from "../model/model.ts";
import { checkReference } from "./crud-checks.ts";
import { badRequest, type Call, type Route } from "./route.ts";

/** PUT …/sortorder: the ids in their new order; documents that are not named keep their place behind them. */
export function sortOrderRoute({ kind, path, permission }: { kind: Kind; path: string; permission: string }): Route {
  return { method: "PUT", path, permission, handle: (call) => ({ body: applyOrder(call, kind) }) };
}

function applyOrder(call: Call, kind: Kind): string[] {
  const { body, model } = call;
  // Assumed: a body that is no list is a validation failure.
  if (!Array.isArray(body)) throw badRequest("The request body must be a list of ids.");
  const ids = body.map(String);
  for (const id of ids) checkReference(id, { call, kind, path: "sortorder" });
  for (const [index, id] of ids.entries())
    model.collection(kind).replace(id, { ...model.collection(kind).find(id), SortOrder: index });
  return ids;
}
