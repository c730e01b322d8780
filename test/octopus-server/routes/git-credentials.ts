import { fieldsOf, isFields, propertyOf, textOf, type Fields } from "../model/fields.ts";
import { isSensitive } from "../model/sensitive.ts";
import { requireBody } from "./binding.ts";
import { createCrud } from "./crud.ts";
import { badRequest, type Call, type Route } from "./route.ts";
import { whyUsed } from "./usage.ts";

const gitCredentials = createCrud({
  kind: "gitcredentials",
  path: "/api/{space}/git-credentials",
  itemType: "GitCredential",
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
  defaults: (_fields, { body }, stored) =>
    stored === undefined || isFields(propertyOf(requireBody(body), "RepositoryRestrictions"))
      ? {}
      : { RepositoryRestrictions: stored["RepositoryRestrictions"] },
  // Source: go-octopusdeploy searches by `name` for a part of the name.
  filters: { name: (credential, value) => textOf(credential, "Name").toLowerCase().includes(value.toLowerCase()) },
  inUse: (credential, call) => whyUsed(credential, call, ["projects", "deploymentprocesses", "runbookprocesses"]),
  permissions: {
    view: "GitCredentialView",
    create: "GitCredentialEdit",
    edit: "GitCredentialEdit",
    delete: "GitCredentialEdit",
  },
  without: ["all"],
});

export const gitCredentialsRoutes: Route[] = gitCredentials.routes;

function checkDetails(fields: Fields, _call: Call): void {
  const details = fieldsOf(fields, "Details");
  if (textOf(details, "Type") !== "UsernamePassword")
    throw badRequest(`The type '${textOf(details, "Type")}' of Git credential is not valid.`);
  // Source: the provider requires both; the sentence is assumed.
  if (textOf(details, "Username") === "" || !isSensitive(details["Password"]))
    throw badRequest("Please provide a user name and a password.");
}
