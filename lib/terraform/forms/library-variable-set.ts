import type { TerraformForm } from "../form.ts";

export const libraryVariableSet: TerraformForm = {
  lookUp: {
    dataSource: "octopusdeploy_library_variable_sets",
    collection: "library_variable_sets",
    label: "library_variable_set",
  },
};
