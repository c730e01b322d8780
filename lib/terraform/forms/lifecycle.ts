import type { TerraformForm } from "../form.ts";

export const lifecycle: TerraformForm = {
  lookUp: { dataSource: "octopusdeploy_lifecycles", collection: "lifecycles", label: "lifecycle" },
};
