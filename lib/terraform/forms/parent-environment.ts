import { always, nested, nothing, slugOfName } from "../field-forms.ts";
import type { TerraformForm } from "../form.ts";
import { inputs } from "../inputs.ts";
import { plainResource } from "../plain-form.ts";

export const parentEnvironment: TerraformForm = {
  lookUp: {
    dataSource: "octopusdeploy_parent_environments",
    collection: "parent_environments",
    label: "parent_environment",
    filter: "name",
  },
  resource: plainResource({
    label: "parent_environment",
    type: "octopusdeploy_parent_environment",
    constants: { space_id: inputs.spaceId },
    keeps: ["sort_order"],
    fields: {
      Name: "name",
      Slug: slugOfName,
      Description: always("description"),
      SortOrder: nothing,
      Type: nothing,
      UseGuidedFailure: "use_guided_failure",
      AutomaticDeprovisioningRule: nested("automatic_deprovisioning_rule", {
        ExpiryDays: "days",
        ExpiryHours: "hours",
      }),
    },
  }),
};
