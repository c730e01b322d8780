import type { TerraformForm } from "../form.ts";

export const machinePolicy: TerraformForm = {
  lookUp: { dataSource: "octopusdeploy_machine_policies", collection: "machine_policies", label: "machinepolicy" },
};
