import type { TerraformForm } from "../form.ts";

export const worker: TerraformForm = {
  lookUp: { dataSource: "octopusdeploy_workers", collection: "workers", label: "worker" },
};
