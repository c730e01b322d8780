import type { TerraformForm } from "../form.ts";

/** Of the whole server, so that each space finds it: the module of a second one could not make it again. */
export const userRole: TerraformForm = {
  isInEverySpace: () => true,
  lookUp: { dataSource: "octopusdeploy_user_roles", collection: "user_roles", label: "user_role" },
};
