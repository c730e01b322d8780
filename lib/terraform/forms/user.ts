import type { TerraformForm } from "../form.ts";

export const user: TerraformForm = {
  lookUp: {
    dataSource: "octopusdeploy_users",
    collection: "users",
    label: "user",
    filter: "filter",
    nameAttribute: "username",
  },
};
