import type { Resource } from "../model/collection.ts";
import { textOf, textsOf, type Fields } from "../model/fields.ts";
import { bindFields } from "./binding.ts";
import { badRequest, notFound, type Call, type Route } from "./route.ts";

const connections = "/api/{space}/github/connections";

/**
 * Connections of a space to accounts at GitHub (docs, GitHub App connections). Nobody asks GitHub here: an installation of the app is
 * called as the account that it is of (assumed), and every connection is in order.
 */
export const gitHubRoutes: Route[] = [
  { method: "GET", path: connections, handle: (call) => ({ body: listConnections(call) }) },
  { method: "POST", path: connections, handle: (call) => ({ status: 201, body: connect(call).Id }) },
  { method: "GET", path: `${connections}/{id}`, handle: (call) => ({ body: showWhole(find(call)) }) },
];

/** Source: the reference, which has no items and no links in the answer. */
function listConnections(call: Call): Fields {
  const all = call.model.collection("githubconnections").listInSpace(call.space.Id);
  const take = call.query.number("take") ?? all.length;
  const skip = call.query.number("skip") ?? 0;
  return {
    Connections: all.slice(skip, skip + take).map(show),
    ItemsPerPage: take,
    NumberOfPages: Math.ceil(all.length / Math.max(take, 1)),
    TotalResults: all.length,
  };
}

function connect(call: Call): Resource {
  const sent = bindFields(call.body, { InstallationId: "", RepositoryIds: [] });
  const account = textOf(sent, "InstallationId");
  // Assumed.
  if (account === "") throw badRequest("Please provide a value for InstallationId.");
  return call.model.collection("githubconnections").add({
    SpaceId: call.space.Id,
    AccountLogin: account,
    RepositoryIds: textsOf(sent, "RepositoryIds"),
  });
}

function find({ model, space, params }: Call): Resource {
  const found = model.collection("githubconnections").find(params["id"] ?? "");
  if (found === undefined || found["SpaceId"] !== space.Id) throw notFound();
  return found;
}

function show(connection: Resource): Fields {
  const account = textOf(connection, "AccountLogin");
  return {
    Id: connection.Id,
    Installation: {
      AccountAvatarUrl: "",
      AccountId: account,
      AccountLogin: account,
      AccountType: "Organization",
      AllRepositories: textsOf(connection, "RepositoryIds").length === 0,
      InstallationId: account,
    },
    Status: "Connected",
  };
}

function showWhole(connection: Resource): Fields {
  return {
    ...show(connection),
    SpaceId: connection["SpaceId"],
    StatusUserMessage: "",
    Repositories: [],
    UnknownRepositories: [],
  };
}
