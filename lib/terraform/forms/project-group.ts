import type { TerraformForm } from "../form.ts";

export const projectGroup: TerraformForm = {
  lookUp: {
    dataSource: "octopusdeploy_project_groups",
    collection: "project_groups",
    label: "project_group",
    isRenamable: true,
  },
};
