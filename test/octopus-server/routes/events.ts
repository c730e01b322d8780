import type { Resource } from "../model/collection.ts";
import { eventCategories, eventGroups } from "../model/event-categories.ts";
import { textOf, textsOf, type Fields } from "../model/fields.ts";
import { sightOf, type PermissionScope } from "../model/permissions.ts";
import { documentTypes, eventFilters } from "./event-filters.ts";
import { pageOf } from "./paging.ts";
import { forbidden, notFound, type Answer, type Call, type Route } from "./route.ts";
import { spaceOfPath } from "./system-scope.ts";

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
    return { body: toCsv(events), contentType: "text/csv; charset=utf-8" };
  const body = pageOf(events, call, {
    itemType: "Event",
    path: path.replace("{space}", call.space.Id),
    show: (event) => show(event, call),
  });
  return { body };
}

/** Newest first, as they came. */
function listEvents(call: Call): Resource[] {
  const filters = eventFilters(call);
  const sees = sightOf(call.model, call.user, "EventView");
  const found: Resource[] = [];
  for (const events of candidates(call)) {
    const [first, end] = rangeOf(events, call);
    for (let position = end - 1; position >= first; position--) {
      const event = events[position];
      if (event === undefined || !filters.every((accepts) => accepts(event))) continue;
      if (sees(textOf(event, "SpaceId") || null, () => scopeOf(event, call))) found.push(event);
    }
  }
  return found.length < 2 || candidates(call).length < 2 ? found : found.toSorted((a, b) => numberOf(b) - numberOf(a));
}

/** `spaces` and `includeSystem` narrow down what a path without a space answers. */
function candidates(call: Call): (readonly Resource[])[] {
  const events = call.model.collection("events");
  const own = spaceOfPath(call);
  if (own !== null) return [events.inOrder(own)];
  const spaces = call.query.list("spaces") ?? [];
  const withSystem = call.query.get("includeSystem")?.toLowerCase() !== "false";
  if (withSystem && (spaces.length === 0 || spaces.includes("all"))) return [events.inOrder()];
  const ids =
    spaces.length === 0 || spaces.includes("all")
      ? call.model
          .collection("spaces")
          .inOrder()
          .map(({ Id }) => Id)
      : spaces;
  return [...(withSystem ? [events.inOrder("")] : []), ...[...new Set(ids)].map((id) => events.inOrder(id))];
}

/** Docs, events: "after" and "before" the number; that both are inclusive, as `from` is which the docs word alike, is assumed. */
function rangeOf(events: readonly Resource[], { query }: Call): [first: number, end: number] {
  const [from, to] = [query.number("fromAutoId"), query.number("toAutoId")];
  return [
    from === undefined ? 0 : positionOf(events, from),
    to === undefined ? events.length : positionOf(events, to + 1),
  ];
}

/** Where the first event with this number or a later one is. */
function positionOf(events: readonly Resource[], number: number): number {
  let [low, high] = [0, events.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const event = events[middle];
    if (event !== undefined && numberOf(event) < number) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** `Events-12` is number 12. */
function numberOf(event: Resource): number {
  return Number(event.Id.slice(event.Id.lastIndexOf("-") + 1));
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
  const sees = sightOf(call.model, call.user, "EventView");
  if (!sees(textOf(event, "SpaceId") || null, () => scopeOf(event, call))) throw forbidden("EventView");
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
