import type { TerraformForm } from "../form.ts";

export const certificate: TerraformForm = {
  lookUp: { dataSource: "octopusdeploy_certificates", collection: "certificates", label: "certificate" },
};
