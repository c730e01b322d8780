import type { TerraformForm } from "../form.ts";

export const workerPool: TerraformForm = {
  lookUp: { dataSource: "octopusdeploy_worker_pools", collection: "worker_pools", label: "workerpool" },
};
