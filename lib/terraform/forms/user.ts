import type { TerraformForm } from "../form.ts";

/** Of the whole server, so that each space finds it: the module of a second one could not make it again. */
export const user: TerraformForm = {
  isInEverySpace: () => true,
  lookUp: {
    dataSource: "octopusdeploy_users",
    collection: "users",
    label: "user",
    filter: "filter",
    nameAttribute: "username",
  },
};
