import type { TerraformForm } from "../form.ts";
import { libraryVariableSet } from "./library-variable-set.ts";

/** For the provider's look-up it is a library variable set with another content. */
export const scriptModule: TerraformForm = {
  ...libraryVariableSet,
  lookUp: {
    dataSource: "octopusdeploy_library_variable_sets",
    collection: "library_variable_sets",
    label: "library_variable_set",
    filters: { content_type: "ScriptModule" },
  },
};
