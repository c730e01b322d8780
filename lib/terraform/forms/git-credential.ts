import { always, inside, nested, only, secret } from "../field-forms.ts";
import type { TerraformForm } from "../form.ts";
import { plainResource } from "../plain-form.ts";

export const gitCredential: TerraformForm = {
  lookUp: {
    dataSource: "octopusdeploy_git_credentials",
    collection: "git_credentials",
    label: "gitcredential",
    filter: "name",
  },
  resource: plainResource({
    label: "gitcredential",
    type: "octopusdeploy_git_credential",
    fields: {
      Name: "name",
      Description: always("description"),
      Details: inside({
        Type: only("UsernamePassword"),
        Username: "username",
        Password: secret("password", "sensitive_value"),
      }),
      RepositoryRestrictions: nested("repository_restrictions", {
        Enabled: "enabled",
        AllowedRepositories: always("allowed_repositories", []),
      }),
    },
  }),
};
