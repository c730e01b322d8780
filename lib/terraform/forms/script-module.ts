import type { TerraformForm } from "../form.ts";

/** For the provider it is a library variable set with another content. */
export const scriptModule: TerraformForm = {
  lookUp: {
    dataSource: "octopusdeploy_library_variable_sets",
    collection: "library_variable_sets",
    label: "library_variable_set",
    filters: { content_type: "ScriptModule" },
  },
};
