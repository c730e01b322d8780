import { objectOf, textOf } from "../../model/json.ts";
import { always, inside, nested, nothing, secret } from "../field-forms.ts";
import type { TerraformForm } from "../form.ts";
import { plainFamily, type FieldForms } from "../plain-form.ts";

export const gitCredential: TerraformForm = {
  lookUp: {
    dataSource: "octopusdeploy_git_credentials",
    collection: "git_credentials",
    label: "gitcredential",
    filter: "name",
  },
  resource: plainFamily(({ body }) => {
    const type = textOf(objectOf(body, "Details"), "Type");
    if (type !== "UsernamePassword") return `the provider has no Git credential of the type ${type}: it is left out`;
    return { type: "octopusdeploy_git_credential", label: "gitcredential", fields };
  }),
};

const fields: FieldForms = {
  Name: "name",
  Description: always("description"),
  Details: inside({ Type: nothing, Username: "username", Password: secret("password", "sensitive_value") }),
  RepositoryRestrictions: nested("repository_restrictions", {
    Enabled: "enabled",
    AllowedRepositories: always("allowed_repositories", []),
  }),
};
