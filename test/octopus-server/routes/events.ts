import { textOf, textsOf, type Fields } from "../model/fields.ts";
import { createCrud } from "./crud.ts";
import type { Route } from "./route.ts";
import { isOfAskedSpace, spaceOfPath } from "./system-scope.ts";

const events = createCrud({
  kind: "events",
  path: "/api/events",
  itemType: "Event",
  noun: "event",
  fields: {},
  sortBy: "newest",
  listed: (event, call) =>
    isOfAskedSpace(event, call) && (spaceOfPath(call) === null || textOf(event, "SpaceId") !== ""),
  filters: {
    regarding: (event, value) => value.split(",").every((id) => textsOf(event, "RelatedDocumentIds").includes(id)),
    regardingAny: (event, value) => value.split(",").some((id) => textsOf(event, "RelatedDocumentIds").includes(id)),
    users: (event, value) => value.split(",").includes(textOf(event, "UserId")),
    user: (event, value) => textOf(event, "UserId") === value,
    eventCategories: (event, value) => value.split(",").includes(textOf(event, "Category")),
    documentTypes: (event, value) =>
      textsOf(event, "RelatedDocumentIds").some((id) => value.split(",").includes(id.replace(/-\d+$/, ""))),
    from: (event, value) => textOf(event, "Occurred") >= value,
    to: (event, value) => textOf(event, "Occurred") <= value,
  },
  view: (shown) => ({ ...shown, Links: { Self: `/api/events/${textOf(shown, "Id")}` } }),
  permissions: { view: "EventView" },
  without: ["all", "create", "replace", "delete"],
});

/** The audit trail. */
export const eventsRoutes: Route[] = [
  ...events.routes,
  ...events.routes.map((route) => ({ ...route, path: route.path.replace("/api/", "/api/{space}/") })),
  {
    method: "GET",
    path: "/api/events/categories",
    handle: () => ({ body: ["Created", "Modified", "Deleted", "Queued", "Canceled"].map(named) }),
  },
  { method: "GET", path: "/api/events/agents", handle: () => ({ body: ["API"].map(named) }) },
  { method: "GET", path: "/api/events/groups", handle: () => ({ body: [] }) },
  { method: "GET", path: "/api/events/documenttypes", handle: ({ model }) => ({ body: model.kinds.map(named) }) },
];

function named(name: string): Fields {
  return { Id: name, Name: name };
}
