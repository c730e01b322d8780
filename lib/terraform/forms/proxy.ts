import type { TerraformForm } from "../form.ts";

export const proxy: TerraformForm = {
  lookUp: { dataSource: "octopusdeploy_machine_proxies", collection: "machine_proxies", label: "machine_proxy" },
};
