import type { TerraformForm } from "../form.ts";

export const gitCredential: TerraformForm = {
  lookUp: {
    dataSource: "octopusdeploy_git_credentials",
    collection: "git_credentials",
    label: "gitcredential",
    filter: "name",
  },
};
