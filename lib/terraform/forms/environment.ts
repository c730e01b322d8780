import type { TerraformForm } from "../form.ts";

export const environment: TerraformForm = {
  lookUp: { dataSource: "octopusdeploy_environments", collection: "environments", label: "environment" },
};
