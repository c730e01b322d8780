import type { TerraformForm } from "../form.ts";

export const machine: TerraformForm = {
  lookUp: { dataSource: "octopusdeploy_deployment_targets", collection: "deployment_targets", label: "target" },
};
