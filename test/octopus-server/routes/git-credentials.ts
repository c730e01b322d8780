import type { Resource } from "../model/collection.ts";
import { fieldsOf, isFields, propertyOf, textOf, type Fields } from "../model/fields.ts";
import { isSensitive } from "../model/sensitive.ts";
import { requireBody } from "./binding.ts";
import type { CrudRules } from "./crud-rules.ts";
import { createCrud } from "./crud.ts";
import { badRequest, since, type Call, type Route } from "./route.ts";
import { whyUsed } from "./usage.ts";

/** What credentials of spaces and of Platform Hub have in common. */
export const gitCredentialRules = {
  noun: "Git credential",
  fields: {
    Name: "",
    Description: "",
    Details: {},
    RepositoryRestrictions: { Enabled: false, AllowedRepositories: [] },
  },
  sensitiveFields: secretsOfDetails,
  validate: checkDetails,
  // Source: go-octopusdeploy's tests: restrictions that a PUT leaves out stay as they are.
  defaults: keepRestrictions,
} satisfies Partial<CrudRules>;

const gitCredentials = createCrud({
  kind: "gitcredentials",
  path: "/api/{space}/git-credentials",
  itemType: "GitCredential",
  ...gitCredentialRules,
  // Source: go-octopusdeploy searches by `name` for a part of the name.
  filters: { name: (credential, value) => textOf(credential, "Name").toLowerCase().includes(value.toLowerCase()) },
  inUse: (credential, call) => whyUsed(credential, call, ["projects", "deploymentprocesses", "runbookprocesses"]),
  permissions: {
    view: "GitCredentialView",
    create: "GitCredentialEdit",
    edit: "GitCredentialEdit",
    delete: "GitCredentialEdit",
  },
  naming: { slugs: false },
  brief: ["create", "replace"],
  without: ["all"],
});

const path = "/api/{space}/git-credentials";

/** Source: the reference: the first version of an address takes user names and passwords alone, the second every type. */
export const gitCredentialsRoutes: Route[] = [
  ...gitCredentials.routes,
  ...since("2026.2", [
    { method: "GET", path: `${path}/v2`, handle: (call) => ({ body: listV2(call) }) },
    { method: "POST", path: `${path}/v2`, handle: (call) => ({ status: 201, body: createV2(call) }) },
    { method: "GET", path: `${path}/{id}/v2`, handle: (call) => ({ body: { GitCredential: showV2(call) } }) },
    { method: "PUT", path: `${path}/{id}/v2`, handle: (call) => ({ body: replaceV2(call) }) },
  ]),
];

function find(call: Call): Resource {
  return gitCredentials.find(call.params["id"] ?? "", call);
}

function listV2(call: Call): Fields {
  const { Links: _links, ...page } = gitCredentials.page(gitCredentials.list(call), call);
  return { ...page, ItemType: "GitCredentialV2" };
}

function createV2(call: Call): Fields {
  return { Id: gitCredentials.create(call.body, call).Id };
}

function showV2(call: Call): Fields {
  const { Links: _links, ...shown } = gitCredentials.show(find(call), call);
  return shown;
}

function replaceV2(call: Call): Fields {
  gitCredentials.replace(find(call), call.body, call);
  return {};
}

function secretsOfDetails(fields: Fields): string[] {
  const isKey = textOf(fieldsOf(fields, "Details"), "Type") === "SshKey";
  return isKey ? ["Details.PrivateKey", "Details.Passphrase"] : ["Details.Password"];
}

function keepRestrictions(_fields: Fields, { body }: Call, stored: Fields | undefined): Fields {
  if (stored === undefined || isFields(propertyOf(requireBody(body), "RepositoryRestrictions"))) return {};
  return { RepositoryRestrictions: stored["RepositoryRestrictions"] };
}

/**
 * A key is sent to the second version of the address alone. Its fields are those of the form (docs, git-credentials, since 2026.2),
 * under names that Calamari has for the key; no client tells them.
 */
function checkDetails(fields: Fields, { request }: Call): void {
  const details = fieldsOf(fields, "Details");
  const type = textOf(details, "Type");
  const isV2 = new URL(request.url).pathname.toLowerCase().endsWith("/v2");
  // Source: the provider makes this type alone, docs the key; that others are refused is assumed.
  if (type !== "UsernamePassword" && !(type === "SshKey" && isV2))
    throw badRequest(`The type '${type}' of Git credential is not valid.`);
  // Assumed: the sentence. Docs, git-credentials: the passphrase alone may be left out.
  if (type === "SshKey" && !isSensitive(details["PrivateKey"])) throw badRequest("Please provide a private key.");
  // Source: the provider requires both; the sentence is assumed.
  if (type === "UsernamePassword" && (textOf(details, "Username") === "" || !isSensitive(details["Password"])))
    throw badRequest("Please provide a user name and a password.");
}
