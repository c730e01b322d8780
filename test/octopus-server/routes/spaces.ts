import type { Resource } from "../model/collection.ts";
import { textOf, textsOf, type Fields } from "../model/fields.ts";
import type { Kind, OctopusModel } from "../model/model.ts";
import { grantsOf, isAllowed, maySeeSpace } from "../model/permissions.ts";
import { addManagers, isSeeded, managersTeamIdOf, seedSpace } from "../model/seeding.ts";
import { createCrud } from "./crud.ts";
import { badRequest, forbidden, notFound, type Call, type Route } from "./route.ts";

const permissionFor: Readonly<Record<string, string>> = {
  POST: "SpaceCreate",
  PUT: "SpaceEdit",
  DELETE: "SpaceDelete",
};

export const spaces = createCrud({
  kind: "spaces",
  path: "/api/spaces",
  itemType: "Space",
  noun: "space",
  fields: {
    Name: "",
    Description: "",
    IsDefault: false,
    IsPrivate: false,
    TaskQueueStopped: false,
    SpaceManagersTeams: [],
    SpaceManagersTeamMembers: [],
    ExtensionSettings: [],
    Icon: null,
  },
  // Source: docs, spaces: a name of at most 50 characters.
  naming: { maxLength: 50 },
  listed: (space, { model, user }) => maySeeSpace(model, user, space),
  defaults: (fields, _call, stored) => ({
    // Source: the clients create a space first and stop its queue by a second request.
    ...(stored === undefined ? { TaskQueueStopped: false } : {}),
    IsDefault: stored?.["IsDefault"] === true || fields["IsDefault"] === true,
  }),
  validate: checkSpace,
  saved: spaceSaved,
  inUse: whySpaceStays,
  removed: removeSpace,
  // Source: the CLI's `space view` takes `Web` apart at `/app#/`, and panics without it.
  links: (self, space) => ({
    Web: `/app#/spaces/${space.Id}`,
    SpaceHome: `/api/${space.Id}`,
    Logo: `${self}/logo`,
    Search: `${self}/search{?keyword}`,
  }),
});

/** Spaces, and what is theirs alone. A space that the caller may not see is answered like one that is not there. */
export const spacesRoutes: Route[] = [
  ...spaces.routes.map(hideInvisible),
  { method: "GET", path: "/api/users/{id}/spaces", handle: (call) => ({ body: spacesOfUser(call) }) },
  { method: "GET", path: "/api/spaces/{id}/search", handle: (call) => ({ body: searchSpace(call) }) },
];

/** The permissions of spaces are the system's, except that who manages a space may change it (docs: space managers). */
function hideInvisible(route: Route): Route {
  const permission = permissionFor[route.method];
  if (route.method === "POST" && permission !== undefined) return { ...route, permission };
  if (!route.path.includes("{id}")) return route;
  return {
    ...route,
    handle(call) {
      const space = call.model.collection("spaces").find(call.params["id"] ?? "");
      if (space !== undefined && !maySeeSpace(call.model, call.user, space)) throw notFound();
      // Source: docs, space managers.
      if (space !== undefined && route.method === "PUT" && !mayEdit(call, space)) throw forbidden("SpaceEdit");
      return route.handle(call);
    },
    ...(route.method === "DELETE" && permission !== undefined ? { permission } : {}),
  };
}

function mayEdit({ model, user }: Call, space: Resource): boolean {
  if (isAllowed(model, user, { permission: "SpaceEdit", scope: { spaceId: null } })) return true;
  return grantsOf(model, user).some(
    ({ scoped, role }) => scoped["SpaceId"] === space.Id && role.Id === "userroles-spacemanager",
  );
}

function checkSpace(fields: Fields, { model }: Call, stored: Resource | undefined): void {
  const members = textsOf(fields, "SpaceManagersTeamMembers");
  const teams = textsOf(fields, "SpaceManagersTeams");
  // Source: docs, spaces: each space has at least one manager; the sentence is assumed.
  if (members.length + teams.length === 0)
    throw badRequest("Please provide at least one space manager: a team or a user.");
  for (const id of members)
    if (model.collection("users").find(id) === undefined) throw badRequest(`The user '${id}' does not exist.`);
  const own = stored === undefined ? "" : managersTeamIdOf(stored);
  for (const id of teams)
    if (id !== own && model.collection("teams").find(id) === undefined)
      throw badRequest(`The team '${id}' does not exist.`);
}

function spaceSaved(space: Resource, { model }: Call, stored: Resource | undefined): void {
  addManagers(model, space);
  if (space["IsDefault"] === true) moveDefault(model, space);
  if (stored !== undefined || model.seedDelayMilliseconds === 0) {
    if (stored === undefined) seedSpace(model, space);
    return;
  }
  const timer = setTimeout(() => seedWhenThere(model, space), model.seedDelayMilliseconds);
  timer.unref();
}

function seedWhenThere(model: OctopusModel, space: Resource): void {
  if (model.collection("spaces").find(space.Id) !== undefined && !isSeeded(model, space)) seedSpace(model, space);
}

function moveDefault(model: OctopusModel, space: Resource): void {
  const spacesThere = model.collection("spaces");
  for (const other of spacesThere.list((candidate) => candidate["IsDefault"] === true && candidate.Id !== space.Id)) {
    spacesThere.replace(other.Id, { ...other, IsDefault: false });
  }
}

/** Source: all clients stop the task queue before they delete a space; the sentence is assumed. */
function whySpaceStays(space: Resource): string | undefined {
  if (space["TaskQueueStopped"] === true) return undefined;
  return `The task queue of the space ${textOf(space, "Name")} must be stopped before the space can be deleted.`;
}

const survivors: readonly Kind[] = ["spaces", "users", "apikeys", "userroles", "events"];

function removeSpace(space: Resource, { model }: Call): void {
  for (const kind of model.kinds) {
    if (survivors.includes(kind)) continue;
    for (const resource of model.collection(kind).listInSpace(space.Id)) {
      model.collection(kind).remove(resource.Id);
      model.blobs.delete(resource.Id);
      model.taskLogs.delete(resource.Id);
    }
  }
}

function spacesOfUser(call: Call): unknown {
  const user = call.model.collection("users").find(call.params["id"] ?? "");
  if (user === undefined) throw notFound();
  return call.model
    .collection("spaces")
    .list((space) => maySeeSpace(call.model, user, space))
    .map((space) => spaces.show(space, call));
}

const searchedKinds = {
  projects: "Project",
  environments: "Environment",
  runbooks: "Runbook",
  tenants: "Tenant",
  libraryvariablesets: "LibraryVariableSet",
  lifecycles: "Lifecycle",
} as const;

function searchSpace({ model, params, query, user }: Call): unknown {
  const space = model.collection("spaces").find(params["id"] ?? "");
  if (space === undefined || !maySeeSpace(model, user, space)) throw notFound();
  const keyword = (query.get("keyword") ?? "").toLowerCase();
  const kinds: readonly (keyof typeof searchedKinds)[] = [
    "projects",
    "environments",
    "runbooks",
    "tenants",
    "libraryvariablesets",
    "lifecycles",
  ];
  return kinds.flatMap((kind) =>
    model
      .collection(kind)
      .listInSpace(space.Id, (resource) => textOf(resource, "Name").toLowerCase().includes(keyword))
      .map((resource) => ({
        Id: resource.Id,
        Name: resource["Name"],
        Type: searchedKinds[kind],
        Owner: null,
        Links: {},
      })),
  );
}
