import { randomUUID } from "node:crypto";
import type { Resource } from "../model/collection.ts";
import { listOf, type Fields } from "../model/fields.ts";
import { requirePermission } from "./access.ts";
import { requireBody } from "./binding.ts";
import { textAt } from "./executions.ts";
import { releaseOf } from "./releases.ts";
import { badRequest, type Call, type Route } from "./route.ts";

export const releaseDefectRoutes: Route[] = [
  {
    method: "GET",
    path: "/api/{space}/releases/{release}/defects",
    handle: (call) => ({ body: defectsPage(releaseOf(call)) }),
  },
  { method: "POST", path: "/api/{space}/releases/{release}/defects", handle: addDefect },
  { method: "POST", path: "/api/{space}/releases/{release}/defects/resolve", handle: resolveDefect },
];

function defectsPage(release: Resource): Fields {
  const items = listOf(release, "Defects");
  return {
    ItemType: "Defect",
    TotalResults: items.length,
    ItemsPerPage: 30,
    NumberOfPages: 1,
    LastPageNumber: 0,
    Items: items,
    Links: {},
  };
}

/** A release with an unresolved defect goes no further (docs, releases: "Block deployments"). */
function addDefect(call: Call): { body: unknown } {
  const release = releaseOf(call);
  requirePermission(call, "DefectReport", { kind: "releases", resource: release });
  const description = textAt(requireBody(call.body), "Description");
  if (description === "") throw badRequest("Please provide a value for Description.");
  // Assumed: one unresolved defect at a time.
  if (listOf(release, "Defects").some((defect) => defect["Status"] === "Unresolved"))
    throw badRequest("The release already has an unresolved defect.");
  const defect = { Id: randomUUID(), Description: description, Status: "Unresolved", Links: {} };
  release["Defects"] = [...listOf(release, "Defects"), defect];
  return { body: defect };
}

function resolveDefect(call: Call): { body: unknown } {
  const release = releaseOf(call);
  requirePermission(call, "DefectResolve", { kind: "releases", resource: release });
  const open = listOf(release, "Defects").find((defect) => defect["Status"] === "Unresolved");
  // Assumed: status and sentence.
  if (open === undefined) throw badRequest("The release has no unresolved defect.");
  open["Status"] = "Resolved";
  return { body: open };
}
