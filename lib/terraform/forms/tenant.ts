import type { TerraformForm } from "../form.ts";

export const tenant: TerraformForm = {
  lookUp: { dataSource: "octopusdeploy_tenants", collection: "tenants", label: "tenant" },
};
