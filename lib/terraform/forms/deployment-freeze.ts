import type { TerraformForm } from "../form.ts";

export const deploymentFreeze: TerraformForm = {
  lookUp: {
    dataSource: "octopusdeploy_deployment_freezes",
    collection: "deployment_freezes",
    label: "deployment_freeze",
  },
};
