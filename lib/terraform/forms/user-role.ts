import type { TerraformForm } from "../form.ts";

export const userRole: TerraformForm = {
  lookUp: { dataSource: "octopusdeploy_user_roles", collection: "user_roles", label: "user_role" },
};
