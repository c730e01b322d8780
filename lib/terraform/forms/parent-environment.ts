import type { TerraformForm } from "../form.ts";

export const parentEnvironment: TerraformForm = {
  lookUp: {
    dataSource: "octopusdeploy_parent_environments",
    collection: "parent_environments",
    label: "parent_environment",
    filter: "name",
  },
};
