import { fieldsOf, isFields, propertyOf, textOf, type Fields } from "../model/fields.ts";
import { isSensitive } from "../model/sensitive.ts";
import { requireBody } from "./binding.ts";
import type { CrudRules } from "./crud-rules.ts";
import { createCrud } from "./crud.ts";
import { badRequest, type Call, type Route } from "./route.ts";
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
  sensitiveFields: ["Details.Password"],
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

export const gitCredentialsRoutes: Route[] = gitCredentials.routes;

function keepRestrictions(_fields: Fields, { body }: Call, stored: Fields | undefined): Fields {
  if (stored === undefined || isFields(propertyOf(requireBody(body), "RepositoryRestrictions"))) return {};
  return { RepositoryRestrictions: stored["RepositoryRestrictions"] };
}

function checkDetails(fields: Fields, _call: Call): void {
  const details = fieldsOf(fields, "Details");
  // Source: the provider makes this type alone; that others are refused is assumed.
  if (textOf(details, "Type") !== "UsernamePassword")
    throw badRequest(`The type '${textOf(details, "Type")}' of Git credential is not valid.`);
  // Source: the provider requires both; the sentence is assumed.
  if (textOf(details, "Username") === "" || !isSensitive(details["Password"]))
    throw badRequest("Please provide a user name and a password.");
}
