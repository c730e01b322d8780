import { objectsOf } from "../../model/json.ts";
import type { TerraformForm } from "../form.ts";

/** The provider wants the ids of templates, which it gives for library variable sets alone. */
export const tenantVariables: TerraformForm = {
  resource: {
    write(node, module) {
      if (objectsOf(node.body, "Values").length > 0)
        module.remark(node, "values of tenants come with the REST engine alone: they are left out");
    },
  },
};
