import { nothing } from "../field-forms.ts";
import type { TerraformForm } from "../form.ts";
import { inputs } from "../inputs.ts";
import { plainResource } from "../plain-form.ts";

export const scopedUserRole: TerraformForm = {
  resource: plainResource({
    label: "scopeduserrole",
    type: "octopusdeploy_scoped_user_role",
    constants: { space_id: inputs.spaceId },
    fields: {
      // Made of all that follows.
      Name: nothing,
      TeamId: "team_id",
      UserRoleId: "user_role_id",
      EnvironmentIds: "environment_ids",
      ProjectIds: "project_ids",
      ProjectGroupIds: "project_group_ids",
      TenantIds: "tenant_ids",
    },
  }),
};
