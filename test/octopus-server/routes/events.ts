import type { Resource } from "../model/collection.ts";
import type { Chosen } from "../model/columns.ts";
import { eventCategories, eventGroups } from "../model/event-categories.ts";
import { textOf, textsOf, type Fields } from "../model/fields.ts";
import { isAllowed, type PermissionScope } from "../model/permissions.ts";
import { visibleFilters } from "./access.ts";
import { documentTypes, eventFilters } from "./event-filters.ts";
import { pageOf } from "./paging.ts";
import { forbidden, notFound, type Answer, type Call, type Route } from "./route.ts";
import { askedSpaces, spaceOfPath } from "./system-scope.ts";

/**
 * The audit trail: of the whole server without a space in the path, of one space with it. Lines count upwards over all spaces, so that the
 * number of the last one that was read is a cursor.
 */
export const eventsRoutes: Route[] = ["/api/events", "/api/{space}/events"].flatMap((path): Route[] => [
  { method: "GET", path, permission: "EventView", handle: (call) => answer(call, path) },
  {
    method: "GET",
    path: `${path}/categories`,
    handle: (call) => ({ body: eventCategories(call.query.get("appliesTo") ?? "").map(withLinks) }),
  },
  { method: "GET", path: `${path}/agents`, handle: (call) => ({ body: agents(call).map(withLinks) }) },
  {
    method: "GET",
    path: `${path}/groups`,
    handle: (call) => ({ body: eventGroups(call.query.get("appliesTo") ?? "").map(withLinks) }),
  },
  { method: "GET", path: `${path}/documenttypes`, handle: () => ({ body: documentTypes }) },
  {
    method: "GET",
    path: `${path}/{id}`,
    permission: "EventView",
    handle: (call) => ({ body: show(find(call), call) }),
  },
]);

function withLinks(named: Fields): Fields {
  return { ...named, Links: null };
}

/** Docs, events: `Server`, and what clients call themselves. */
function agents({ model }: Call): Fields[] {
  const names = new Set(
    model
      .collection("events")
      .inOrder()
      .map((event) => textOf(event, "UserAgent")),
  );
  names.delete("");
  names.delete("Server");
  return [{ Id: "Server", Name: "Octopus Server task" }, ...[...names].map((name) => ({ Id: name, Name: name }))];
}

function answer(call: Call, path: string): Answer {
  const events = listEvents(call);
  if (call.query.get("asCsv")?.toLowerCase() === "true")
    return { body: toCsv(events.slice()), contentType: "text/csv; charset=utf-8" };
  const body = pageOf(events, call, {
    itemType: "Event",
    path: path.replace("{space}", call.space.Id),
    show: (event) => show(event, call),
  });
  return { body };
}

/** Newest first, as they came; `spaces` and `includeSystem` narrow down what a path without a space answers. */
function listEvents(call: Call): Chosen {
  const own = spaceOfPath(call);
  const seen = visibleFilters(call, "EventView", (event) => scopeOf(event, call));
  const filters = [...seen, ...(own === null ? askedSpaces(call) : []), ...eventFilters(call)];
  return call.model.collection("events").choose(filters, own ?? undefined);
}

/** Roles can be narrowed down to projects, environments and tenants: an event is of those that it names. */
function scopeOf(event: Resource, { model }: Call): PermissionScope {
  const named = (prefix: string): string[] =>
    textsOf(event, "RelatedDocumentIds").filter((id) => id.startsWith(`${prefix}-`));
  const [projectId] = named("Projects");
  const projectGroupId = textOf(model.collection("projects").find(projectId ?? "") ?? {}, "ProjectGroupId");
  return {
    spaceId: textOf(event, "SpaceId") || null,
    ...(projectId === undefined ? {} : { projectId }),
    ...(projectGroupId === "" ? {} : { projectGroupId }),
    environmentIds: named("Environments"),
    tenantIds: named("Tenants"),
  };
}

function find(call: Call): Resource {
  const event = call.model.collection("events").find(call.params["id"] ?? "");
  const space = spaceOfPath(call);
  if (event === undefined || (space !== null && event["SpaceId"] !== space)) throw notFound();
  const scope = scopeOf(event, call);
  if (!isAllowed(call.model, call.user, { permission: "EventView", scope })) throw forbidden("EventView");
  return event;
}

/** That nothing is left where the differences are not wanted is assumed. */
function show(event: Fields, { query }: Call): Fields {
  const isBrief = query.get("excludeDifference")?.toLowerCase() === "true";
  return {
    ...event,
    ...(isBrief ? { ChangeDetails: null } : {}),
    Links: { Self: `/api/events/${textOf(event, "Id")}` },
  };
}

/** Docs, events: a file of all that fits; which columns it has is assumed. */
function toCsv(events: readonly Resource[]): string {
  const columns = ["Id", "Occurred", "Category", "Username", "SpaceId", "Message"];
  const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
  const lines = events.map((event) => columns.map((column) => quoted(textOf(event, column))).join(","));
  return [columns.join(","), ...lines].join("\r\n");
}
