import { isJsonObject, objectsOf, textOf, type JsonObject } from "../model/json.ts";
import type { OctopusDocument, OctopusSpace } from "../octopus/octopus-client.ts";
import { isSameName } from "../octopus/same-name.ts";
import { NotAllowedError } from "../step/errors.ts";
import { words } from "./field.ts";
import { nameField, type ResourceKind } from "./resource-kind.ts";

/** People are found by their user names. Service accounts come along with whom they trust; their keys never do. */
export const user: ResourceKind = {
  id: "user",
  label: "user",
  idPrefix: "Users",
  isServerWide: true,
  list: (space) => space.server.list("/users", { isServiceAccount: true }),
  listByIds,
  listByNames,
  read: (space, { Id }) => space.server.get(`/users/${Id}`),
  create: (space, body) => space.server.post("/users", body),
  update: (space, current, body) => space.server.put(`/users/${current.Id}`, body),
  isKeptBack: (document) => !isServiceAccount(document),
  nameOf: (document) => textOf(document, "Username"),
  fields: { Username: words, DisplayName: words, EmailAddress: words, ServiceAccountType: words },
  serverMade: ["CanPasswordBeEdited", "Created", "Identities", "IsRequestor", "Password"],
  createOnly: ["IsService", "ServiceAccountType"],
  // Whoever is made is active.
  deferred: ["IsActive"],
};

/** Whom a service account trusts to sign in as it. */
export const oidcIdentity: ResourceKind = {
  id: "oidcIdentity",
  label: "OIDC identity",
  ownedBy: ["user"],
  isPartOf: isServiceAccount,
  list: listIdentities,
  create: async (space, body, owner) => {
    const path = identitiesOf(owner?.Id);
    const { Id } = await space.server.post(`${path}/create/v1`, { ...body, ServiceAccountId: owner?.Id ?? "" });
    return space.server.get(`${path}/${Id}/v1`);
  },
  update: async (space, current, body) => {
    const accountId = textOf(current, "ServiceAccountId");
    const path = `${identitiesOf(accountId)}/${current.Id}/v1`;
    await space.server.put(path, { ...body, ServiceAccountId: accountId });
    return space.server.get(path);
  },
  nameOf: nameField,
  fields: { Issuer: words, Subject: words, Audience: words },
  serverMade: ["ServiceAccountId"],
};

function isServiceAccount(document: JsonObject): boolean {
  return document["IsService"] === true;
}

/** This collection has no filter by ids (Octopus's API reference, users). Whoever may see no users knows no names. */
async function listByIds(space: OctopusSpace, ids: string[]): Promise<OctopusDocument[]> {
  const found = ids.map(async (id) => {
    try {
      return await space.server.find(`/users/${id}`);
    } catch (error) {
      if (error instanceof NotAllowedError) return undefined;
      throw error;
    }
  });
  return (await Promise.all(found)).filter((one) => one !== undefined);
}

async function listByNames(space: OctopusSpace, names: string[]): Promise<OctopusDocument[]> {
  const lists = names.map(async (name) => {
    const candidates = await space.server.list("/users", { filter: name });
    return candidates.filter((candidate) => isSameName(textOf(candidate, "Username"), name));
  });
  return (await Promise.all(lists)).flat();
}

/** As many as one account can have: nobody has more. */
const allIdentities = { skip: 0, take: 1000 };

/** Not a page as others are (go-octopusdeploy, `ServiceAccountOIDCIdentitiesResponse`). */
async function listIdentities(space: OctopusSpace, owner: OctopusDocument | undefined): Promise<OctopusDocument[]> {
  const answer = await space.server.getJson(`${identitiesOf(owner?.Id)}/v1`, allIdentities);
  const identities = isJsonObject(answer) ? objectsOf(answer, "OidcIdentities") : [];
  return identities.map((identity) => ({ ...identity, Id: textOf(identity, "Id") }));
}

function identitiesOf(accountId = ""): string {
  return `/serviceaccounts/${accountId}/oidcidentities`;
}
