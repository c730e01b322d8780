import { createHash } from "node:crypto";
import type { Resource } from "../model/collection.ts";
import { isFields, textOf, type Fields } from "../model/fields.ts";
import type { OctopusModel } from "../model/model.ts";
import { createCrud } from "./crud.ts";
import { badRequest, notFound, type Call, type Route } from "./route.ts";

const path = "/api/serviceaccounts/{user}/oidcidentities";

const identities = createCrud({
  kind: "oidcidentities",
  path: "/api/serviceaccounts/oidcidentities",
  itemType: "OidcIdentity",
  noun: "OIDC identity",
  fields: { Name: "", ServiceAccountId: "", Issuer: "", Subject: "", Audience: null },
  naming: { slugs: false, uniqueWithin: ["ServiceAccountId"] },
  validate: checkIdentity,
  permissions: { view: "UserView", create: "UserEdit", edit: "UserEdit", delete: "UserEdit" },
});

/** Whom a service account trusts to sign in as it (docs, service account OIDC identities). */
export const serviceAccountRoutes: Route[] = [
  { method: "GET", path: `${path}/v1`, permission: "UserView", handle: (call) => ({ body: listIdentities(call) }) },
  {
    method: "POST",
    path: `${path}/create/v1`,
    permission: "UserEdit",
    handle: (call) => ({ status: 201, body: show(identities.create(withAccount(call), call)) }),
  },
  {
    method: "GET",
    path: `${path}/{id}/v1`,
    permission: "UserView",
    handle: (call) => ({ body: show(identityOf(call)) }),
  },
  {
    method: "PUT",
    path: `${path}/{id}/v1`,
    handle: (call) => ({ body: show(identities.replace(identityOf(call), withAccount(call), call)) }),
  },
  {
    method: "DELETE",
    path: `${path}/{id}/v1`,
    handle: (call) => {
      identities.remove(identityOf(call), call);
      return { body: {} };
    },
  },
];

/** @throws a 404 when there is no such user */
function accountOf({ model, params }: Call): Resource {
  const user = model.collection("users").find(params["user"] ?? "");
  if (user === undefined) throw notFound();
  return user;
}

function identityOf(call: Call): Resource {
  const identity = identities.find(call.params["id"] ?? "", call);
  if (identity["ServiceAccountId"] !== accountOf(call).Id) throw notFound();
  return identity;
}

function withAccount(call: Call): Fields {
  const account = accountOf(call);
  // Source: docs, OpenID Connect: only service accounts have them; the sentence is assumed.
  if (account["IsService"] !== true) throw badRequest("Only a service account can have OIDC identities.");
  return { ...(isFields(call.body) ? call.body : {}), ServiceAccountId: account.Id };
}

function checkIdentity(fields: Fields): void {
  // Source: docs, OpenID Connect; the sentence is assumed.
  for (const name of ["Issuer", "Subject"])
    if (textOf(fields, name) === "") throw badRequest(`Please provide a value for ${name}.`);
}

/** Not a page: what the account is called from outside comes along (go-octopusdeploy, `ServiceAccountOIDCIdentitiesResponse`). */
function listIdentities(call: Call): Fields {
  const account = accountOf(call);
  const own = identities.list(call).filter((identity) => identity["ServiceAccountId"] === account.Id);
  const [skip, take] = [call.query.number("skip") ?? 0, call.query.number("take") ?? 30];
  return {
    ServerUrl: call.model.url,
    ExternalId: externalIdOf(account, call.model),
    OidcIdentities: own.slice(skip, skip + take).map(show),
    Count: own.length,
  };
}

/** A GUID that stays the same for this account of this server. */
export function externalIdOf(account: Resource, model: OctopusModel): string {
  const hex = createHash("sha256").update(`${model.installationId} ${account.Id}`).digest("hex");
  return hex.slice(0, 32).replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

function show(identity: Resource): Fields {
  const self = `/api/serviceaccounts/${textOf(identity, "ServiceAccountId")}/oidcidentities/${identity.Id}/v1`;
  return { ...identity, Links: { Self: self } };
}
